/* SPDX-License-Identifier: BSD-2-Clause */
/* CRC-32 as IEEE 802.3 has it: reflected, polynomial EDB88320h.  Guards the payload. */
#ifndef EBB_CRC_H
#define EBB_CRC_H

#include "ebb/types.h"

/* Continues a sum over `len` more bytes.  Start with 0; the result after the last byte is
 * the CRC, without further steps. */
u32 crc_update(u32 crc, const void *bytes, u32 len);

#endif
