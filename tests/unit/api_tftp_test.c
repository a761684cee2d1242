/* SPDX-License-Identifier: BSD-2-Clause */
#include "base_scene.h"

/* Reads all of the file block by block, each to a buffer with guards. */
static void read_all(u32 blksize)
{
	u32 at = 0, len;
	u16 number = 0;

	do {
		memset(low + BUFFER - 1, 0xee, blksize + 2);
		CHECK(call_read(BUFFER) == PXENV_SUCCESS);
		len = read_len();
		CHECK(len <= blksize && file_at(BUFFER, at, len));
		CHECK(low[BUFFER - 1] == 0xee && low[BUFFER + len] == 0xee);
		CHECK(le16_get(read_params.packet_number) == ++number);
		at += len;
	} while (len == blksize);
	CHECK(at == peer.file_len);
}

static void test_files_of_every_size_block_by_block(void **state)
{
	static const struct {
		u16 ask;
		u32 blksize;
	} cases[] = {
		{ 512, 512 }, { 0, 512 }, { 1408, 1408 }, { 1468, 1468 }, { 65535, 1468 }
	};

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(sizes); i++)
		for (u32 k = 0; k < ARRAY_LEN(cases); k++) {
			struct tftp_open_params p = open_params("boot", cases[k].ask);

			program(sizes[i]);
			CHECK(pxe_tftp_call(TFTP_OPEN, &p) == PXENV_SUCCESS);
			CHECK(le16_get(p.packet_size) == cases[k].blksize);
			CHECK(peer.asked_blksize == cases[k].blksize);
			read_all(cases[k].blksize);
			CHECK(call_close() == PXENV_SUCCESS && peer.errors == 0);
		}
}

static void test_what_the_server_grants_is_what_open_tells(void **state)
{
	struct tftp_open_params p = open_params("boot", 1408);

	(void)state;
	program(5000);
	peer.max_blksize = 700;
	CHECK(pxe_tftp_call(TFTP_OPEN, &p) == PXENV_SUCCESS);
	CHECK(le16_get(p.packet_size) == 700);
	read_all(700);
	for (u32 options = OPTIONS_REFUSED; options <= OPTIONS_IGNORED; options++) {
		p = open_params("boot", 1408);
		program(5000);
		peer.options = (enum peer_options)options;
		CHECK(pxe_tftp_call(TFTP_OPEN, &p) == PXENV_SUCCESS);
		CHECK(le16_get(p.packet_size) == 512);
		read_all(512);
	}
}

static void test_blocks_come_ahead_of_the_reader(void **state)
{
	(void)state;
	program(400000);
	CHECK(call_open(1468) == PXENV_SUCCESS);
	CHECK(call_read(BUFFER) == PXENV_SUCCESS);
	/* As many as one pass handles, though one was asked for ... */
	CHECK(peer.blocks_sent > 16);
	/* ... up to what the ring holds, and one in flight is not asked for. */
	for (u32 i = 0; i < 40; i++)
		CHECK(call_read(BUFFER) == PXENV_SUCCESS);
	CHECK(peer.blocks_sent <= 41 + TRANSFER_RING / 1468 && peer.s->repeats == 0);
	u32 sent = peer.blocks_sent, before = idles;
	CHECK(call_read(BUFFER) == PXENV_SUCCESS && file_at(BUFFER, 41 * 1468, 1468));
	CHECK(peer.blocks_sent == sent + 1 && idles == before + 1);
}

static void test_a_slow_reader_loses_nothing(void **state)
{
	u32 at = 0;

	(void)state;
	program(200000);
	peer.drop = peer.dup = peer.reorder = 20;
	CHECK(call_open(1468) == PXENV_SUCCESS);
	do {
		peer.now += 700;
		CHECK(call_read(BUFFER) == PXENV_SUCCESS && file_at(BUFFER, at, read_len()));
		at += read_len();
	} while (read_len() == 1468);
	CHECK(at == 200000);
}

static void test_a_bad_wire_changes_no_byte(void **state)
{
	(void)state;
	program(300000);
	peer.drop = peer.dup = peer.reorder = peer.truncate = peer.corrupt = 15;
	peer.card_busy = 1;
	peer.delay_ms = 3;
	CHECK(call_open(1024) == PXENV_SUCCESS);
	read_all(1024);
}

static void test_behind_the_end_there_are_0_bytes_for_ever(void **state)
{
	(void)state;
	program(1024);
	CHECK(call_open(512) == PXENV_SUCCESS);
	read_all(512); /* the third block is empty */
	for (u16 n = 4; n < 7; n++) {
		CHECK(call_read(BUFFER) == PXENV_SUCCESS && read_len() == 0);
		CHECK(le16_get(read_params.packet_number) == n);
	}
	CHECK(call_close() == PXENV_SUCCESS);
	CHECK(call_read(BUFFER) == PXENV_TFTP_CLOSED);
	CHECK(call_close() == PXENV_SUCCESS);
}

static void test_a_file_that_is_being_read_keeps_others_out(void **state)
{
	(void)state;
	program(100000);
	CHECK(call_open(512) == PXENV_SUCCESS);
	CHECK(call_open(512) == PXENV_TFTP_OPEN);
	CHECK(call_fsize() == PXENV_TFTP_OPEN);
	give_high(100000);
	CHECK(call_read_file(TFTP_READ_FILE, HIGH, 100000) == PXENV_TFTP_OPEN);
	CHECK(high[0] == 0xee);
	CHECK(call_udp_open(0) == PXENV_TFTP_OPEN);
	CHECK(call_udp_read(0, 0, 100) == PXENV_TFTP_OPEN);
	CHECK(call_udp_write(SERVER_IP, 1, 7, 1) == PXENV_TFTP_OPEN);
	read_all(512);
	/* Not closed, but at its end. */
	CHECK(call_open(512) == PXENV_SUCCESS);
	CHECK(call_close() == PXENV_SUCCESS);
	CHECK(peer.errors == 1); /* the server has been told */
	CHECK(call_udp_open(0) == PXENV_SUCCESS);
	CHECK(call_open(512) == PXENV_UDP_OPEN);
	CHECK(call_fsize() == PXENV_UDP_OPEN);
	CHECK(call_read_file(TFTP_READ_FILE, HIGH, 100000) == PXENV_UDP_OPEN);
	CHECK(call_read(BUFFER) == PXENV_TFTP_CLOSED);
}

static void test_each_failure_to_open_has_its_status(void **state)
{
	static const struct {
		u32 code;
		enum pxenv_status status;
	} errors[] = { { 1, PXENV_TFTP_NOT_FOUND },
		       { 2, PXENV_TFTP_ACCESS_VIOLATION },
		       { 0, PXENV_TFTP_ERROR_OPCODE },
		       { 4, PXENV_TFTP_ERROR_OPCODE } };
	struct tftp_open_params p;

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(errors); i++) {
		program(100);
		peer.error = errors[i].code + 1;
		CHECK(call_open(512) == errors[i].status);
		CHECK(call_read_file(TFTP_READ_FILE, BUFFER, 100) == errors[i].status);
		CHECK(call_fsize() == errors[i].status);
		CHECK(low[BUFFER] == 0xee && call_read(BUFFER) == PXENV_TFTP_CLOSED);
	}
	program(100);
	idle_step = 50;
	peer.no_tftp = true;
	CHECK(call_open(512) == PXENV_TFTP_OPEN_TIMEOUT && elapsed() < 40000);
	program(100);
	peer.port_closed = true;
	CHECK(call_open(512) == PXENV_TFTP_OPEN_TIMEOUT && elapsed() < 2000);
	program(100);
	peer.no_arp = true;
	CHECK(call_open(512) == PXENV_TFTP_CANNOT_ARP && elapsed() < 8000);
	program(100);
	CHECK(call_open(1) == PXENV_TFTP_INVALID_PACKET_SIZE);
	CHECK(call_open(511) == PXENV_TFTP_INVALID_PACKET_SIZE);
	CHECK(peer.frames == 0);
	p = open_params("boot", 512);
	p.server = be32_of(0);
	CHECK(pxe_tftp_call(TFTP_OPEN, &p) == PXENV_TFTP_CANNOT_OPEN);
	p.server = be32_of(0xffffffff);
	CHECK(pxe_tftp_call(TFTP_OPEN, &p) == PXENV_TFTP_CANNOT_OPEN);
	undi_closed = true;
	CHECK(call_open(512) == PXENV_UNDI_INVALID_STATE);
	CHECK(call_read_file(TFTP_READ_FILE, BUFFER, 9) == PXENV_UNDI_INVALID_STATE);
	CHECK(call_fsize() == PXENV_UNDI_INVALID_STATE);
	CHECK(call_read(BUFFER) == PXENV_UNDI_INVALID_STATE);
}

static void test_a_server_that_dies_is_told_behind_its_blocks(void **state)
{
	u32 at = 0;
	enum pxenv_status s;

	(void)state;
	program(100000);
	peer.stop_after = 30;
	idle_step = 20;
	CHECK(call_open(512) == PXENV_SUCCESS);
	while ((s = call_read(BUFFER)) == PXENV_SUCCESS) {
		CHECK(file_at(BUFFER, at, read_len()));
		at += read_len();
	}
	CHECK(s == PXENV_TFTP_READ_TIMEOUT && at == 30 * 512);
	CHECK(call_read(BUFFER) == PXENV_TFTP_READ_TIMEOUT);
	peer.stop_after = 0;
	CHECK(call_open(512) == PXENV_SUCCESS);
}

static void test_names_without_nul_are_128_characters(void **state)
{
	struct tftp_open_params p = open_params("", 512);

	(void)state;
	program(100);
	peer.no_tftp = true;
	idle_step = 50;
	memset(p.name, 'n', sizeof(p.name));
	CHECK(pxe_tftp_call(TFTP_OPEN, &p) == PXENV_TFTP_OPEN_TIMEOUT);
	CHECK(peer.frames > 1);
}

static void test_a_port_and_a_gateway_may_be_named(void **state)
{
	struct tftp_open_params p = open_params("boot", 512);

	(void)state;
	program(100);
	peer.tftp_port = 6969;
	p.port = be16_of(6969);
	CHECK(pxe_tftp_call(TFTP_OPEN, &p) == PXENV_SUCCESS);
	read_all(512);
	/* Behind a gateway of the caller's, there being none of ours. */
	program(100);
	net_set_address(net, OUR_IP, 0xffffff00, 0, 0);
	p.port = be16_of(0);
	p.server = be32_of(FAR_IP);
	p.gateway = be32_of(SERVER_IP);
	CHECK(pxe_tftp_call(TFTP_OPEN, &p) == PXENV_SUCCESS);
	CHECK(peer.s->self_ip == FAR_IP);
	read_all(512);
	/* Nonsense in that field does not count. */
	for (u32 i = 0; i < 3; i++) {
		static const u32 nonsense[] = { 0xffffffff, 0x7f000001, FAR_IP };

		program(100);
		p.gateway = be32_of(nonsense[i]);
		CHECK(pxe_tftp_call(TFTP_OPEN, &p) == PXENV_SUCCESS);
		p.server = be32_of(i % 2 ? SERVER_IP : FAR_IP);
		read_all(512);
	}
}

static void test_buffers_end_where_far_pointers_do(void **state)
{
	(void)state;
	program(3000);
	CHECK(call_open(512) == PXENV_SUCCESS);
	CHECK(call_read(FAR_END - 511) == PXENV_MCOPY_PROBLEM);
	CHECK(low[FAR_END - 1] == 0xee);
	CHECK(call_read(FAR_END - 512) == PXENV_SUCCESS && file_at(FAR_END - 512, 0, 512));
	CHECK(le16_get(read_params.packet_number) == 1);
	CHECK(call_read(0xffe00 + 256) == PXENV_SUCCESS && file_at(0xfff00, 512, 512));
	/* The last byte that there is, and an empty block needs none. */
	program(1);
	CHECK(call_open(512) == PXENV_SUCCESS);
	CHECK(call_read(FAR_END - 1) == PXENV_SUCCESS && read_len() == 1);
	CHECK(call_read(FAR_END - 1) == PXENV_SUCCESS && read_len() == 0);
}

/* ---- whole files ---- */

static void test_read_file_fills_exactly_its_buffer(void **state)
{
	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(sizes); i++) {
		program(sizes[i]);
		give_high(sizes[i]);
		CHECK(call_read_file(TFTP_READ_FILE, HIGH, sizes[i] + 5000) == PXENV_SUCCESS);
		CHECK(le32_get(file_params.buffer_size) == sizes[i]);
		CHECK(file_at(HIGH, 0, sizes[i]));
		CHECK(peer.asked_blksize == 1468);
	}
}

static void test_a_file_that_is_too_long_writes_nothing_beyond(void **state)
{
	(void)state;
	for (u32 options = 0; options < 3; options++) {
		program(10000);
		peer.options = (enum peer_options)options;
		give_high(9999);
		CHECK(call_read_file(TFTP_READ_FILE, HIGH, 9999) == PXENV_OUT_OF_RESOURCES);
		CHECK(le32_get(file_params.buffer_size) == 9999);
		CHECK(call_read_file(TFTP_READ_FILE, HIGH, 0) == PXENV_OUT_OF_RESOURCES);
	}
}

static void test_our_own_memory_is_no_buffer(void **state)
{
	(void)state;
	program(100);
	CHECK(call_read_file(TFTP_READ_FILE, OURS, 100) == PXENV_MCOPY_PROBLEM);
	CHECK(call_read_file(TFTP_READ_FILE, OURS + MIB - 1, 1) == PXENV_MCOPY_PROBLEM);
	CHECK(peer.frames == 0);
	CHECK(base_room(OURS - 10, 0xffffffff) == 10 && base_room(OURS - 10, 9) == 9);
	CHECK(base_room(OURS + MIB, 0xffffffff) == -(OURS + MIB));
	CHECK(base_room(0xffffffff, 2) == 1 && base_room(HIGH, 100) == 100);
}

static void test_get_fsize_asks_and_takes_nothing(void **state)
{
	(void)state;
	program(123456);
	CHECK(call_fsize() == PXENV_SUCCESS && le32_get(fsize_params.size) == 123456);
	CHECK(peer.blocks_sent == 0 && peer.errors == 1 && !peer.s->active);
	CHECK(call_read(BUFFER) == PXENV_TFTP_CLOSED);
	program(0);
	CHECK(call_fsize() == PXENV_SUCCESS && le32_get(fsize_params.size) == 0);
	program(123456);
	peer.no_tsize = true;
	CHECK(call_fsize() == PXENV_TFTP_NO_FILESIZE);
	program(123456);
	peer.options = OPTIONS_REFUSED;
	CHECK(call_fsize() == PXENV_TFTP_NO_FILESIZE);
	program(500);
	peer.options = OPTIONS_IGNORED;
	CHECK(call_fsize() == PXENV_SUCCESS && le32_get(fsize_params.size) == 500);
}

static void test_closed_while_the_card_was_away(void **state)
{
	(void)state;
	program(100000);
	CHECK(call_open(512) == PXENV_SUCCESS);
	undi_closed = true;
	CHECK(call_read(BUFFER) == PXENV_UNDI_INVALID_STATE);
	CHECK(call_close() == PXENV_SUCCESS);
	undi_closed = false;
	CHECK(call_read(BUFFER) == PXENV_TFTP_CLOSED);
	CHECK(net_tftp_poll(net) == -E_ABORTED);
	CHECK(call_open(512) == PXENV_SUCCESS);
	read_all(512);
}

static void test_other_opcodes_are_unsupported(void **state)
{
	u8 params[200] = { 0 };

	(void)state;
	program(100);
	CHECK(pxe_tftp_call(TFTP_READ_FILE_PMODE, params) == PXENV_UNSUPPORTED);
	CHECK(pxe_tftp_call(0x26, params) == PXENV_UNSUPPORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files_of_every_size_block_by_block),
		cmocka_unit_test(test_what_the_server_grants_is_what_open_tells),
		cmocka_unit_test(test_blocks_come_ahead_of_the_reader),
		cmocka_unit_test(test_a_slow_reader_loses_nothing),
		cmocka_unit_test(test_a_bad_wire_changes_no_byte),
		cmocka_unit_test(test_behind_the_end_there_are_0_bytes_for_ever),
		cmocka_unit_test(test_a_file_that_is_being_read_keeps_others_out),
		cmocka_unit_test(test_each_failure_to_open_has_its_status),
		cmocka_unit_test(test_a_server_that_dies_is_told_behind_its_blocks),
		cmocka_unit_test(test_names_without_nul_are_128_characters),
		cmocka_unit_test(test_a_port_and_a_gateway_may_be_named),
		cmocka_unit_test(test_buffers_end_where_far_pointers_do),
		cmocka_unit_test(test_read_file_fills_exactly_its_buffer),
		cmocka_unit_test(test_a_file_that_is_too_long_writes_nothing_beyond),
		cmocka_unit_test(test_our_own_memory_is_no_buffer),
		cmocka_unit_test(test_get_fsize_asks_and_takes_nothing),
		cmocka_unit_test(test_closed_while_the_card_was_away),
		cmocka_unit_test(test_other_opcodes_are_unsupported),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	free(high);
	free(image);
	return failed;
}
