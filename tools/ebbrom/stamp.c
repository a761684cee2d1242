/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes an ebb ROM for one card, and writes settings into it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "file.h"
#include "image.h"

const char stamp_help[] =
	"usage: ebbrom stamp [--id VVVV:DDDD]... [--cmdline TEXT] [--set NAME=VALUE]...\n"
	"                    FILE -o FILE\n"
	"\n"
	"  --id VVVV:DDDD    the card's PCI vendor and device, hexadecimal.  Further --id of the same\n"
	"                    vendor go to the device list, as far as the ROM has room there\n"
	"  --cmdline TEXT    command line for a Linux kernel; as --set cmdline=TEXT\n"
	"  --set NAME=VALUE  a setting; without VALUE, it is removed\n"
	"  -o FILE           the new ROM; it may be the same file\n";

#define SETS_MAX 64
#define IDS_MAX  16

struct card {
	u16 vendor;
	u16 device;
	const char *name;
};

static const struct card known[] = {
#define NIC(driver, vendor, device, name) { vendor, device, name },
#include "nic_ids.def"
#undef NIC
};

struct stamp {
	const char *in_name;
	const char *out_name;
	u32 ids;
	struct card id[IDS_MAX];
	u32 sets;
	const char *set[SETS_MAX]; /* "name=value" */
	struct rom_file rom;
	u8 *at; /* the new ROM */
};

/* ---- cards ------------------------------------------------------------------------------ */

static struct card parse_id(const char *text)
{
	unsigned vendor;
	unsigned device;
	char colon;
	char more;

	if (strlen(text) != 9 ||
	    sscanf(text, "%4x%c%4x%c", &vendor, &colon, &device, &more) != 3 || colon != ':')
		fail_usage("--id %s: not of the form 8086:100e", text);
	for (u32 i = 0; i < ARRAY_LEN(known); i++)
		if (known[i].vendor == vendor && known[i].device == device)
			return known[i];

	fprintf(stderr, "ebbrom: --id %s: no driver knows this card; these are known:\n", text);
	for (u32 i = 0; i < ARRAY_LEN(known); i++)
		fprintf(stderr, "  %04x:%04x  %s\n", known[i].vendor, known[i].device,
			known[i].name);
	exit(EXIT_ERROR);
}

/* Gives all images the first id, and the first image's device list the others. */
static void stamp_ids(struct stamp *s)
{
	u32 list = 0;
	s32 room = image_device_list(&s->rom, &s->rom.image[0], &list);

	if (room < 0)
		fail(s->in_name, s->rom.image[0].pcir + 8, "the device list is damaged");
	if (s->ids - 1 > (u32)room)
		fail(s->in_name, list, "its device list has room for %d more ids", room);
	for (u32 i = 0; i < s->rom.images; i++) {
		const struct rom_image *image = &s->rom.image[i];
		struct pcir *p = (void *)(s->at + image->off + image->pcir);

		if (image->pcir == 0)
			continue;
		p->vendor = le16_of(s->id[0].vendor);
		p->device = le16_of(s->id[0].device);
	}
	for (u32 i = 1; i < s->ids; i++)
		if (s->id[i].vendor != s->id[0].vendor)
			fail_usage("--id %04x:%04x: the device list holds only vendor %04x",
				   s->id[i].vendor, s->id[i].device, s->id[0].vendor);
	for (u32 i = 0; i < (u32)room; i++) {
		u16 device = i + 1 < s->ids ? s->id[i + 1].device : 0;
		s->at[list + i * 2] = (u8)device;
		s->at[list + i * 2 + 1] = (u8)(device >> 8);
	}
}

/* ---- settings --------------------------------------------------------------------------- */

static void check_set(const char *set)
{
	const char *equals = strchr(set, '=');

	if (!equals || equals == set)
		fail_usage("--set %s: not of the form name=value", set);
	for (const char *c = set; c < equals; c++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-_.", *c))
			fail_usage("--set %s: a name has only a-z, 0-9, '-', '_' and '.'", set);
	for (const char *c = equals; *c; c++)
		if (*c < ' ' || *c > '~')
			fail_usage("--set %.*s: the value has a character outside ASCII",
				   (int)(equals - set), set);
}

/* Removes the line that has the name of `set`, if there is one. */
static void remove_setting(char *settings, const char *set)
{
	size_t name_len = (size_t)(strchr(set, '=') - set) + 1;

	for (char *line = settings; *line;) {
		size_t len = strcspn(line, "\n");

		len += line[len] == '\n';
		if (strncmp(line, set, name_len) == 0)
			memmove(line, line + len, strlen(line + len) + 1);
		else
			line += len;
	}
}

static void stamp_settings(struct stamp *s, char *settings)
{
	for (u32 i = 0; i < s->sets; i++) {
		const char *set = s->set[i];
		size_t used;

		remove_setting(settings, set);
		used = strlen(settings);
		if (set[strlen(set) - 1] == '=' && strchr(set, '=')[1] == 0)
			continue;
		if (strlen(set) + 2 > PAYLOAD_SETTINGS_MAX - used)
			fail(s->in_name, NO_OFFSET,
			     "no room for %.32s: settings may have %u bytes", set,
			     PAYLOAD_SETTINGS_MAX - 1);
		memcpy(settings + used, set, strlen(set));
		memcpy(settings + used + strlen(set), "\n", 2);
	}
	/* The same settings give the same bytes, whatever was there before. */
	memset(settings + strlen(settings), 0, PAYLOAD_SETTINGS_MAX - strlen(settings));
}

static void stamp_rom(struct stamp *s)
{
	struct payload p;
	u32 off;
	const char *wrong = image_payload(&s->rom, &p, &off);

	if (wrong)
		fail(s->in_name, NO_OFFSET, "%s", wrong);
	if (s->rom.end != CHAIN_LAST)
		fail(s->in_name, s->rom.end_off, "its images are damaged; see ebbrom lint");
	for (u32 i = 0; i < s->rom.images; i++) {
		const struct rom_image *image = &s->rom.image[i];
		struct bytes b = image_bytes(&s->rom, image);

		if (image->init_len == 0 || image->init_len > b.len ||
		    image->pcir + sizeof(struct pcir) > b.len)
			fail(s->in_name, image->off, "its images are damaged; see ebbrom lint");
	}
	if (image_payload_crc(s->rom.all.at + off, &p) != p.crc)
		fail(s->in_name, off, "the payload is damaged: its CRC is wrong");

	s->at = grab(s->rom.all.len);
	memcpy(s->at, s->rom.all.at, s->rom.all.len);
	if (s->ids != 0)
		stamp_ids(s);
	stamp_settings(s, p.settings);
	memcpy(s->at + off, &p, sizeof(p));
	p.crc = image_payload_crc(s->at + off, &p);
	memcpy(s->at + off, &p, sizeof(p));
	for (u32 i = 0; i < s->rom.images; i++)
		image_fix_sums(s->at, &s->rom.image[i]);
}

static void add_set(struct stamp *s, const char *set)
{
	check_set(set);
	if (s->sets == SETS_MAX)
		fail_usage("more than %d settings", SETS_MAX);
	s->set[s->sets++] = set;
}

static void parse_arguments(struct stamp *s, int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		const char *arg = argv[i];
		const char *value = i + 1 < argc ? argv[i + 1] : NULL;

		if (*arg != '-') {
			if (s->in_name)
				fail_usage("stamp: two files: %s and %s", s->in_name, arg);
			s->in_name = arg;
			continue;
		}
		if (strcmp(arg, "-o") != 0 && strcmp(arg, "--id") != 0 &&
		    strcmp(arg, "--cmdline") != 0 && strcmp(arg, "--set") != 0)
			fail_usage("stamp: what is %s?", arg);
		if (!value)
			fail_usage("%s needs a value", arg);
		i++;
		if (strcmp(arg, "-o") == 0) {
			s->out_name = value;
		} else if (strcmp(arg, "--set") == 0) {
			add_set(s, value);
		} else if (strcmp(arg, "--cmdline") == 0) {
			char *set = grab(strlen(value) + sizeof("cmdline="));
			strcat(strcpy(set, "cmdline="), value);
			add_set(s, set);
		} else {
			if (s->ids == IDS_MAX)
				fail_usage("more than %d ids", IDS_MAX);
			s->id[s->ids++] = parse_id(value);
		}
	}
	if (!s->in_name || !s->out_name)
		fail_usage("stamp needs a file and -o");
	if (s->ids == 0 && s->sets == 0)
		fail_usage("stamp: nothing to change");
}

int stamp_main(int argc, char **argv)
{
	static struct stamp s;

	parse_arguments(&s, argc, argv);
	if (!image_parse(file_read(s.in_name), &s.rom))
		fail(s.in_name, 0, "does not start with a ROM header");
	stamp_rom(&s);
	file_write(s.out_name, s.at, s.rom.all.len);
	return EXIT_DONE;
}
