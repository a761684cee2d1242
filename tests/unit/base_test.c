/* SPDX-License-Identifier: BSD-2-Clause */
/* The preboot calls: cached packets, the end of the base code, a program in place of the caller. */
#include "base_scene.h"
#include "dhcp_wire.h"

static struct cached_info_params info;

static enum pxenv_status call_info(u16 type, u16 len)
{
	memset(&info, 0xcc, sizeof(info));
	info.type = le16_of(type);
	info.buffer_size = le16_of(len);
	far_pointer(info.buffer, BUFFER);
	memset(low + BUFFER - 1, 0xee, 5000);
	return pxe_base_call(GET_CACHED_INFO, &info);
}

static u32 info_len(void)
{
	return le16_get(info.buffer_size);
}

static struct dhcp_hdr *packet(void)
{
	return (void *)(low + BUFFER);
}

static u32 make_packet(u8 *at, u8 op, u8 type)
{
	struct dhcp_hdr *h = (void *)at;

	memset(at, 0xaa, DHCP_PACKET_MAX);
	memset(h, 0, sizeof(*h));
	h->op = op;
	h->cookie = be32_of(DHCP_COOKIE);
	h->yiaddr = be32_of(op == BOOTP_REPLY ? OUR_IP : 0);
	memcpy(at + sizeof(*h), "\x35\x01\x00\x00\x00\xff", 6);
	at[sizeof(*h) + 2] = type;
	return sizeof(*h) + 6;
}

/* A lease whose server names the boot file by options only. */
static void booted(void)
{
	program(100);
	lease.ip = OUR_IP;
	strcpy(lease.boot_file, "dir/file");
	lease.discover_len = make_packet(lease.discover, BOOTP_REQUEST, DHCP_DISCOVER);
	lease.ack_len = make_packet(lease.ack, BOOTP_REPLY, DHCP_ACK);
}

static void test_all_three_packets_exist(void **state)
{
	(void)state;
	booted();
	cached_build();
	for (u16 type = 1; type <= 3; type++) {
		CHECK(call_info(type, 4096) == PXENV_SUCCESS && info_len() == DHCP_PACKET_MAX);
		CHECK(packet()->op == (type == 1 ? BOOTP_REQUEST : BOOTP_REPLY));
		CHECK(low[BUFFER + 242] == (type == 1 ? DHCP_DISCOVER : DHCP_ACK));
		/* Zeros behind what came. */
		for (u32 i = 246; i < DHCP_PACKET_MAX; i++)
			CHECK(low[BUFFER + i] == 0);
		CHECK(low[BUFFER + DHCP_PACKET_MAX] == 0xee);
	}
}

static void test_the_header_names_what_was_booted(void **state)
{
	(void)state;
	booted();
	cached_build();
	CHECK(call_info(1, 2000) == PXENV_SUCCESS);
	CHECK(be32_get(packet()->ciaddr) == 0 && be32_get(packet()->siaddr) == 0);
	for (u16 type = 2; type <= 3; type++) {
		CHECK(call_info(type, 2000) == PXENV_SUCCESS);
		CHECK(be32_get(packet()->ciaddr) == OUR_IP);
		CHECK(be32_get(packet()->yiaddr) == OUR_IP);
		CHECK(be32_get(packet()->siaddr) == SERVER_IP);
		CHECK(strcmp((char *)packet()->file, "dir/file") == 0);
	}
}

static void test_what_the_server_wrote_stays(void **state)
{
	struct dhcp_hdr *h = (void *)lease.ack;

	(void)state;
	booted();
	h->siaddr = be32_of(FAR_IP);
	h->ciaddr = be32_of(1);
	memcpy(h->file, "other", 5);
	cached_build();
	CHECK(call_info(3, 2000) == PXENV_SUCCESS);
	CHECK(be32_get(packet()->siaddr) == FAR_IP && be32_get(packet()->ciaddr) == 1);
	CHECK(memcmp(packet()->file, "other\0", 6) == 0);
	/* A field that holds options is not empty, even if the first of them is a pad. */
	booted();
	memcpy(lease.ack + 240, "\0\x35\x01\x05\x34\x01\x01\xff", 8);
	lease.ack_len = 248;
	cached_build();
	CHECK(call_info(3, 2000) == PXENV_SUCCESS && packet()->file[0] == 0);
	lease.ack[246] = 2; /* sname alone */
	cached_build();
	CHECK(call_info(3, 2000) == PXENV_SUCCESS && packet()->file[0] == 'd');
	/* A name that the field cannot hold with its NUL. */
	booted();
	memset(lease.boot_file, 'n', 128);
	cached_build();
	CHECK(call_info(3, 2000) == PXENV_SUCCESS && packet()->file[0] == 0);
	lease.boot_file[127] = 0;
	cached_build();
	CHECK(call_info(3, 2000) == PXENV_SUCCESS && packet()->file[126] == 'n');
	CHECK(packet()->file[127] == 0);
}

static void test_options_that_end_anywhere(void **state)
{
	(void)state;
	for (u32 len = 240; len < 256; len++) {
		booted();
		memset(lease.ack + 240, 0x34, 20); /* each is 52 bytes long */
		lease.ack_len = len;
		cached_build();
		CHECK(call_info(3, 2000) == PXENV_SUCCESS);
	}
	booted();
	lease.ack_len = DHCP_PACKET_MAX + 500;
	memset(lease.ack + 240, 0, DHCP_PACKET_MAX - 240);
	cached_build();
	CHECK(call_info(3, 2000) == PXENV_SUCCESS && info_len() == DHCP_PACKET_MAX);
	booted();
	lease.ack_len = lease.discover_len = 0;
	cached_build();
	CHECK(call_info(2, 2000) == PXENV_SUCCESS && packet()->op == 0);
}

static void test_the_reply_is_the_third_if_there_is_one(void **state)
{
	(void)state;
	booted();
	lease.reply_len = make_packet(lease.reply, BOOTP_REPLY, DHCP_OFFER);
	cached_build();
	CHECK(call_info(3, 2000) == PXENV_SUCCESS && low[BUFFER + 242] == DHCP_OFFER);
	CHECK(be32_get(packet()->siaddr) == SERVER_IP && packet()->file[0] == 'd');
	CHECK(call_info(2, 2000) == PXENV_SUCCESS && low[BUFFER + 242] == DHCP_ACK);
	CHECK(be32_get(packet()->siaddr) == 0 && packet()->file[0] == 0);
	CHECK(be32_get(packet()->ciaddr) == OUR_IP);
}

static void test_a_pointer_leads_to_the_window(void **state)
{
	(void)state;
	booted();
	place_len[0] = 384;
	cached_build();
	for (u16 type = 1; type <= 3; type++) {
		CHECK(call_info(type, 0) == PXENV_SUCCESS);
		CHECK(info_len() == (type == 1 ? 384 : DHCP_PACKET_MAX));
		CHECK(le16_get(info.buffer[0]) == 0x100 * type);
		CHECK(le16_get(info.buffer[1]) == 0x9e00);
		CHECK(places[type - 1][242] == (type == 1 ? DHCP_DISCOVER : DHCP_ACK));
		CHECK(low[BUFFER] == 0xee);
	}
	CHECK(places[0][383] == 0 && places[0][384] == 0xee);
	CHECK(places[1][1259] == 0 && places[1][1260] == 0xee);
}

static void test_edits_in_the_window_are_read_later(void **state)
{
	(void)state;
	booted();
	place_len[0] = 384;
	cached_build();
	places[0][100] = 'x';
	places[2][1259] = 'y';
	CHECK(call_info(1, 2000) == PXENV_SUCCESS && low[BUFFER + 100] == 'x');
	CHECK(info_len() == DHCP_PACKET_MAX && low[BUFFER + 384] == 0);
	CHECK(call_info(3, 2000) == PXENV_SUCCESS && low[BUFFER + 1259] == 'y');
	/* Somebody has moved the EBDA over it. */
	place_len[2] = 0;
	CHECK(call_info(3, 0) == PXENV_OUT_OF_RESOURCES);
	CHECK(call_info(3, 2000) == PXENV_SUCCESS && low[BUFFER + 1259] == 0);
	CHECK(low[BUFFER + 242] == DHCP_ACK);
}

static void test_a_packet_that_its_place_would_cut_is_not_shown(void **state)
{
	(void)state;
	booted();
	place_len[0] = lease.discover_len - 1;
	cached_build();
	CHECK(places[0][0] == 0xee);
	CHECK(call_info(1, 0) == PXENV_OUT_OF_RESOURCES);
	CHECK(call_info(1, 2000) == PXENV_SUCCESS && low[BUFFER + 242] == DHCP_DISCOVER);
	place_len[0]++;
	cached_build();
	CHECK(call_info(1, 0) == PXENV_SUCCESS && info_len() == lease.discover_len);
}

static void test_short_buffers_get_the_start(void **state)
{
	(void)state;
	booted();
	cached_build();
	CHECK(call_info(2, 1) == PXENV_SUCCESS && info_len() == 1);
	CHECK(low[BUFFER] == BOOTP_REPLY && low[BUFFER + 1] == 0xee);
	CHECK(call_info(2, 1259) == PXENV_SUCCESS && info_len() == 1259);
	CHECK(low[BUFFER + 1259] == 0xee);
	CHECK(call_info(2, 65535) == PXENV_SUCCESS && info_len() == 1260);
	CHECK(low[BUFFER + 1260] == 0xee && low[BUFFER - 1] == 0xee);
}

static void test_bad_types_and_buffers(void **state)
{
	static const u16 types[] = { 0, 4, 0xffff };

	(void)state;
	booted();
	cached_build();
	for (u32 i = 0; i < ARRAY_LEN(types); i++) {
		CHECK(call_info(types[i], 2000) == PXENV_UNSUPPORTED && low[BUFFER] == 0xee);
		CHECK(call_info(types[i], 0) == PXENV_UNSUPPORTED);
	}
	info.type = le16_of(2);
	info.buffer_size = le16_of(2000);
	far_pointer(info.buffer, FAR_END - 1259);
	CHECK(pxe_base_call(GET_CACHED_INFO, &info) == PXENV_MCOPY_PROBLEM);
	CHECK(low[FAR_END - 1] == 0xee);
	far_pointer(info.buffer, FAR_END - 1260);
	info.buffer_size = le16_of(2000);
	CHECK(pxe_base_call(GET_CACHED_INFO, &info) == PXENV_SUCCESS);
}

/* ---- the end of the base code ---- */

static void expect_stopped(void)
{
	CHECK(call_open(512) == PXENV_UNSUPPORTED && call_fsize() == PXENV_UNSUPPORTED);
	CHECK(call_read(BUFFER) == PXENV_UNSUPPORTED && call_close() == PXENV_SUCCESS);
	CHECK(call_read_file(TFTP_READ_FILE, BUFFER, 9) == PXENV_UNSUPPORTED);
	CHECK(call_read_file(RESTART_TFTP, 0, 0) == PXENV_UNSUPPORTED);
	CHECK(call_udp_open(0) == PXENV_UNSUPPORTED && call_udp_close() == PXENV_SUCCESS);
	CHECK(call_udp_read(0, 0, 9) == PXENV_UNSUPPORTED);
	CHECK(call_udp_write(SERVER_IP, 1, 7, 3) == PXENV_UNSUPPORTED);
	CHECK(call_info(2, 2000) == PXENV_SUCCESS && info_len() == DHCP_PACKET_MAX);
}

static void test_unload_and_stop_end_it_and_start_begins_it_again(void **state)
{
	(void)state;
	for (u32 i = 0; i < 4; i++) {
		u16 op = i % 2 ? STOP_BASE : UNLOAD_STACK;

		booted();
		cached_build();
		peer.file_len = 100000;
		if (i < 2)
			CHECK(call_open(512) == PXENV_SUCCESS);
		else
			CHECK(call_udp_open(0) == PXENV_SUCCESS);
		CHECK(call_base(op) == PXENV_SUCCESS);
		CHECK(i >= 2 || peer.errors == 1);
		expect_stopped();
		CHECK(call_base(op) == PXENV_SUCCESS);
		CHECK(call_base(UNLOAD_STACK) == PXENV_SUCCESS);
		CHECK(call_base(START_BASE) == PXENV_SUCCESS);
		CHECK(call_base(START_BASE) == PXENV_SUCCESS);
		CHECK(call_udp_read(0, 0, 9) == PXENV_UDP_CLOSED);
		CHECK(call_open(512) == PXENV_SUCCESS && call_close() == PXENV_SUCCESS);
		CHECK(call_udp_open(0) == PXENV_SUCCESS);
	}
}

static void test_unload_behind_shutdown_succeeds(void **state)
{
	(void)state;
	booted();
	CHECK(call_udp_open(0) == PXENV_SUCCESS);
	peer.file_len = 500000;
	struct net_tftp_request r = { .server = SERVER_IP, .name = "boot" };
	CHECK(transfer_open(net, TRANSFER_FILE, &r) == PXENV_SUCCESS);
	undi_closed = true;
	CHECK(call_base(UNLOAD_STACK) == PXENV_SUCCESS);
	CHECK(call_info(2, 2000) == PXENV_SUCCESS);
	undi_closed = false;
	CHECK(call_base(START_BASE) == PXENV_SUCCESS);
	CHECK(call_udp_read(0, 0, 9) == PXENV_UDP_CLOSED);
	CHECK(net_tftp_poll(net) == -E_ABORTED);
}

static void test_other_opcodes_are_unsupported(void **state)
{
	(void)state;
	program(100);
	CHECK(call_base(MODE_SWITCH) == PXENV_UNSUPPORTED &&
	      call_base(0x72) == PXENV_UNSUPPORTED);
}

/* ---- RESTART_TFTP ---- */

static enum pxenv_status restart(void)
{
	if (setjmp(gone))
		return PXENV_SUCCESS;
	return call_read_file(RESTART_TFTP, 0x12345678, 5);
}

static void test_restart_loads_a_program_and_does_not_return(void **state)
{
	(void)state;
	program(70000);
	CHECK(call_udp_open(0) == PXENV_SUCCESS);
	CHECK(restart() == PXENV_SUCCESS && restarted == 70001 && !restart_error);
	CHECK(file_at(0x7c00, 0, 70000) && low[0x7c00 + 70000] == 0xee);
	/* It finds everything closed. */
	CHECK(call_udp_read(0, 0, 9) == PXENV_UDP_CLOSED);
}

static void test_restart_returns_to_a_whole_caller_as_long_as_it_can(void **state)
{
	(void)state;
	program(70000);
	peer.error = 2;
	CHECK(call_udp_open(0) == PXENV_SUCCESS);
	CHECK(restart() == PXENV_TFTP_NOT_FOUND);
	CHECK(!restarted && low[0x7c00] == 0xee);
	CHECK(call_udp_read(0, 0, 9) == PXENV_FAILURE); /* still open */
	CHECK(call_udp_close() == PXENV_SUCCESS);
	program(0x90001);
	CHECK(restart() == PXENV_OUT_OF_RESOURCES && low[0x7c00] == 0xee);
	program(0);
	CHECK(restart() == PXENV_TFTP_CANNOT_READ && low[0x7c00] == 0xee);
	program(70000);
	CHECK(call_open(512) == PXENV_SUCCESS);
	CHECK(restart() == PXENV_TFTP_OPEN && low[0x7c00] == 0xee);
}

static void test_restart_fails_for_good_behind_the_first_block(void **state)
{
	(void)state;
	program(70000);
	idle_step = 50;
	peer.stop_after = 3;
	CHECK(restart() == PXENV_SUCCESS && !restarted && restart_error == -E_TFTP_STALLED);
	CHECK(low[0x7c00] == file_byte(0));
	/* A damaged block is enough to destroy the caller. */
	program(70000);
	idle_step = 50;
	damage = true;
	peer.delay_ms = 1;
	CHECK(restart() == PXENV_SUCCESS && !restarted && restart_error == -E_TFTP_STALLED);
	CHECK(low[0x7c00] == file_byte(0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_three_packets_exist),
		cmocka_unit_test(test_the_header_names_what_was_booted),
		cmocka_unit_test(test_what_the_server_wrote_stays),
		cmocka_unit_test(test_options_that_end_anywhere),
		cmocka_unit_test(test_the_reply_is_the_third_if_there_is_one),
		cmocka_unit_test(test_a_pointer_leads_to_the_window),
		cmocka_unit_test(test_edits_in_the_window_are_read_later),
		cmocka_unit_test(test_a_packet_that_its_place_would_cut_is_not_shown),
		cmocka_unit_test(test_short_buffers_get_the_start),
		cmocka_unit_test(test_bad_types_and_buffers),
		cmocka_unit_test(test_unload_and_stop_end_it_and_start_begins_it_again),
		cmocka_unit_test(test_unload_behind_shutdown_succeeds),
		cmocka_unit_test(test_other_opcodes_are_unsupported),
		cmocka_unit_test(test_restart_loads_a_program_and_does_not_return),
		cmocka_unit_test(test_restart_returns_to_a_whole_caller_as_long_as_it_can),
		cmocka_unit_test(test_restart_fails_for_good_behind_the_first_block),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	free(image);
	return failed;
}
