/* SPDX-License-Identifier: BSD-2-Clause */
/* Random histories of one POST and boot: up to five parties, two builds of ours among them, grow,
 * move, copy, take and release base memory over firmware of every shape, and after each step all
 * that EBDA-1..14 promise is checked.  The seeds are fixed: history N is always the same.
 *   histories_test                 HISTORIES of them
 *   histories_test FIRST COUNT     these
 *   histories_test N               one, told step by step
 * A failure names its history and the steps that it needs. */
#include "histories_lowmem.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

/* As one unit, as the ROM has it: a million histories are many calls. */
#include "block.c"
#include "ebda_grow.c"
#include "pmm_policy.c"
#include "reserve.c"
#include "base_take.c"

#include "histories_firmware.h"
#include "histories_ours.h"
#include "histories_others.h"

#ifndef HISTORIES
#define HISTORIES 20000u
#endif
#define WORKERS   4u
#define STEPS_MAX 18u
#define PARTIES   5u
#define ENOUGH    10000u /* histories in which everything happens */
#define LIMIT_S   60u    /* of the processor's time, for one worker */

static bool grow_by_the_book(void)
{
	return grow(GROWER);
}

static bool grow_with_direct_pointers(void)
{
	return grow(DIRECT);
}

enum action {
	INIT,
	WRITE,
	TAKE,
	GIVE,
	SHRINK,
	INIT_2,
	WRITE_2,
	TAKE_2,
	GIVE_2,
	SHRINK_2,
	GROW,
	GROW_DIRECT,
	WRITE_DIRECT,
	SLIDE,
	GROW_OVER,
	GRUB,
	FREEDOS,
	DRDOS,
	DRDOS_BACK,
	DECREMENT,
	INCREMENT,
	STALE,
	CLOBBER,
	DESTROY,
	PMM_HOG,
	WRITE_OWN,
	POST_ENDS,
	ACTIONS,
};

static const struct {
	const char *name;
	bool (*ours)(u32 build);
	bool (*others)(void);
} actions[ACTIONS] = {
	[INIT] = { "init", our_init, NULL },
	[WRITE] = { "write", our_write, NULL },
	[TAKE] = { "take", our_take, NULL },
	[GIVE] = { "give", our_give, NULL },
	[SHRINK] = { "shrink", our_shrink, NULL },
	[INIT_2] = { "init of another build", our_init, NULL },
	[WRITE_2] = { "write of another build", our_write, NULL },
	[TAKE_2] = { "take of another build", our_take, NULL },
	[GIVE_2] = { "give of another build", our_give, NULL },
	[SHRINK_2] = { "shrink of another build", our_shrink, NULL },
	[GROW] = { "grow", NULL, grow_by_the_book },
	[GROW_DIRECT] = { "grow, with direct pointers", NULL, grow_with_direct_pointers },
	[WRITE_DIRECT] = { "write by a direct pointer", NULL, write_directly },
	[SLIDE] = { "slide", NULL, slide_only },
	[GROW_OVER] = { "grow over others", NULL, grow_over_others },
	[GRUB] = { "grub", NULL, grub },
	[FREEDOS] = { "freedos", NULL, freedos },
	[DRDOS] = { "drdos", NULL, drdos },
	[DRDOS_BACK] = { "drdos, back", NULL, drdos_back },
	[DECREMENT] = { "decrement", NULL, decrement },
	[INCREMENT] = { "increment", NULL, increment },
	[STALE] = { "stale write", NULL, write_stale },
	[CLOBBER] = { "clobber size", NULL, clobber_size },
	[DESTROY] = { "destroy", NULL, destroy },
	[PMM_HOG] = { "hog", NULL, hog },
	[WRITE_OWN] = { "firmware writes", NULL, write_own },
	[POST_ENDS] = { "post ends", NULL, post_ends },
};

/* Who takes part, and what each does; often is said twice. */
static const struct {
	u32 n;
	u8 does[8];
} parties[] = {
	{ 8, { INIT, INIT, INIT, WRITE, TAKE, GIVE, SHRINK, WRITE } },
	{ 6, { INIT_2, INIT_2, WRITE_2, TAKE_2, GIVE_2, SHRINK_2 } },
	{ 1, { GROW } },
	{ 2, { GROW_DIRECT, WRITE_DIRECT } },
	{ 1, { SLIDE } },
	{ 1, { GROW_OVER } },
	{ 1, { GRUB } },
	{ 1, { FREEDOS } },
	{ 2, { DRDOS, DRDOS_BACK } },
	{ 2, { DECREMENT, INCREMENT } },
	{ 1, { STALE } },
	{ 1, { CLOBBER } },
	{ 1, { DESTROY } },
	{ 1, { PMM_HOG } },
	{ 1, { WRITE_OWN } },
};

/* What the workers tell the parent. */
static struct report {
	struct {
		u32 history; /* that is running, or failed */
		char complaint[80];
		u64 steps;
		u64 done[ACTIONS];
		u64 shape[SHAPES];
		u64 outcome[OUTCOMES];
	} worker[WORKERS + 1];
} * report;

static u32 seed_of(u32 history, u32 step)
{
	u32 x = history * 0x9e3779b1u ^ (step + 1) * 0x85ebca77u;

	x = (x ^ x >> 15) * 0x2c1b3c6du;
	x = (x ^ x >> 12) * 0x297a2d39u;
	return x ^ x >> 15;
}

/* Runs a history, without the steps whose bits are set in `leave_out`. */
static void run_history(u32 me, u32 history, u32 leave_out)
{
	u8 here[PARTIES] = { 0 };
	u32 n = 1, steps;

	report->worker[me].history = history;
	seed = seed_of(history, 0);
	new_world();
	report->worker[me].shape[w.shape]++;
	check_invariants();
	for (u32 more = dice(PARTIES); more; more--)
		here[n++] = (u8)(1 + dice(ARRAY_LEN(parties) - 1));
	steps = 2 + dice(STEPS_MAX - 1);
	for (u32 i = 0; i < steps; i++) {
		u32 party, act;

		seed = seed_of(history, i + 1);
		party = dice(3) ? here[dice(n)] : 0;
		act = dice(10) ? parties[party].does[dice(parties[party].n)] : POST_ENDS;
		if (leave_out >> i & 1)
			continue;
		tell("  step %u: %s\n", i, actions[act].name);
		if (actions[act].others ? actions[act].others()
					: actions[act].ours(act >= INIT_2 && act <= SHRINK_2))
			report->worker[me].done[act]++;
		else
			tell("    (cannot)\n");
		report->worker[me].steps++;
		check_invariants();
	}
}

/* Runs [first, first + count) in a process of its own. */
static pid_t start(u32 me, u32 first, u32 count, u32 leave_out)
{
	const struct rlimit limit = { LIMIT_S, LIMIT_S };
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child)
		return child;
	setrlimit(RLIMIT_CPU, &limit); /* a hang is a failure */
	outcomes = report->worker[me].outcome;
	complaint = &report->worker[me].complaint;
	snprintf(*complaint, sizeof(*complaint), "aborted, or hangs");
	for (u32 i = 0; i < count; i++)
		run_history(me, first + i, leave_out);
	fflush(stdout);
	_exit(0);
}

static bool passes(u32 history, u32 leave_out)
{
	int status = 1;

	waitpid(start(WORKERS, history, 1, leave_out), &status, 0);
	return !status;
}

/* Fails in the same way? */
static bool fails_so(u32 history, u32 leave_out, const char *why)
{
	return !passes(history, leave_out) && !strcmp(report->worker[WORKERS].complaint, why);
}

/* Tells which steps a failing history needs. */
static void explain(u32 history, const char *why)
{
	u32 leave_out = 0;

	for (u32 round = 0; round < 2; round++)
		for (u32 i = STEPS_MAX + 1; i--;)
			if (!(leave_out >> i & 1) &&
			    fails_so(history, leave_out | 1u << i, why))
				leave_out |= 1u << i;
	printf("history %u, the steps that it needs:\n", history);
	verbose = true;
	passes(history, leave_out);
	verbose = false;
}

static void sum_up(u64 *to, size_t offset, u32 n)
{
	for (u32 me = 0; me < WORKERS; me++)
		for (u32 i = 0; i < n; i++)
			to[i] += ((u64 *)((u8 *)&report->worker[me] + offset))[i];
}

static bool run_histories(u32 first, u32 count)
{
	pid_t child[WORKERS];
	u32 begin = first;
	bool good = true;
	int status;

	for (u32 me = 0; me < WORKERS; me++) {
		u32 share = (count - (begin - first)) / (WORKERS - me);

		child[me] = start(me, begin, share, 0);
		begin += share;
	}
	for (u32 me = 0; me < WORKERS; me++) {
		if (waitpid(child[me], &status, 0) == child[me] && !status)
			continue;
		good = false;
		printf("history %u: %s\n", report->worker[me].history,
		       report->worker[me].complaint);
		explain(report->worker[me].history, report->worker[me].complaint);
	}
	return good;
}

static u32 first_history, histories = HISTORIES;

static void test_every_history_keeps_the_rules(void **state)
{
	static const char *const outcome_name[OUTCOMES] = {
		"grown",           "from PMM",    "shared", "refused",
		"shrunk",          "given back",  "kept",   "payload",
		"behind the EBDA", "unreachable", "lost",   "copy of a lost one",
		"tombstone hit",
	};
	u64 steps[1] = { 0 }, done[ACTIONS] = { 0 }, shape[SHAPES] = { 0 };
	u64 outcome[OUTCOMES] = { 0 };

	(void)state;
	CHECK(run_histories(first_history, histories));
	sum_up(steps, offsetof(struct report, worker[0].steps), 1);
	sum_up(done, offsetof(struct report, worker[0].done), ACTIONS);
	sum_up(shape, offsetof(struct report, worker[0].shape), SHAPES);
	sum_up(outcome, offsetof(struct report, worker[0].outcome), OUTCOMES);
	printf("histories %u, steps %llu;", histories, (unsigned long long)steps[0]);
	for (u32 i = 0; i < ACTIONS; i++)
		printf(" %s %llu%s", actions[i].name, (unsigned long long)done[i],
		       i + 1 < ACTIONS ? "," : ";");
	for (u32 i = 0; i < OUTCOMES; i++)
		printf(" %s %llu%s", outcome_name[i], (unsigned long long)outcome[i],
		       i + 1 < OUTCOMES ? "," : "\n");
	/* A test in which something never happens tests nothing of it. */
	for (u32 i = 0; i < ACTIONS && histories >= ENOUGH; i++)
		CHECK(done[i]);
	for (u32 i = 0; i < SHAPES && histories >= ENOUGH; i++)
		CHECK(shape[i]);
	for (u32 i = 0; i < OUTCOMES && histories >= ENOUGH; i++)
		CHECK(outcome[i]);
}

/* What a note says of an EBDA is an offset, and no address. */
static void test_note_of_an_ebda_is_no_address(void **state)
{
	(void)state;
	new_world();
	lm.pmm = NULL;
	set_bda(0, 0, 640);
	block_init(&lm, 0x8000, build_id[0], BLOCK_PMM);
	CHECK(block_find(&lm, build_id[0], BLOCK_NOTE(BLOCK_PMM, 0x800)) == 0x8000);
	CHECK(block_find(&lm, build_id[0], BLOCK_NOTE(BLOCK_EBDA, 0x800)) == 0);
	memset(lm.ram + 0x8000, 0, KIB);
}

/* What no history does: a block in video memory, which an EBDA of a wrong size reaches into. */
static void test_search_ends_where_video_memory_begins(void **state)
{
	struct ebda_growth g = { .block_off = KIB };

	(void)state;
	new_world();
	lm.pmm = NULL;
	set_bda((BASE_TOP - KIB) >> 4, 255, 639);
	block_init(&lm, BASE_TOP, build_id[0], BLOCK_EBDA);
	CHECK(block_put(&lm, BASE_TOP, build_id[0], offsetof(struct block, growth), &g,
			sizeof(g)));
	CHECK(block_in_ebda(&lm, build_id[0]) == 0);
	CHECK(block_find(&lm, build_id[0], 0) == 0);
	memset(lm.ram + BASE_TOP, 0, KIB);
}

/* PMM like SeaBIOS', which has only odd answers. */
static struct pmm_terms odd_pmm(u32 answer)
{
	new_world();
	memset(&fake, 0, sizeof(fake));
	fake.pool[2] = (struct pmm_pool){ POOL, POOL_END };
	fake.pool[3] = (struct pmm_pool){ 0x0f000000, 0x10000000 };
	fake.answer = answer;
	lm.pmm = &fake;
	w.pool_dirt = true;
	lm.read_only_from = lm.read_only_to = 0;
	set_bda((BASE_TOP - 32 * KIB) >> 4, 32, 600);
	return (struct pmm_terms){ build_id[0], 0xc8000, 0x1000, 0xc8000, 0x1000, 0x210, 1, 0 };
}

static void test_pmm_memory_may_end_where_its_area_ends(void **state)
{
	struct pmm_terms t = odd_pmm(0);

	(void)state;
	CHECK(pmm_believable(&lm, &t, PMM_CONVENTIONAL, ROM_AREA_END - KIB, KIB));
	CHECK(!pmm_believable(&lm, &t, PMM_CONVENTIONAL, ROM_AREA_END - KIB, KIB + 1));
	CHECK(pmm_believable(&lm, &t, PMM_EXTENDED, 0xfffff000, 0xfff));
	CHECK(!pmm_believable(&lm, &t, PMM_EXTENDED, 0xfffff000, 0x1000));
	CHECK(!pmm_believable(&lm, &t, PMM_CONVENTIONAL, BASE_TOP - 16, 16)); /* the EBDA */
	set_bda((BASE_TOP - 33 * KIB) >> 4, 32, 600);
	CHECK(pmm_believable(&lm, &t, PMM_CONVENTIONAL, BASE_TOP - KIB, KIB));
	CHECK(!pmm_believable(&lm, &t, PMM_CONVENTIONAL, BASE_TOP - KIB, KIB + 1));
}

/* 0 and ffffffff are the only errors (PMM-8): 1 is an answer, if a strange one. */
static void test_pmm_answer_of_1_is_given_back(void **state)
{
	struct pmm_terms t = odd_pmm(1);

	(void)state;
	CHECK(pmm_take(&lm, &t, PMM_CONVENTIONAL, KIB) == 0);
	CHECK(pmm_fake_held(&fake) == 0);
	odd_pmm(0);
	fake.pool[2].base = fake.pool[2].top - 1;
	fake.pool[3].base = fake.pool[3].top;
	CHECK(pmm_honours_permanent(&lm, 0x210));
}

static void test_pmm_is_asked_for_whole_units_from_pci_3_on(void **state)
{
	struct reserve r = { .terms = odd_pmm(0) };

	(void)state;
	r.terms.pci_version = 0x02ff;
	reserve_block(&lm, &r);
	CHECK(r.block == POOL_END - KIB);
	/* A payload at 0 is none, whatever is there. */
	fake.payload_len = 0x14004;
	CHECK(reserve_payload(&lm, &r, 0x14004, 0));
	CHECK(r.payload && pmm_fake_held(&fake) == 2);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pmm_memory_may_end_where_its_area_ends),
		cmocka_unit_test(test_pmm_answer_of_1_is_given_back),
		cmocka_unit_test(test_pmm_is_asked_for_whole_units_from_pci_3_on),
		cmocka_unit_test(test_note_of_an_ebda_is_no_address),
		cmocka_unit_test(test_search_ends_where_video_memory_begins),
		cmocka_unit_test(test_every_history_keeps_the_rules),
	};

	for (u32 i = 0; i < sizeof(pattern); i++)
		pattern[i] = (u8)(i * 0x9e3779b1u >> 13);
	report = mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	if (report == MAP_FAILED)
		return 2;
	if (argc == 2) {
		verbose = true;
		return !passes((u32)strtoul(argv[1], NULL, 10), 0);
	}
	if (argc == 3) {
		first_history = (u32)strtoul(argv[1], NULL, 10);
		histories = (u32)strtoul(argv[2], NULL, 10);
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
