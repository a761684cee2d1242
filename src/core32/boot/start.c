/* SPDX-License-Identifier: BSD-2-Clause */
#include "start.h"
#include "image.h"

int start_image(struct bytes image)
{
	enum image_kind kind;
	int e = image_probe(image, &kind);

	if (e)
		return e;
	switch (kind) {
	case IMAGE_LINUX:
		return start_linux(image);
	case IMAGE_NBP:
		return start_nbp(image);
	}
	return 0;
}
