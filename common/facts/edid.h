/*
 * What a display tells of itself: the base block of E-EDID (VESA Enhanced EDID
 * Standard, release A, revision 2). Extension blocks are not looked at. Pure.
 */
#ifndef PARTA_COMMON_FACTS_EDID_H
#define PARTA_COMMON_FACTS_EDID_H

#include <stddef.h>
#include <stdint.h>

enum { EDID_BLOCK_BYTES = 128 };

/* Texts are "" where the display says nothing. */
struct edid {
	char maker[4];      /* three letters of the PNP registry, "DEL" */
	char model[16];     /* display product name, else "<maker><product code>" */
	char serial[16];    /* serial number text, else the number of bytes 12 to 15 */
	unsigned year;      /* of manufacture or of the model, 0 unknown */
	double diagonal_in; /* of the picture, one decimal place, 0 unknown (projectors) */
};

/* 0; -EBADMSG: too short, another header or a wrong sum. */
int edid_read(const uint8_t *bytes, size_t len, struct edid *ret);

/* The trade name of a maker's three letters, or the letters themselves. */
const char *edid_maker_name(const char *maker);

#endif
