/* SPDX-License-Identifier: BSD-2-Clause */
#include "check.h"
#include <string.h>
#include "sum.h"
#include "udp.h"
#include "wire.h"

#define US   IP4_ADDRESS(10, 0, 2, 15)
#define PEER IP4_ADDRESS(10, 0, 2, 2)

static u8 datagram[64];
static struct udp_in in;

/* "ebb" from PEER:69 to US:50000. */
static u32 write_ebb(void)
{
	memset(datagram, 0xcc, sizeof(datagram));
	memcpy(datagram + UDP_HDR, "ebb", 3);
	udp_write(datagram, PEER, US, 69, 50000, 3);
	return UDP_HDR + 3;
}

static bool good(u32 len)
{
	return udp_view((struct bytes){ datagram, len }, PEER, US, &in) &&
	       udp_good(&in, sum_add(in.sum, in.payload.at, in.payload.len));
}

static void test_written_datagram_reads_back(void **state)
{
	(void)state;
	CHECK(good(write_ebb()));
	CHECK(in.src_port == 69 && in.dst_port == 50000 && in.summed);
	CHECK(in.payload.len == 3 && memcmp(in.payload.at, "ebb", 3) == 0);
	/* 0a00 0202 0a00 020f 0011 000b + 0045 c350 000b 6562 6200, by hand. */
	CHECK(datagram[6] == (u8)(~0xa330 >> 8) && datagram[7] == (u8)~0xa330);
}

static void test_length_field_governs(void **state)
{
	(void)state;
	write_ebb();
	CHECK(good(46)); /* padding behind it */
	CHECK(in.payload.len == 3);
	write_ebb();
	for (u32 len = 0; len < UDP_HDR + 3; len++)
		CHECK(!udp_view((struct bytes){ datagram, len }, PEER, US, &in));
	datagram[5] = 7; /* shorter than its header */
	CHECK(!udp_view((struct bytes){ datagram, 11 }, PEER, US, &in));
	datagram[5] = 8;
	CHECK(udp_view((struct bytes){ datagram, 11 }, PEER, US, &in));
	CHECK(in.payload.len == 0);
	datagram[4] = 0xff;
	CHECK(!udp_view((struct bytes){ datagram, 11 }, PEER, US, &in));
}

static void test_checksum_covers_everything(void **state)
{
	u32 len = write_ebb();

	(void)state;
	for (u32 bit = 0; bit < 8 * len; bit++) {
		datagram[bit / 8] ^= (u8)(1 << bit % 8);
		CHECK(!good(len));
		datagram[bit / 8] ^= (u8)(1 << bit % 8);
	}
	CHECK(good(len));
	udp_view((struct bytes){ datagram, len }, PEER + 1, US, &in);
	CHECK(!udp_good(&in, sum_add(in.sum, in.payload.at, in.payload.len)));
	udp_view((struct bytes){ datagram, len }, PEER, US + 256, &in);
	CHECK(!udp_good(&in, sum_add(in.sum, in.payload.at, in.payload.len)));
}

static void test_checksum_0_means_none(void **state)
{
	u32 len = write_ebb();

	(void)state;
	datagram[6] = datagram[7] = 0;
	datagram[8] ^= 0x10;
	CHECK(good(len));
	CHECK(!in.summed);
}

static void test_computed_0_is_sent_as_ffff(void **state)
{
	u32 found = 0;

	(void)state;
	for (u32 v = 0; v < 0x10000; v++) {
		datagram[8] = (u8)(v >> 8);
		datagram[9] = (u8)v;
		udp_write(datagram, PEER, US, 69, 50000, 2);
		CHECK(datagram[6] || datagram[7]);
		if (datagram[6] == 0xff && datagram[7] == 0xff) {
			found++;
			CHECK(good(10));
		}
	}
	CHECK(found == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_written_datagram_reads_back),
		cmocka_unit_test(test_length_field_governs),
		cmocka_unit_test(test_checksum_covers_everything),
		cmocka_unit_test(test_checksum_0_means_none),
		cmocka_unit_test(test_computed_0_is_sent_as_ffff),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
