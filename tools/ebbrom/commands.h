/* SPDX-License-Identifier: BSD-2-Clause */
/* The subcommands: each takes the arguments behind its name and returns an exit status. */
#ifndef EBBROM_COMMANDS_H
#define EBBROM_COMMANDS_H

#include "ebb/types.h"

struct rom_file;

int pack_main(int argc, char **argv);
int inspect_main(int argc, char **argv);
int lint_main(int argc, char **argv);
int stamp_main(int argc, char **argv);

/* What inspect and lint print; lint_rom returns the number of findings. */
void inspect_rom(const char *name, const struct rom_file *rom);
u32 lint_rom(const char *name, const struct rom_file *rom);

extern const char pack_help[];
extern const char inspect_help[];
extern const char lint_help[];
extern const char stamp_help[];

#endif
