/* SPDX-License-Identifier: BSD-2-Clause */
#include "base_scene.h"

static le16 handle;

static enum pxenv_status call_file_open(const char *name)
{
	struct file_open_params p = { 0 };
	enum pxenv_status s;

	memcpy(low + NAME, name, strlen(name) + 1);
	far_pointer(p.name, NAME);
	s = pxe_file_call(FILE_OPEN, &p);
	handle = p.handle;
	return s;
}

static struct file_read_params in;

static enum pxenv_status call_file_read(u16 room)
{
	in.handle = handle;
	in.buffer_size = le16_of(room);
	far_pointer(in.buffer, BUFFER);
	return pxe_file_call(FILE_READ, &in);
}

static struct file_size_params size_params;

static enum pxenv_status call_file_size(void)
{
	size_params.handle = handle;
	return pxe_file_call(FILE_GET_SIZE, &size_params);
}

static enum pxenv_status call_file_close(void)
{
	struct file_select_params p = { .handle = handle };

	return pxe_file_call(FILE_CLOSE, &p);
}

/* 0 or 1; 2 = failed. */
static u32 call_file_select(void)
{
	struct file_select_params p = { .handle = handle, .ready = le16_of(9) };

	return pxe_file_call(FILE_SELECT, &p) ? 2 : le16_get(p.ready);
}

/* As PXELINUX reads: pieces of `room`, again while there is nothing yet, up to 0 bytes. */
static u32 read_all(u16 room)
{
	u32 at = 0, len;
	enum pxenv_status s;

	do {
		while ((s = call_file_read(room)) == PXENV_TFTP_OPEN)
			;
		CHECK(s == PXENV_SUCCESS);
		len = le16_get(in.buffer_size);
		CHECK(len <= room && file_at(BUFFER, at, len));
		CHECK(low[BUFFER + room] == 0xee);
		at += len;
	} while (len);
	return at;
}

static void test_files_of_every_size_in_pieces_of_any(void **state)
{
	static const u16 rooms[] = { 2048, 512, 1, 1469, 60000 };

	(void)state;
	for (u32 i = 0; i < ARRAY_LEN(sizes); i++)
		for (u32 k = 0; k < ARRAY_LEN(rooms); k++) {
			program(sizes[i]);
			peer.delay_ms = k % 3;
			CHECK(call_file_open("boot") == PXENV_SUCCESS);
			CHECK(call_file_size() == PXENV_SUCCESS || !sizes[i]);
			CHECK(!sizes[i] || le32_get(size_params.size) == sizes[i]);
			CHECK(read_all(rooms[k]) == sizes[i]);
			CHECK(call_file_size() == PXENV_SUCCESS);
			CHECK(le32_get(size_params.size) == sizes[i]);
			CHECK(call_file_close() == PXENV_SUCCESS);
		}
}

static void test_urls_name_the_server(void **state)
{
	(void)state;
	program(5000);
	lease.boot_server = SERVER_IP + 1;
	CHECK(call_file_open("tftp://192.0.2.9/boot") == PXENV_SUCCESS);
	CHECK(peer.s->self_ip == FAR_IP && read_all(2048) == 5000);
	peer.tftp_port = 6969;
	CHECK(call_file_open("tftp://10.0.2.2:6969/bo%6ft") == PXENV_SUCCESS);
	CHECK(read_all(2048) == 5000);
	CHECK(call_file_open("http://10.0.2.2/boot") == PXENV_UNSUPPORTED);
	CHECK(call_file_open("tftp://server/boot") == PXENV_TFTP_CANNOT_OPEN);
	CHECK(call_file_open("") == PXENV_TFTP_NOT_FOUND);
	CHECK(call_file_open("tftp://10.0.2.2/") == PXENV_TFTP_NOT_FOUND);
	lease.boot_server = 0;
	CHECK(call_file_open("boot") == PXENV_TFTP_CANNOT_OPEN);
}

static void test_names_end_within_reach_and_measure(void **state)
{
	struct file_open_params p = { 0 };

	(void)state;
	program(100);
	memset(low, 'n', sizeof(low));
	far_pointer(p.name, BUFFER);
	CHECK(pxe_file_call(FILE_OPEN, &p) == PXENV_TFTP_NOT_FOUND);
	low[BUFFER + 256] = 0;
	CHECK(pxe_file_call(FILE_OPEN, &p) == PXENV_TFTP_NOT_FOUND);
	/* No NUL before memory ends: what there is, is the name. */
	memcpy(low + FAR_END - 4, "boot", 4);
	far_pointer(p.name, FAR_END - 4);
	CHECK(pxe_file_call(FILE_OPEN, &p) == PXENV_SUCCESS);
}

static void test_nothing_yet_is_told_and_select_agrees(void **state)
{
	(void)state;
	program(2000);
	peer.max_blksize = 1000;
	peer.delay_ms = 50;
	CHECK(call_file_open("boot") == PXENV_SUCCESS);
	CHECK(call_file_select() == 0);
	CHECK(call_file_read(100) == PXENV_TFTP_OPEN);
	peer.now += 200;
	CHECK(call_file_select() == 1);
	CHECK(call_file_read(600) == PXENV_SUCCESS && le16_get(in.buffer_size) == 600);
	CHECK(call_file_read(600) == PXENV_SUCCESS && le16_get(in.buffer_size) == 400);
	CHECK(call_file_select() == 0);
	peer.now += 200;
	CHECK(call_file_read(2000) == PXENV_SUCCESS && le16_get(in.buffer_size) == 1000);
	CHECK(call_file_read(2000) == PXENV_TFTP_OPEN); /* the empty block is on its way */
	peer.now += 200;
	CHECK(call_file_select() == 1);
	CHECK(call_file_read(2000) == PXENV_SUCCESS && le16_get(in.buffer_size) == 0);
	CHECK(call_file_read(2000) == PXENV_SUCCESS && le16_get(in.buffer_size) == 0);
}

static void test_one_file_at_a_time_and_old_handles_are_closed(void **state)
{
	struct tftp_open_params p = open_params("boot", 512);
	le16 first;

	(void)state;
	program(5000);
	CHECK(call_file_open("boot") == PXENV_SUCCESS);
	first = handle;
	CHECK(call_file_open("boot") == PXENV_OUT_OF_RESOURCES);
	CHECK(pxe_tftp_call(TFTP_OPEN, &p) == PXENV_TFTP_OPEN);
	CHECK(call_read(BUFFER) == PXENV_TFTP_CLOSED);
	handle = first;
	CHECK(read_all(2048) == 5000);
	/* At its end it makes way, closed or not. */
	CHECK(call_file_open("boot") == PXENV_SUCCESS);
	CHECK(le16_get(handle) != le16_get(first));
	le16 second = handle;
	handle = first;
	CHECK(call_file_read(10) == PXENV_TFTP_CLOSED && call_file_select() == 2);
	CHECK(call_file_size() == PXENV_TFTP_CLOSED && call_file_close() == PXENV_SUCCESS);
	handle = second;
	CHECK(read_all(2048) == 5000 && call_file_close() == PXENV_SUCCESS);
	CHECK(call_file_read(10) == PXENV_TFTP_CLOSED && call_file_close() == PXENV_SUCCESS);
	CHECK(pxe_tftp_call(TFTP_OPEN, &p) == PXENV_SUCCESS);
	CHECK(call_file_open("boot") == PXENV_TFTP_OPEN);
	CHECK(call_close() == PXENV_SUCCESS);
	/* Closed in its midst. */
	peer.file_len = 500000;
	CHECK(call_file_open("boot") == PXENV_SUCCESS);
	u32 errors = peer.errors;
	CHECK(call_file_close() == PXENV_SUCCESS && peer.errors == errors + 1);
}

static void test_the_udp_endpoint_may_be_open_meanwhile(void **state)
{
	(void)state;
	program(5000);
	CHECK(call_udp_open(0) == PXENV_SUCCESS);
	CHECK(call_file_open("boot") == PXENV_SUCCESS);
	CHECK(call_udp_write(SERVER_IP, 1, 7, 3) == PXENV_SUCCESS && peer.pings == 1);
	peer_udp(SERVER_IP, OUR_IP, 7, 1, "x", 1);
	CHECK(read_all(2048) == 5000);
	CHECK(call_udp_read(0, 0, 10) == PXENV_SUCCESS && low[BUFFER] == 'x');
}

static void test_two_neighbours_at_once(void **state)
{
	(void)state;
	program(300000);
	CHECK(call_udp_open(0) == PXENV_SUCCESS);
	CHECK(call_file_open("boot") == PXENV_SUCCESS);
	idle_step = 100;
	/* One is not there; the other has moved, and is asked for again meanwhile. */
	peer.mac[5] ^= 0x40;
	peer.flights = 0;
	CHECK(call_udp_write(OUR_IP + 1, 1, 7, 3) == PXENV_ARP_TIMEOUT);
	CHECK(peer.arp_requests < 20);
	/* Neither is there: both wait, and nobody floods the network with questions. */
	peer.no_arp = true;
	peer.arp_requests = 0;
	peer.mac[5] ^= 0x40;
	CHECK(call_file_read(60000) == PXENV_SUCCESS && call_file_read(60000) != PXENV_FAILURE);
	CHECK(call_udp_write(OUR_IP + 1, 1, 7, 3) != PXENV_SUCCESS);
	CHECK(peer.arp_requests < 20);
	peer.no_arp = false;
	program(300000);
	CHECK(call_file_open("boot") == PXENV_SUCCESS);
	CHECK(read_all(2048) == 300000);
}

static void test_failures_have_a_status(void **state)
{
	enum pxenv_status s;

	(void)state;
	program(100);
	peer.error = 2;
	CHECK(call_file_open("boot") == PXENV_TFTP_NOT_FOUND);
	program(100000);
	idle_step = 50;
	peer.stop_after = 3;
	peer.options = OPTIONS_IGNORED;
	CHECK(call_file_open("boot") == PXENV_SUCCESS);
	CHECK(call_file_size() == PXENV_TFTP_NO_FILESIZE);
	CHECK(call_file_read(60000) == PXENV_SUCCESS);
	while ((s = call_file_read(60000)) == PXENV_TFTP_OPEN || s == PXENV_SUCCESS)
		;
	CHECK(s == PXENV_TFTP_READ_TIMEOUT);
	undi_closed = true;
	CHECK(call_file_open("boot") == PXENV_UNDI_INVALID_STATE);
	CHECK(call_file_read(1) == PXENV_UNDI_INVALID_STATE);
	undi_closed = false;
	peer.stop_after = 0;
	CHECK(call_file_open("boot") == PXENV_SUCCESS);
	far_pointer(in.buffer, FAR_END - 9);
	in.handle = handle;
	in.buffer_size = le16_of(10);
	CHECK(pxe_file_call(FILE_READ, &in) == PXENV_MCOPY_PROBLEM);
}

static void test_api_check_knows_its_word(void **state)
{
	struct file_check_params p = { .size = le16_of(20), .magic = le32_of(0x91d447b2) };

	(void)state;
	program(100);
	CHECK(pxe_file_call(FILE_API_CHECK, &p) == PXENV_SUCCESS);
	CHECK(le32_get(p.magic) == 0xe9c17b20 && le32_get(p.mask) == 0x15f);
	CHECK(le16_get(p.size) == 20 && le32_get(p.flags) == 0);
	CHECK(pxe_file_call(FILE_API_CHECK, &p) == PXENV_BAD_FUNC);
	p.magic = le32_of(0x91d447b2);
	p.size = le16_of(19);
	CHECK(pxe_file_call(FILE_API_CHECK, &p) == PXENV_OUT_OF_RESOURCES);
	CHECK(le32_get(p.magic) == 0x91d447b2);
	CHECK(pxe_file_call(FILE_EXEC, &p) == PXENV_UNSUPPORTED);
	CHECK(pxe_file_call(FILE_EXIT_HOOK, &p) == PXENV_UNSUPPORTED);
}

static u32 cmdline(u16 room)
{
	struct file_cmdline_params p = { .buffer_size = le16_of(room) };

	memset(low, 0xee, sizeof(low));
	far_pointer(p.buffer, BUFFER);
	CHECK(pxe_file_call(FILE_CMDLINE, &p) == PXENV_SUCCESS);
	return le16_get(p.buffer_size);
}

static void test_the_command_line_is_cut_and_measured(void **state)
{
	(void)state;
	program(100);
	CHECK(cmdline(100) == 0 && low[BUFFER] == 0xee);
	strcpy(lease.cmdline, "quiet");
	CHECK(cmdline(100) == 6 && memcmp(low + BUFFER, "quiet\0\xee", 7) == 0);
	CHECK(cmdline(6) == 6 && memcmp(low + BUFFER, "quiet\0\xee", 7) == 0);
	CHECK(cmdline(3) == 6 && memcmp(low + BUFFER, "qu\0\xee", 4) == 0);
	CHECK(cmdline(0) == 6 && low[BUFFER] == 0xee);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files_of_every_size_in_pieces_of_any),
		cmocka_unit_test(test_urls_name_the_server),
		cmocka_unit_test(test_names_end_within_reach_and_measure),
		cmocka_unit_test(test_nothing_yet_is_told_and_select_agrees),
		cmocka_unit_test(test_one_file_at_a_time_and_old_handles_are_closed),
		cmocka_unit_test(test_the_udp_endpoint_may_be_open_meanwhile),
		cmocka_unit_test(test_two_neighbours_at_once),
		cmocka_unit_test(test_failures_have_a_status),
		cmocka_unit_test(test_api_check_knows_its_word),
		cmocka_unit_test(test_the_command_line_is_cut_and_measured),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	free(image);
	return failed;
}
