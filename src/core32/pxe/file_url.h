/* SPDX-License-Identifier: BSD-2-Clause */
/* What FILE_OPEN is given: "tftp://10.0.2.2:69/dir/file", or a name on the boot server.  Pure. */
#ifndef EBB_FILE_URL_H
#define EBB_FILE_URL_H

#include "ebb/types.h"

enum file_url {
	FILE_URL_OK,
	FILE_URL_SCHEME, /* of a protocol that we do not have */
	FILE_URL_HOST,   /* no IPv4 address, or a bad port */
	FILE_URL_PATH,   /* empty, too long, or badly escaped */
};

/* Takes `url` apart.  *server and *port are changed only if it names them; the path is without its
 * escapes (RFC 3986 2.1), and without the slash that only ends the host's name. */
enum file_url file_url(const char *url, char *path, u32 room, u32 *server, u16 *port);

#endif
