/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine's UUID from SMBIOS, for DHCP option 97. */
#ifndef EBB_SMBIOS_H
#define EBB_SMBIOS_H

#include "ebb/types.h"

/* Fills `uuid` as stored; all zero if the firmware has none. */
void smbios_uuid(u8 uuid[16]);

#endif
