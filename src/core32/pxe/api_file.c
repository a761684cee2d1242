/* SPDX-License-Identifier: BSD-2-Clause */
/* The file calls 00e0-00e8, an extension that other ROMs have and boot programs ask for by
 * API_CHECK: files by URL or by name, read without waiting.
 *
 *   OPEN           waits for the server's first word.  One file at a time: while it is being
 *                  read another is refused (0006, or 001B for one of the TFTP calls)
 *   READ           what there is, up to BufferSize; nothing yet: 001B; at the end: 0 bytes
 *   SELECT         ready = there is something to read, or an end or an error to be told
 *   GET_FILE_SIZE  003E if the server has not told it and the end has not come
 *   CLOSE          always succeeds; a handle that is not open is 001A elsewhere
 *
 * The UDP endpoint may be open meanwhile: programs have it open all the time. */
#include "base.h"
#include "base_params.h"
#include "dhcp.h"
#include "file_url.h"
#include "mem.h"
#include "transfer.h"

#define URL_MAX     512u
#define CHECK_IN    0x91d447b2u
#define CHECK_OUT   0xe9c17b20u
#define PROVIDER    0x656262u /* "ebb" */
#define READY       1u
#define BIT(op)     (1u << ((op)-FILE_OPEN))
#define HANDLE_MASK 0x7fffu

static enum pxenv_status file_open(struct file_open_params *p)
{
	phys at = pxe_linear(p->name);
	char url[URL_MAX], path[TFTP_NAME_MAX + 1];
	struct net_tftp_request r = { .server = base_lease()->boot_server, .name = path };
	enum pxenv_status s;
	struct net *n = base_net(&s);

	if (!n)
		return s;
	if (transfer_in_the_way())
		return transfer_user() == TRANSFER_FILE ? PXENV_OUT_OF_RESOURCES
							: PXENV_TFTP_OPEN;
	if (at >= FAR_END || !transfer_name(url, sizeof(url), pxe_memory(at), FAR_END - at))
		return PXENV_TFTP_NOT_FOUND;
	switch (file_url(url, path, sizeof(path), &r.server, &r.port)) {
	case FILE_URL_OK:
		break;
	case FILE_URL_SCHEME:
		return PXENV_UNSUPPORTED;
	case FILE_URL_HOST:
		return PXENV_TFTP_CANNOT_OPEN;
	case FILE_URL_PATH:
		return PXENV_TFTP_NOT_FOUND;
	}
	s = transfer_open(n, TRANSFER_FILE, &r);
	if (s)
		return s;
	/* Another number each time: an old handle is not this file's. */
	base.handle = (u16)((base.handle + 1) & HANDLE_MASK);
	if (!base.handle)
		base.handle = 1;
	p->handle = le16_of(base.handle);
	return PXENV_SUCCESS;
}

static bool is_ours(le16 handle)
{
	return transfer_user() == TRANSFER_FILE && le16_get(handle) == base.handle;
}

static enum pxenv_status file_close(const struct file_select_params *p)
{
	enum pxenv_status s;

	if (is_ours(p->handle))
		transfer_close(base_net(&s));
	return PXENV_SUCCESS;
}

/* The engine for a file that is open; NULL: *s is what to answer. */
static struct net *net_of(le16 handle, enum pxenv_status *s)
{
	struct net *n = base_net(s);

	if (n && !is_ours(handle)) {
		*s = PXENV_TFTP_CLOSED;
		return NULL;
	}
	return n;
}

static enum pxenv_status file_select(struct file_select_params *p)
{
	enum pxenv_status s;
	struct net *n = net_of(p->handle, &s);
	u32 ready;

	if (!n)
		return s;
	transfer_step(n);
	ready = transfer_ready(n, &s);
	p->ready = le16_of(ready || s != PXENV_TFTP_OPEN ? READY : 0);
	return PXENV_SUCCESS;
}

static enum pxenv_status file_read(struct file_read_params *p)
{
	enum pxenv_status s;
	struct net *n = net_of(p->handle, &s);
	u32 len = le16_get(p->buffer_size), ready;
	u8 *to;

	if (!n)
		return s;
	if (!base_buffer(p->buffer, len, &to))
		return PXENV_MCOPY_PROBLEM;
	transfer_step(n);
	ready = transfer_ready(n, &s);
	if (!ready && s) {
		if (s != PXENV_TFTP_OPEN)
			transfer_told();
		return s;
	}
	if (!ready)
		transfer_told();
	p->buffer_size = le16_of((u16)transfer_take(to, len));
	return PXENV_SUCCESS;
}

static enum pxenv_status file_get_size(struct file_size_params *p)
{
	enum pxenv_status s;
	struct net *n = net_of(p->handle, &s);
	u32 size;

	if (!n)
		return s;
	if (!transfer_size(&size))
		return PXENV_TFTP_NO_FILESIZE;
	p->size = le32_of(size);
	return PXENV_SUCCESS;
}

static enum pxenv_status file_check(struct file_check_params *p)
{
	if (le32_get(p->magic) != CHECK_IN)
		return PXENV_BAD_FUNC;
	if (le16_get(p->size) < sizeof(*p))
		return PXENV_OUT_OF_RESOURCES;
	p->size = le16_of(sizeof(*p));
	p->magic = le32_of(CHECK_OUT);
	p->provider = le32_of(PROVIDER);
	p->mask = le32_of(BIT(FILE_OPEN) | BIT(FILE_CLOSE) | BIT(FILE_SELECT) | BIT(FILE_READ) |
			  BIT(FILE_GET_SIZE) | BIT(FILE_API_CHECK) | BIT(FILE_CMDLINE));
	p->flags = le32_of(0);
	return PXENV_SUCCESS;
}

/* BufferSize becomes what the whole of it takes with its NUL, 0 if there is none; a short buffer
 * gets the start of it. */
static enum pxenv_status file_cmdline(struct file_cmdline_params *p)
{
	const char *text = base_lease()->cmdline;
	u32 room = le16_get(p->buffer_size), len = strlen(text);
	u8 *to;

	if (!base_buffer(p->buffer, room, &to))
		return PXENV_MCOPY_PROBLEM;
	if (len && room) {
		u32 copied = len < room ? len : room - 1;

		memcpy(to, text, copied);
		to[copied] = 0;
	}
	p->buffer_size = le16_of((u16)(len ? len + 1 : 0));
	return PXENV_SUCCESS;
}

enum pxenv_status pxe_file_call(u16 op, void *params)
{
	switch (op) {
	case FILE_OPEN:
		return file_open(params);
	case FILE_CLOSE:
		return file_close(params);
	case FILE_SELECT:
		return file_select(params);
	case FILE_READ:
		return file_read(params);
	case FILE_GET_SIZE:
		return file_get_size(params);
	case FILE_API_CHECK:
		return file_check(params);
	case FILE_CMDLINE:
		return file_cmdline(params);
	}
	return PXENV_UNSUPPORTED;
}
