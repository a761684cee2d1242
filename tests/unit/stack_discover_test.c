/* SPDX-License-Identifier: BSD-2-Clause */
/* Boot server discovery on the wire: frames to groups, to everybody and to one. */
#include <string.h>
#include "stack_scene.h"
#include "pxe_options.h"

static struct pxe_options o;

static void discover(u8 control, u32 group, u32 server)
{
	machine(600);
	peer.proxy = true;
	CHECK(get_address() == 0);
	peer.proxy_requests = 0;
	peer.arp_requests = 0;
	memset(&o, 0, sizeof(o));
	o.control = control;
	o.multicast = group;
	o.servers = server != 0;
	o.server[0] = (struct pxe_server){ 5, server };
	net_discover_begin(net, &o, 5, peer.now);
}

static void test_a_group_needs_no_arp(void **state)
{
	(void)state;
	discover(PXE_NO_BROADCAST, IP4_ADDRESS(239, 129, 2, 3), 0);
	CHECK(net_dhcp_poll(net) == 0 && net_discover_poll(net) == NET_BUSY);
	CHECK(run(net_discover_poll, 20000) == -E_PXE_NO_SERVER);
	CHECK(peer.proxy_requests == 4 && peer.arp_requests == 0);
	CHECK(memcmp(peer.to_mac, "\x01\x00\x5e\x01\x02\x03", 6) == 0);
	CHECK(fetch() == 0 && is_file()); /* the lease is as it was */
}

static void test_a_listed_server_is_believed(void **state)
{
	(void)state;
	discover(PXE_NO_BROADCAST | PXE_NO_MULTICAST, 0, SERVER_IP);
	CHECK(run(net_discover_poll, 20000) == 0);
	CHECK(peer.proxy_requests == 1 && memcmp(peer.to_mac, peer.mac, 6) == 0);
	CHECK(strcmp(net_lease(net)->boot_file, "boot") == 0 && fetch() == 0 && is_file());
}

static void test_no_way_is_said_at_once(void **state)
{
	(void)state;
	discover(PXE_NO_BROADCAST | PXE_NO_MULTICAST, IP4_ADDRESS(239, 1, 2, 3), 0);
	CHECK(net_discover_poll(net) == -E_PXE_NO_WAY);
	CHECK(fetch() == 0 && is_file());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_group_needs_no_arp),
		cmocka_unit_test(test_a_listed_server_is_believed),
		cmocka_unit_test(test_no_way_is_said_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
