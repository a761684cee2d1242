/* SPDX-License-Identifier: BSD-2-Clause */
#include "check.h"
#include "ebb/error.h"
#include "ledger.h"

static struct ledger l;
static char order[32];
static u32 orders;
static const char *kept_name;
static u32 kept_count;

static bool undo(void *context)
{
	const char *c = context;

	order[orders++] = *c;
	return *c != 'x';
}

static void kept(const char *name)
{
	kept_name = name;
	kept_count++;
}

static void empty_ledger(void)
{
	l = (struct ledger){ 0 };
	orders = 0;
	kept_count = 0;
	kept_name = NULL;
}

static void enter(const char *c)
{
	CHECK(ledger_enter(&l, c, undo, (void *)(uintptr_t)c) == 0);
}

static void test_undo_to_goes_in_reverse_order(void **state)
{
	(void)state;
	empty_ledger();
	enter("a");
	enter("b");
	enter("c");
	CHECK(ledger_undo_to(&l, 0, kept) == 0);
	CHECK(orders == 3 && order[0] == 'c' && order[1] == 'b' && order[2] == 'a');
	CHECK(ledger_mark(&l) == 0 && kept_count == 0);
}

static void test_undo_to_stops_at_the_mark(void **state)
{
	(void)state;
	empty_ledger();
	enter("a");
	u32 mark = ledger_mark(&l);
	enter("b");
	CHECK(ledger_undo_to(&l, mark, kept) == 0);
	CHECK(orders == 1 && order[0] == 'b');
	CHECK(ledger_mark(&l) == 1);
}

static void test_undo_to_names_what_stays_and_goes_on(void **state)
{
	(void)state;
	empty_ledger();
	enter("a");
	enter("x");
	enter("c");
	CHECK(ledger_undo_to(&l, 0, kept) == 1);
	CHECK(orders == 3 && order[2] == 'a');
	CHECK(kept_count == 1 && kept_name[0] == 'x');
	CHECK(ledger_undo_to(&l, 0, kept) == 0 && orders == 3);
}

static bool undo_within_undo(void *context)
{
	(void)context;
	order[orders++] = 'r';
	ledger_undo_to(&l, 0, kept);
	return true;
}

/* A fault inside an undo leads to another undo_to: the entry must be gone by then. */
static void test_undo_to_removes_an_entry_before_it_is_undone(void **state)
{
	(void)state;
	empty_ledger();
	enter("a");
	CHECK(ledger_enter(&l, "r", undo_within_undo, NULL) == 0);
	ledger_undo_to(&l, 0, kept);
	CHECK(orders == 2 && order[0] == 'r' && order[1] == 'a');
}

static void test_enter_refuses_when_full(void **state)
{
	(void)state;
	empty_ledger();
	for (u32 i = 0; i < LEDGER_MAX; i++)
		enter("a");
	CHECK(ledger_enter(&l, "b", undo, "b") == -E_LEDGER_FULL);
	CHECK(ledger_mark(&l) == LEDGER_MAX);
	ledger_undo_to(&l, 0, kept);
	CHECK(orders == LEDGER_MAX && order[0] == 'a');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_undo_to_goes_in_reverse_order),
		cmocka_unit_test(test_undo_to_stops_at_the_mark),
		cmocka_unit_test(test_undo_to_names_what_stays_and_goes_on),
		cmocka_unit_test(test_undo_to_removes_an_entry_before_it_is_undone),
		cmocka_unit_test(test_enter_refuses_when_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
