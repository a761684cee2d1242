/* SPDX-License-Identifier: BSD-2-Clause */
/* ebbrom: builds, shows, checks and configures option ROM files. */
#include <stdio.h>
#include <string.h>

#include "build_id.h"
#include "commands.h"
#include "file.h"

static const struct {
	const char *name;
	int (*main)(int argc, char **argv);
	const char *help;
} commands[] = {
	{ "pack", pack_main, pack_help },
	{ "inspect", inspect_main, inspect_help },
	{ "lint", lint_main, lint_help },
	{ "stamp", stamp_main, stamp_help },
};

static void print_help(void)
{
	puts("usage: ebbrom command [arguments]\n"
	     "       ebbrom command --help\n"
	     "       ebbrom --version\n"
	     "\n"
	     "commands:\n"
	     "  pack     builds a ROM from its linked parts\n"
	     "  inspect  shows what is in an option ROM, anybody's\n"
	     "  lint     checks an option ROM against the rules, anybody's\n"
	     "  stamp    makes a ROM for one card, with settings\n"
	     "\n"
	     "exit status: 0 done, 1 a file cannot be used (nothing is written),\n"
	     "             2 wrong command line, 3 lint found something");
}

static bool is_help(const char *arg)
{
	return strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0;
}

int main(int argc, char **argv)
{
	if (argc < 2)
		fail_usage("no command");
	if (is_help(argv[1])) {
		print_help();
		return EXIT_DONE;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("ebbrom of build %08x\n", BUILD_ID);
		return EXIT_DONE;
	}

	for (u32 i = 0; i < ARRAY_LEN(commands); i++) {
		if (strcmp(argv[1], commands[i].name) != 0)
			continue;
		for (int k = 2; k < argc; k++)
			if (is_help(argv[k])) {
				fputs(commands[i].help, stdout);
				return EXIT_DONE;
			}
		return commands[i].main(argc - 2, argv + 2);
	}
	fail_usage("no such command: %s", argv[1]);
}
