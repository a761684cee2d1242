/* SPDX-License-Identifier: BSD-2-Clause */
/* Entry point: "_SM_", sum, length, ... table length at 16h, address at 18h, count at 1Ch.
 * Structures: type, length of the formatted part, handle, then strings up to two NULs. */
#include "smbios.h"
#include "mem.h"

#define SEARCH_BASE 0xf0000u
#define SEARCH_END  0x100000u
#define ENTRY_LEN   0x1fu
#define TYPE_SYSTEM 1u
#define TYPE_END    127u
#define UUID_OFF    8u

static u8 sum(const u8 *at, u32 len)
{
	u8 s = 0;

	while (len--)
		s = (u8)(s + *at++);
	return s;
}

static const u8 *find_entry(void)
{
	for (phys at = SEARCH_BASE; at < SEARCH_END - 0x20; at += 16) {
		const u8 *p = (const u8 *)at;
		u32 len = p[5];

		if (p[0] == '_' && p[1] == 'S' && p[2] == 'M' && p[3] == '_' &&
		    len >= ENTRY_LEN - 1 && len <= SEARCH_END - at && !sum(p, len))
			return p;
	}
	return NULL;
}

/* The first structure of type 1, with its whole UUID; NULL if there is none.  Steps end with
 * the table, however its lengths lie. */
static const u8 *find_system(const u8 *table, u32 len)
{
	u32 at = 0;

	while (len - at >= 4 && at < len) {
		u32 formatted = table[at + 1];

		if (formatted < 4 || formatted > len - at || table[at] == TYPE_END)
			return NULL;
		if (table[at] == TYPE_SYSTEM)
			return formatted >= UUID_OFF + 16 ? table + at : NULL;
		at += formatted;
		while (len - at >= 2 && (table[at] || table[at + 1]))
			at++;
		if (len - at < 2)
			return NULL;
		at += 2;
	}
	return NULL;
}

void smbios_uuid(u8 uuid[16])
{
	const u8 *entry = find_entry();
	u8 all = 0xff;

	memset(uuid, 0, 16);
	if (!entry)
		return;

	u32 len = (u32)entry[0x16] | (u32)entry[0x17] << 8;
	phys table = (phys)entry[0x18] | (phys)entry[0x19] << 8 | (phys)entry[0x1a] << 16 |
		     (phys)entry[0x1b] << 24;
	if (!table || len > 0u - table)
		return;

	const u8 *system = find_system((const u8 *)table, len);
	if (!system)
		return;
	for (u32 i = 0; i < 16; i++)
		all &= system[UUID_OFF + i];
	/* All ones: the maker never set it. */
	if (all != 0xff)
		memcpy(uuid, system + UUID_OFF, 16);
}
