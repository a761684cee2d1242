/* SPDX-License-Identifier: BSD-2-Clause */
/* What was downloaded: decides by its bytes who starts it.  Pure. */
#ifndef EBB_IMAGE_H
#define EBB_IMAGE_H

#include "ebb/types.h"

enum image_kind {
	IMAGE_LINUX, /* has the signatures of a Linux kernel; linux_parse judges the rest */
	IMAGE_NBP,   /* a boot program without any format: no header to recognise it by */
};

/* 0 with *kind, -E_IMAGE_EMPTY, or -E_IMAGE_UNKNOWN for what is certainly no boot program:
 * text, archives, ELF and PE, an unpacked hole. */
int image_probe(struct bytes image, enum image_kind *kind);

#endif
