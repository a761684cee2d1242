/* SPDX-License-Identifier: BSD-2-Clause */
#include "check.h"
#include <string.h>
#include "icmp.h"
#include "sum.h"
#include "wire.h"

#define US   IP4_ADDRESS(10, 0, 2, 15)
#define PEER IP4_ADDRESS(10, 0, 2, 2)

static u8 message[128];
static struct icmp_closed closed;

/* Judges `len` bytes of the message from PEER, their sum made right. */
static enum icmp_result hear_from(u32 len, bool broadcast)
{
	struct ip4_in in = { PEER, US, IP4_PROTO_ICMP, broadcast, { message, len } };

	message[2] = message[3] = 0;
	be16 sum = sum_field(sum_add(0, message, len));
	memcpy(message + 2, &sum, 2);
	return icmp_input(&in, &closed);
}

static enum icmp_result hear(u32 len)
{
	return hear_from(len, false);
}

static u32 echo_request(void)
{
	memcpy(message, "\x08\x00\x00\x00\x12\x34\x00\x05knock, knock", 20);
	return 20;
}

static void test_echo_is_answered_with_the_same_bytes(void **state)
{
	u8 reply[128];
	u32 len = echo_request();
	struct ip4_in in = { PEER, US, IP4_PROTO_ICMP, false, { message, len } };

	(void)state;
	CHECK(hear(len) == ICMP_ECHO);
	memset(reply, 0xcc, sizeof(reply));
	icmp_write_reply(&in, reply);
	CHECK(reply[0] == 0 && reply[1] == 0 && sum_good(sum_add(0, reply, len)));
	CHECK(memcmp(reply + 4, message + 4, 16) == 0);
	CHECK(reply[20] == 0xcc);
}

static void test_echo_to_broadcast_is_not_answered(void **state)
{
	(void)state;
	CHECK(hear_from(echo_request(), true) == ICMP_IGNORE);
}

static void test_damaged_and_short_messages_are_ignored(void **state)
{
	u32 len = echo_request();
	struct ip4_in in = { PEER, US, IP4_PROTO_ICMP, false, { message, len } };

	(void)state;
	CHECK(hear(len) == ICMP_ECHO);
	message[19] ^= 1;
	CHECK(icmp_input(&in, &closed) == ICMP_IGNORE);
	echo_request();
	for (u32 n = 0; n < 8; n++)
		CHECK(hear(n) == ICMP_IGNORE);
	CHECK(hear(8) == ICMP_ECHO);
}

static void test_other_types_are_ignored(void **state)
{
	(void)state;
	for (u32 type = 0; type < 256; type++) {
		echo_request();
		message[0] = (u8)type;
		CHECK(hear(20) == (type == 8 ? ICMP_ECHO : ICMP_IGNORE));
	}
	echo_request();
	message[1] = 1;
	CHECK(hear(20) == ICMP_IGNORE);
}

/* PEER says that its port 69 is closed for our 50000: 8 + 20 + `options` + 8 bytes. */
static u32 unreachable(u32 options)
{
	struct ip4_hdr *ip = (void *)(message + 8);
	u8 *udp = message + 28 + options;

	memset(message, 0, sizeof(message));
	message[0] = 3;
	message[1] = 3;
	ip->version_ihl = (u8)(0x45 + options / 4);
	ip->total = be16_of(1000); /* of which only the start is quoted */
	ip->proto = IP4_PROTO_UDP;
	ip->src = be32_of(US);
	ip->dst = be32_of(PEER);
	memcpy(udp, "\xc3\x50\x00\x45", 4);
	return 36 + options;
}

static void test_closed_port_names_the_conversation(void **state)
{
	(void)state;
	for (u32 options = 0; options <= 40; options += 20) {
		memset(&closed, 0, sizeof(closed));
		CHECK(hear(unreachable(options)) == ICMP_PORT_CLOSED);
		CHECK(closed.dst == PEER && closed.src_port == 50000 && closed.dst_port == 69);
	}
}

static void test_unusable_quotes_are_ignored(void **state)
{
	(void)state;
	for (u32 len = 8; len < 36; len++) {
		unreachable(0);
		CHECK(hear(len) == ICMP_IGNORE);
	}
	unreachable(0);
	message[8] = 0x4f; /* options that were not quoted */
	CHECK(hear(36) == ICMP_IGNORE);
	unreachable(0);
	message[17] = 6; /* TCP */
	CHECK(hear(36) == ICMP_IGNORE);
	unreachable(0);
	message[23] ^= 1; /* not sent by us */
	CHECK(hear(36) == ICMP_IGNORE);
	unreachable(0);
	message[1] = 1; /* host unreachable: may pass */
	CHECK(hear(36) == ICMP_IGNORE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_echo_is_answered_with_the_same_bytes),
		cmocka_unit_test(test_echo_to_broadcast_is_not_answered),
		cmocka_unit_test(test_damaged_and_short_messages_are_ignored),
		cmocka_unit_test(test_other_types_are_ignored),
		cmocka_unit_test(test_closed_port_names_the_conversation),
		cmocka_unit_test(test_unusable_quotes_are_ignored),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
