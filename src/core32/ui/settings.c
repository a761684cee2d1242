/* SPDX-License-Identifier: BSD-2-Clause */
#include "settings.h"

bool settings_get(const char *settings, u32 len, const char *name, char *to, u32 room)
{
	u32 at = 0;

	to[0] = 0;
	while (at < len && settings[at]) {
		u32 i = 0;

		while (name[i] && at + i < len && settings[at + i] == name[i])
			i++;
		if (!name[i] && at + i < len && settings[at + i] == '=') {
			u32 from = at + i + 1, n = 0;

			while (from + n < len && settings[from + n] &&
			       settings[from + n] != '\n')
				n++;
			if (n >= room)
				return false;
			for (i = 0; i < n; i++)
				to[i] = settings[from + i];
			to[n] = 0;
			return true;
		}
		while (at < len && settings[at] && settings[at] != '\n')
			at++;
		at++;
	}
	return false;
}
