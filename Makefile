# SPDX-License-Identifier: BSD-2-Clause
# make            build/ebb.rom, build/ebb-single.rom and build/ebbrom
# make test       unit tests on this machine, under ASan and UBSan
# make bochs      scenarios in Bochs and QEMU
# make interop    ebb beside other ROMs with bad habits; ./interop takes any option ROM
# make bench      how fast files come, beside another ROM: docs/speed.md
# make mutate     src/ebda broken in every small way: does a test notice?
# make size       the budgets of docs/memory-map.md against the build
# make docs       build/errors.md: every error number, from errors.def
# make fuzz       libFuzzer over the decoders (needs clang)
# V=1 shows commands; options are in config.mk and may stand on the command line.

.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
all: build/ebb.rom build/ebb-single.rom build/ebbrom

Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-7s %s\n' $(1) $(2))

# ---- options: config.mk -> build/gen/config.h, config.inc -------------------------
include config.mk
OPTIONS := $(shell sed -n 's/^\([A-Z][A-Z0-9_]*\) *?=.*/\1/p' config.mk)
KNOWN   := $(OPTIONS) V
BAD := $(filter-out $(KNOWN),$(foreach v,$(.VARIABLES),$(if $(filter command,$(origin $(v))),$(v))))
$(if $(filter-out MAKEFLAGS MAKEOVERRIDES,$(BAD)),$(error not an option in config.mk: $(BAD)))
allowed = $(shell sed -n 's/^$(1) .*(\(.*\))$$/\1/p' config.mk)
$(foreach o,$(OPTIONS),$(if $(filter-out $(call allowed,$(o)),$($(o)))$(filter-out 1,$(words $($(o)))),\
  $(error $(o)=$(strip $($(o))) is not one of: $(call allowed,$(o)) (config.mk))))

# ---- flags ---------------------------------------------------------------------------
CC    := gcc
NASM  := nasm
WARN  := -Wall -Wextra -Werror -Wundef -Wshadow -Wstrict-prototypes -Wmissing-prototypes
BARE  := -std=gnu11 -Os -ffreestanding -fno-pic -fno-pie -fno-stack-protector \
         -fno-asynchronous-unwind-tables -fcf-protection=none -fno-strict-aliasing \
         -mregparm=3 -march=i486 -mno-80387 -mpreferred-stack-boundary=2 \
         --param=min-pagesize=0 -ffunction-sections -fdata-sections '-ffile-prefix-map=$(CURDIR)=.' $(WARN)
INC   := -Iinclude -Ibuild/gen
C32   := $(BARE) -m32 $(INC) -Isrc/port/flat32 -Isrc/core32 -Isrc/ebda -Isrc/net
CLOAD := $(BARE) -Oz -m32 -fno-jump-tables -fno-tree-switch-conversion -fno-tree-loop-distribute-patterns \
         $(INC) -Isrc/port/flat32 -Isrc/load32 -Isrc/rom32 -Isrc/ebda
CROM  := $(CLOAD) -fomit-frame-pointer -mtune=i386
HOST  := -std=gnu11 -O1 -g $(WARN) $(INC)
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
NASMFLAGS := -f elf32 -Iinclude/ -Ibuild/gen/ -Isrc/rom16/ -w+all -Werror

# ---- generated from one source each ---------------------------------------------------
GEN := build/gen/config.h build/gen/config.inc build/gen/build_id.h build/gen/build_id.inc \
       build/gen/offsets.inc build/gen/device_list.inc build/gen/errors.inc
CONFIG_NOW := $(foreach o,$(OPTIONS),$(o)=$(strip $($(o))))
SOURCES := $(sort $(wildcard src/*/*.[ch] src/*/*.asm src/*/*.inc src/*/*.def src/*/*.ld src/*/*/*.[ch] \
             include/ebb/*.h errors.def config.mk tools/offsets.c))

build/gen/config.now: FORCE | build/dirs
	@echo '$(CONFIG_NOW)' | cmp -s - $@ || echo '$(CONFIG_NOW)' > $@
build/gen/config.h: build/gen/config.now
	$(Q)printf '#define CFG_%s\n' $(foreach o,$(OPTIONS),'$(o) $(strip $($(o)))') > $@
build/gen/config.inc: build/gen/config.now
	$(Q)printf '%%define CFG_%s\n' $(foreach o,$(OPTIONS),'$(o) $(strip $($(o)))') > $@
# The build id tells ebb ROMs of the same build, who may share memory, from all others.
build/gen/build_id.h: $(SOURCES) build/gen/config.now
	$(Q)cat $(SOURCES) build/gen/config.now | sha256sum | sed 's/^\(.\{8\}\).*/#define BUILD_ID 0x\1u/' > $@
build/gen/build_id.inc: build/gen/build_id.h
	$(Q)sed 's/#define BUILD_ID \(.*\)u/%define BUILD_ID \1/' $< > $@
build/gen/offsets.inc: tools/offsets.c tools/offsets.awk $(wildcard include/ebb/*.h src/ebda/*.h src/rom32/*.h)
	$(Q)$(CC) $(CROM) -S -o build/gen/offsets.s $<
	$(Q)awk -f tools/offsets.awk build/gen/offsets.s > $@
build/gen/device_list.inc: src/net/nic_ids.def
	$(Q)printf '#define NIC(d, v, i, n) @ v i\n#include "nic_ids.def"\n' | \
	    cpp -P -Isrc/net | awk -f tools/device_list.awk > $@
build/gen/errors.inc: errors.def | build/dirs
	$(Q)sed -n 's/^E(\([A-Z0-9_]*\), *0x.., \("[^"]*"\), .*/%define TEXT_\1 \2/p' $< > $@

# ---- rom16: real mode, in the ROM ----------------------------------------------------
ROM16_ASM := $(wildcard src/rom16/*.asm)
ROM32_C   := $(wildcard src/rom32/*.c)
ROM16_OBJ := $(ROM16_ASM:src/%.asm=build/%.o) $(ROM32_C:src/%.c=build/%.o)

build/rom16/%.o: src/rom16/%.asm $(GEN) $(wildcard src/rom16/*.inc)
	$(call say,NASM,$<)
	$(Q)$(NASM) $(NASMFLAGS) -o $@ $<
# Without these passes the ROM's C is smaller.  INIT's is one unit: arguments that never differ
# disappear.
build/rom32/init.o: private CROM += -fwhole-program -fno-inline-functions-called-once \
  -fno-tree-dominator-opts -fno-tree-loop-optimize -fno-cse-follow-jumps -fno-tree-reassoc -fno-ssa-phiopt \
  -fno-thread-jumps -fno-optimize-sibling-calls -fira-region=all -fno-forward-propagate -fno-defer-pop
build/rom32/bar.o build/rom32/boot.o build/rom32/card.o: private CROM += -fno-ipa-sra -fno-tree-fre -fno-tree-dce \
  -fno-tree-tail-merge -fno-guess-branch-probability -fno-defer-pop -fno-tree-ch -fno-inline-functions-called-once
build/rom32/%.o: src/rom32/%.c $(GEN)
	$(call say,CC,$<)
	$(Q)$(CC) $(CROM) -fcallgraph-info=su -MMD -c -o $@ $<
build/rom16.elf: src/rom16/rom.ld $(ROM16_OBJ) tools/stack.py
	$(call say,LD,$@)
	$(Q)ld -m elf_i386 -z noexecstack -T src/rom16/rom.ld --gc-sections --build-id=none --no-warn-rwx-segments -Map=build/rom16.map -o $@ $(ROM16_OBJ)
	$(Q)python3 tools/stack.py build

# ---- load32: 32-bit, position-independent, in front of the packed core ----------------
LOAD_OBJ := $(patsubst src/%.c,build/%.o,$(wildcard src/load32/*.c)) \
            $(patsubst src/%.asm,build/%.o,$(wildcard src/load32/*.asm))
build/load32/%.o: src/load32/%.c $(GEN)
	$(call say,CC,$<)
	$(Q)$(CC) $(CLOAD) -MMD -c -o $@ $<
build/load32/%.o: src/load32/%.asm $(GEN)
	$(call say,NASM,$<)
	$(Q)$(NASM) $(NASMFLAGS) -o $@ $<
# Linked at two addresses: equal bytes prove that it may run anywhere.
build/load32.elf: src/load32/load32.ld $(LOAD_OBJ)
	$(call say,LD,$@)
	$(Q)ld -m elf_i386 -z noexecstack -T $< --gc-sections --build-id=none --no-warn-rwx-segments --defsym=LOAD_BASE=0 -o $@ $(LOAD_OBJ)
	$(Q)ld -m elf_i386 -z noexecstack -T $< --gc-sections --build-id=none --no-warn-rwx-segments --defsym=LOAD_BASE=0x12345000 -o $@.moved $(LOAD_OBJ)
	$(Q)objcopy -O binary $@.moved build/load32.moved && objcopy -O binary $@ build/load32.here
	$(Q)cmp build/load32.here build/load32.moved || { echo 'load32 is not position-independent' >&2; exit 1; }

# ---- core32: flat, in high memory, with the network engine -----------------------------
CORE_C   := $(wildcard src/core32/*.c src/core32/*/*.c src/net/*.c src/net/drivers/*.c) src/ebda/block.c \
            src/ebda/ebda_grow.c src/ebda/base_take.c
CORE_OBJ := $(patsubst src/%.c,build/c32/%.o,$(CORE_C)) \
            $(patsubst src/%.asm,build/c32/%.o,$(wildcard src/core32/*.asm))
LIBGCC   := $(shell $(CC) -m32 -print-libgcc-file-name)
build/c32/%.o: src/%.c $(GEN)
	$(call say,CC,$<)
	$(Q)$(CC) $(C32) -MMD -c -o $@ $<
build/c32/%.o: src/%.asm $(GEN)
	$(call say,NASM,$<)
	$(Q)$(NASM) $(NASMFLAGS) -o $@ $<
build/core.elf: src/core32/core.ld $(CORE_OBJ)
	$(call say,LD,$@)
	$(Q)ld -m elf_i386 -z noexecstack -T $< -q --gc-sections --build-id=none --no-warn-rwx-segments -Map=build/core.map -o $@ $(CORE_OBJ) $(LIBGCC)

build/%.bin: build/%.elf
	$(Q)objcopy -O binary $< $@

# ---- ebbrom and the image --------------------------------------------------------------
# The tool proves its packing with the loader's own decoder.
TOOL_C := $(wildcard tools/ebbrom/*.c) src/load32/inflate.c src/load32/unpack.c src/load32/crc.c
TOOL_DEPS := $(TOOL_C) $(wildcard tools/ebbrom/*.h src/load32/*.h include/ebb/*.h) src/net/nic_ids.def $(GEN)
TOOL_CC = $(Q)$(CC) $(HOST) -Isrc/net -Isrc/load32
build/ebbrom: $(TOOL_DEPS)
	$(call say,HOSTCC,$@)
	$(TOOL_CC) -o $@ $(TOOL_C) -lzopfli -lz
build/ebbrom-asan: $(TOOL_DEPS)
	$(call say,HOSTCC,$@)
	$(TOOL_CC) $(SANITIZE) -o $@ $(TOOL_C) -lzopfli -lz
PACK := --rom16 build/rom16.bin --loader build/load32.bin --core build/core.elf
build/ebb.rom: build/ebbrom build/rom16.bin build/load32.bin build/core.elf
	$(call say,PACK,$@)
	$(Q)build/ebbrom pack $(PACK) -o $@
build/ebb-single.rom: build/ebbrom build/rom16.bin build/load32.bin build/core.elf
	$(call say,PACK,$@)
	$(Q)build/ebbrom pack --single $(PACK) -o $@

# ---- tests ----------------------------------------------------------------------------
# Pure modules: no hardware, no firmware, no globals of the machine; built again for the host.
PURE := $(wildcard src/ebda/*.c) src/rom32/card.c $(wildcard src/net/*.c src/net/drivers/*.c) \
        $(wildcard src/load32/inflate.c src/load32/unpack.c src/load32/place.c src/load32/crc.c \
          src/load32/e820.c src/load32/load.c) \
        $(wildcard src/core32/fmt.c src/core32/ledger.c src/core32/memmap.c src/core32/arena.c src/core32/clip.c src/core32/boot/*_plan.c) \
        $(wildcard src/core32/boot/image.c src/core32/pxe/window.c src/core32/pxe/undi*.c src/core32/pxe/menu.c src/core32/ui/settings.c) \
        $(addprefix src/core32/pxe/,api_file.c api_tftp.c api_udp.c base.c cached.c file_url.c transfer.c)
HOST_INC := -Itests/port -Isrc/ebda -Isrc/rom32 -Isrc/net -Isrc/load32 -Isrc/core32 -Isrc/core32/boot -Isrc/core32/pxe -Itests/unit
UNIT := $(patsubst tests/unit/%.c,build/unit/%,$(wildcard tests/unit/*_test.c))
build/host/%.o: src/%.c $(GEN)
	$(Q)$(CC) $(HOST) $(SANITIZE) $(HOST_INC) -MMD -c -o $@ $<
build/host/libebb.a: $(PURE:src/%.c=build/host/%.o)
	$(Q)rm -f $@ && ar rcsD $@ $^
build/unit/%: tests/unit/%.c build/host/libebb.a $(wildcard tests/unit/*.h tests/port/*.h)
	$(call say,HOSTCC,$<)
	$(Q)$(CC) $(HOST) $(SANITIZE) $(HOST_INC) -o $@ $< build/host/libebb.a -lcmocka -lz
$(filter build/unit/ebbrom_%,$(UNIT)): build/ebbrom build/ebbrom-asan
# The random histories once more, without sanitizers: so there can be more than a million.
build/histories: tests/unit/histories_test.c $(wildcard src/ebda/*.[ch] tests/unit/histories_*.h tests/port/*.h include/ebb/*.h) $(GEN)
	$(call say,HOSTCC,$@)
	$(Q)$(CC) $(HOST) -O2 -DHISTORIES=1200000u $(HOST_INC) -o $@ $< -lcmocka
test: $(UNIT) build/histories build/ebbrom
	$(Q)tests/unit/run $(UNIT) build/histories
mutate: $(GEN)
	$(Q)tests/mutate
bochs: all
	$(Q)/usr/bin/python3 tests/bochs/run.py
interop: all
	$(Q)/usr/bin/python3 tests/bochs/interop.py
bench: all build/speed/server
	$(Q)/usr/bin/python3 tests/speed/run.py
build/speed/server: tests/speed/server.c
	$(call say,HOSTCC,$@)
	$(Q)mkdir -p build/speed && $(CC) $(HOST) -O2 -o $@ $<
size: all
	$(Q)/usr/bin/python3 tools/size.py build
fuzz: all
	$(Q)tests/fuzz/run
docs: build/errors.md
build/errors.md: errors.def | build/dirs
	$(Q)printf '| ebb | what happened | what to do |\n|---|---|---|\n' > $@
	$(Q)sed -n 's/^E([A-Z0-9_]*, *0x\(..\), "\(.*\)", "\(.*\)")$$/| \1 | \2 | \3 |/p' $< >> $@

clean:
	rm -rf build
# Folders of the build tree, as the source tree has them.
build/dirs:
	@mkdir -p build/gen build/unit $(patsubst src/%,build/%,$(wildcard src/*)) \
	  $(foreach w,c32 host,$(patsubst src/%,build/$(w)/%,$(wildcard src/* src/*/* ))) && touch $@
$(GEN) $(ROM16_OBJ) $(LOAD_OBJ) $(CORE_OBJ): | build/dirs

FORCE:
.PHONY: all test bochs interop bench mutate size fuzz docs clean FORCE
-include $(shell find build -name '*.d' 2>/dev/null)
