/* SPDX-License-Identifier: BSD-2-Clause */
/* A network of one server, for measurements: ARP, DHCP and TFTP (RFC 1350, 2347-2349, 7440) over
 * Ethernet frames in UDP datagrams, as QEMU's socket network sends them.  It computes nothing
 * twice and writes no log, so that the guest is what takes the time.  It trusts its guest: not
 * for any other network.
 *
 *   server PORT GUEST_PORT FOLDER BOOT_FILE [WINDOW]
 *
 * WINDOW is the greatest windowsize that it grants; 0, the default, knows no windowsize. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define ETH       14
#define IP        20
#define UDP       8
#define HEADERS   (ETH + IP + UDP)
#define MTU       1500
#define FRAME_MIN 60

#define MY_IP    0x0a000202u
#define GUEST_IP 0x0a00020fu
#define MASK     0xffffff00u
#define LEASE_S  3600u

#define TFTP_RRQ   1
#define TFTP_DATA  3
#define TFTP_ACK   4
#define TFTP_ERROR 5
#define TFTP_OACK  6

#define TRANSFERS 8
#define PORT_0    20000
#define SILENT_MS 500 /* then the window is sent again */

static const uint8_t my_mac[6] = { 0x52, 0x55, 10, 0, 2, 2 };

struct transfer {
	uint16_t client_port; /* 0 = free */
	const uint8_t *file;
	size_t len;
	uint32_t blksize, window;
	uint32_t acked, last; /* last = block number that ends the file */
	size_t oack_len;
	char oack[128];
};

static struct {
	int socket;
	struct sockaddr_in guest;
	uint8_t guest_mac[6];
	const char *folder, *boot_file;
	uint32_t window;
	uint16_t ident;
	struct transfer transfers[TRANSFERS];
	unsigned int next;
	struct transfer *busy; /* whose window is sent again */
} net;

static uint8_t out[ETH + MTU];

static uint32_t get16(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

static uint8_t *put16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
	return p + 2;
}

static uint8_t *put32(uint8_t *p, uint32_t v)
{
	return put16(put16(p, v >> 16), v & 0xffff);
}

static uint32_t sum(uint32_t acc, const uint8_t *p, size_t len)
{
	for (; len > 1; len -= 2, p += 2)
		acc += get16(p);
	return len ? acc + ((uint32_t)p[0] << 8) : acc;
}

static uint32_t folded(uint32_t acc)
{
	acc = (acc >> 16) + (acc & 0xffff);
	return (acc >> 16) + acc;
}

static void send_frame(const uint8_t *mac, uint32_t type, size_t len)
{
	memcpy(out, mac, 6);
	memcpy(out + 6, my_mac, 6);
	put16(out + 12, type);
	if (len < FRAME_MIN) {
		memset(out + len, 0, FRAME_MIN - len);
		len = FRAME_MIN;
	}
	sendto(net.socket, out, len, 0, (struct sockaddr *)&net.guest, sizeof(net.guest));
}

/* Sends `len` bytes that are behind the place of the headers already. */
static void send_udp(uint32_t dst, uint32_t src_port, uint32_t dst_port, size_t len)
{
	static const uint8_t broadcast[6] = { 255, 255, 255, 255, 255, 255 };
	uint8_t *ip = out + ETH, *udp = ip + IP;

	put16(ip, 0x4500);
	put16(ip + 2, (uint32_t)(IP + UDP + len));
	put16(ip + 4, ++net.ident);
	put16(ip + 6, 0);
	put16(ip + 8, 64 << 8 | 17);
	put16(ip + 10, 0);
	put32(put32(ip + 12, MY_IP), dst);
	put16(ip + 10, ~folded(sum(0, ip, IP)));

	put16(put16(udp, src_port), dst_port);
	put16(udp + 4, (uint32_t)(UDP + len));
	put16(udp + 6, 0);
	uint32_t all = ~folded(sum(sum(17 + UDP + (uint32_t)len, ip + 12, 8), udp, UDP + len)) &
		       0xffff;
	put16(udp + 6, all ? all : 0xffff);
	send_frame(dst == ~0u ? broadcast : net.guest_mac, 0x0800, HEADERS + len);
}

/* ---- DHCP ---- */

static uint8_t *option(uint8_t *p, uint8_t code, uint32_t v)
{
	p[0] = code;
	p[1] = 4;
	return put32(p + 2, v);
}

static void dhcp(const uint8_t *in, size_t len)
{
	uint8_t *reply = out + HEADERS, *p;
	uint8_t type = 0;

	if (len < 240 || in[0] != 1)
		return;
	for (size_t at = 240; at + 2 < len && in[at] != 255;
	     at += in[at] ? 2u + in[at + 1] : 1u)
		if (in[at] == 53)
			type = in[at + 2];
	if (type != 1 && type != 3)
		return;

	memset(reply, 0, 300);
	reply[0] = 2;
	reply[1] = 1;
	reply[2] = 6;
	memcpy(reply + 4, in + 4, 4);
	put32(put32(reply + 16, GUEST_IP), MY_IP);
	memcpy(reply + 28, in + 28, 16);
	snprintf((char *)reply + 108, 128, "%s", net.boot_file);
	p = put32(reply + 236, 0x63825363);
	*p++ = 53;
	*p++ = 1;
	*p++ = type == 1 ? 2 : 5;
	p = option(p, 54, MY_IP);
	p = option(p, 1, MASK);
	p = option(p, 3, MY_IP);
	p = option(p, 51, LEASE_S);
	*p++ = 255;
	send_udp(~0u, 67, 68, p - reply < 300 ? 300 : (size_t)(p - reply));
}

/* ---- TFTP ---- */

static void send_error(uint32_t src_port, uint32_t dst_port, uint32_t code, const char *text)
{
	uint8_t *p = put16(put16(out + HEADERS, TFTP_ERROR), code);

	memcpy(p, text, strlen(text) + 1);
	send_udp(GUEST_IP, src_port, dst_port, 4 + strlen(text) + 1);
}

static uint32_t port_of(const struct transfer *t)
{
	return (uint32_t)(PORT_0 + (t - net.transfers));
}

/* What follows the last acknowledged block: a window of blocks, or the OACK. */
static void send_window(struct transfer *t)
{
	net.busy = t;
	if (!t->acked && t->oack_len) {
		memcpy(out + HEADERS, t->oack, t->oack_len);
		send_udp(GUEST_IP, port_of(t), t->client_port, t->oack_len);
		return;
	}
	for (uint32_t n = t->acked + 1; n <= t->last && n <= t->acked + t->window; n++) {
		size_t at = (size_t)(n - 1) * t->blksize;
		size_t part = t->len - at < t->blksize ? t->len - at : t->blksize;

		put16(put16(out + HEADERS, TFTP_DATA), n & 0xffff);
		memcpy(out + HEADERS + 4, t->file + at, part);
		send_udp(GUEST_IP, port_of(t), t->client_port, 4 + part);
	}
}

static void close_transfer(struct transfer *t)
{
	if (t->file && t->len)
		munmap((void *)t->file, t->len);
	memset(t, 0, sizeof(*t));
	if (net.busy == t)
		net.busy = NULL;
}

static bool open_file(struct transfer *t, const char *name)
{
	char path[512];
	struct stat st;
	int fd;

	if (strstr(name, "..") ||
	    snprintf(path, sizeof(path), "%s/%s", net.folder, name) >= (int)sizeof(path))
		return false;
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return false;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		return false;
	}
	t->len = (size_t)st.st_size;
	t->file = t->len ? mmap(NULL, t->len, PROT_READ, MAP_PRIVATE, fd, 0) : (void *)"";
	close(fd);
	return t->file != MAP_FAILED;
}

static void grant(struct transfer *t, const char *name, const char *format, size_t v)
{
	t->oack_len += (size_t)sprintf(t->oack + t->oack_len, "%s", name) + 1;
	t->oack_len += (size_t)sprintf(t->oack + t->oack_len, format, v) + 1;
}

/* `in` ends with a zero byte of ours. */
static void request(const char *in, size_t len, uint32_t client_port)
{
	struct transfer *t = NULL;
	const char *name = in + 2, *p, *end = in + len;

	for (unsigned int i = 0; i < TRANSFERS; i++)
		if (net.transfers[i].client_port == client_port)
			t = &net.transfers[i];
	if (!t)
		t = &net.transfers[net.next++ % TRANSFERS];
	close_transfer(t);
	while (*name == '/')
		name++;
	if (!open_file(t, name)) {
		send_error(port_of(t), client_port, 1, "no such file");
		return;
	}
	t->client_port = (uint16_t)client_port;
	t->blksize = 512;
	t->window = 1;

	p = name + strlen(name) + 1;
	for (p += p < end ? strlen(p) + 1 : 0; p < end;) {
		const char *value = p + strlen(p) + 1;
		unsigned long v = value < end ? strtoul(value, NULL, 10) : 0;

		if (value >= end)
			break;
		if (!t->oack_len)
			t->oack_len = (size_t)(put16((uint8_t *)t->oack, TFTP_OACK) -
					       (uint8_t *)t->oack);
		if (!strcasecmp(p, "blksize") && v >= 8 && t->blksize == 512) {
			t->blksize = v < MTU - IP - UDP - 4 ? (uint32_t)v : MTU - IP - UDP - 4;
			grant(t, "blksize", "%zu", t->blksize);
		} else if (!strcasecmp(p, "tsize")) {
			grant(t, "tsize", "%zu", t->len);
		} else if (!strcasecmp(p, "windowsize") && v && net.window) {
			t->window = v < net.window ? (uint32_t)v : net.window;
			grant(t, "windowsize", "%zu", t->window);
		}
		p = value + strlen(value) + 1;
		if (t->oack_len > sizeof(t->oack) - 48)
			break;
	}
	if (t->oack_len == 2)
		t->oack_len = 0;
	t->last = (uint32_t)(t->len / t->blksize) + 1;
	send_window(t);
}

static void tftp(const uint8_t *in, size_t len, uint32_t src_port, uint32_t dst_port)
{
	struct transfer *t = &net.transfers[(dst_port - PORT_0) % TRANSFERS];

	if (len < 4)
		return;
	if (dst_port == 69) {
		if (get16(in) == TFTP_RRQ)
			request((const char *)in, len, src_port);
		return;
	}
	if (dst_port < PORT_0 || dst_port >= PORT_0 + TRANSFERS || t->client_port != src_port)
		return;
	if (get16(in) != TFTP_ACK) {
		close_transfer(t);
		return;
	}

	uint32_t n = t->acked + ((get16(in + 2) - t->acked) & 0xffff);
	if (n > t->acked + t->window)
		return; /* an old one */
	if (!n)
		t->oack_len = 0;
	t->acked = n;
	if (n >= t->last) {
		net.busy = NULL;
		return;
	}
	send_window(t);
}

/* ---- frames ---- */

static void arp(const uint8_t *in)
{
	uint8_t *p = out + ETH;

	if (get16(in + 6) != 1 || get16(in + 24) != MY_IP >> 16 ||
	    get16(in + 26) != (MY_IP & 0xffff))
		return;
	memcpy(p, in, 6);
	p = put16(p + 6, 2);
	memcpy(p, my_mac, 6);
	p = put32(p + 6, MY_IP);
	memcpy(p, in + 8, 10);
	send_frame(in + 8, 0x0806, ETH + 28);
}

static void receive(uint8_t *frame, size_t len)
{
	const uint8_t *ip = frame + ETH, *udp = ip + IP;

	/* QEMU's network sends us nothing of our own; the first sender is the guest. */
	memcpy(net.guest_mac, frame + 6, 6);
	if (len >= ETH + 28 && get16(frame + 12) == 0x0806)
		arp(ip);
	if (len < HEADERS || get16(frame + 12) != 0x0800 || ip[0] != 0x45 || ip[9] != 17)
		return;

	size_t data = get16(udp + 4);
	if (data < UDP || data > len - ETH - IP)
		return;
	data -= UDP;
	frame[HEADERS + data] = 0;
	if (get16(udp + 2) == 67)
		dhcp(udp + UDP, data);
	else
		tftp(udp + UDP, data, get16(udp), get16(udp + 2));
}

int main(int argc, char **argv)
{
	static uint8_t frame[4096];
	struct sockaddr_in mine = { .sin_family = AF_INET };

	if (argc < 5) {
		fprintf(stderr, "server PORT GUEST_PORT FOLDER BOOT_FILE [WINDOW]\n");
		return 2;
	}
	mine.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	mine.sin_port = htons((uint16_t)atoi(argv[1]));
	net.guest = mine;
	net.guest.sin_port = htons((uint16_t)atoi(argv[2]));
	net.folder = argv[3];
	net.boot_file = argv[4];
	net.window = argc > 5 ? (uint32_t)atoi(argv[5]) : 0;
	net.socket = socket(AF_INET, SOCK_DGRAM, 0);
	if (net.socket < 0 || bind(net.socket, (struct sockaddr *)&mine, sizeof(mine))) {
		perror("server");
		return 1;
	}
	/* Whoever started us may be killed. */
	prctl(PR_SET_PDEATHSIG, 15);

	for (;;) {
		struct pollfd p = { .fd = net.socket, .events = POLLIN };

		if (!poll(&p, 1, SILENT_MS)) {
			if (net.busy)
				send_window(net.busy);
			continue;
		}
		ssize_t len = recv(net.socket, frame, sizeof(frame) - 1, 0);
		if (len > 0)
			receive(frame, (size_t)len);
	}
}
