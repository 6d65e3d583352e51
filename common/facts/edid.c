/*
 * The base block of a display's EDID: section 3 of the E-EDID standard. The size
 * of the picture is taken from the first detailed timing, which gives millimetres,
 * and only without one from the whole centimetres of section 3.6.2.
 */
#include "common/facts/edid.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/check.h"
#include "common/text.h"

enum {
	AT_MAKER = 8,
	AT_PRODUCT = 10,
	AT_SERIAL = 12,
	AT_YEAR = 17,
	AT_WIDTH_CM = 21,
	AT_HEIGHT_CM = 22,
	AT_DESCRIPTORS = 54,
	DESCRIPTOR_BYTES = 18,
	DESCRIPTORS = 4,
	TAG_NAME = 0xfc,
	TAG_SERIAL = 0xff,
	YEAR_BASE = 1990,
	YEAR_FIRST = 3,      /* a display made before 1993 filled nothing in */
	PICTURE_CM_MIN = 10, /* less is an aspect ratio or nonsense */
};

/* Letters of the UEFI forum's PNP registry that displays, panels and projectors bear. */
static const struct {
	char id[4];
	const char *name;
} makers[] = {
    {"ACI", "ASUS"},
    {"ACR", "Acer"},
    {"AOC", "AOC"},
    {"APP", "Apple"},
    {"AUO", "AU Optronics"},
    {"AUS", "ASUS"},
    {"BBY", "Best Buy"},
    {"BNQ", "BenQ"},
    {"BOE", "BOE"},
    {"CMN", "Innolux"},
    {"CMO", "Chi Mei"},
    {"DEL", "Dell"},
    {"DGC", "Digma"},
    {"ENC", "EIZO"},
    {"EPI", "Envision"},
    {"FUS", "Fujitsu"},
    {"GBT", "Gigabyte"},
    {"GSM", "LG"},
    {"HEC", "Hisense"},
    {"HIT", "Hitachi"},
    {"HPN", "HP"},
    {"HSD", "HannStar"},
    {"HWP", "HP"},
    {"HWV", "Huawei"},
    {"IVM", "iiyama"},
    {"LEN", "Lenovo"},
    {"LGD", "LG Display"},
    {"MEI", "Panasonic"},
    {"MEL", "Mitsubishi"},
    {"MSI", "MSI"},
    {"NEC", "NEC"},
    {"OTM", "Optoma"},
    {"PHL", "Philips"},
    {"PRO", "Promethean"},
    {"SAM", "Samsung"},
    {"SEC", "Seiko Epson"},
    {"SHP", "Sharp"},
    {"SMT", "SMART"},
    {"SNY", "Sony"},
    {"TSB", "Toshiba"},
    {"VSC", "ViewSonic"},
    {"XMI", "Xiaomi"},
};

const char *
edid_maker_name(const char *maker)
{
	for (size_t i = 0; i < COUNT_OF(makers); i++)
		if (strcmp(makers[i].id, maker) == 0)
			return makers[i].name;
	return maker;
}

static void
read_maker(const uint8_t *bytes, char ret[static 4])
{
	unsigned packed = (unsigned)bytes[0] << 8 | bytes[1];

	for (size_t i = 0; i < 3; i++) {
		unsigned letter = packed >> (10 - 5 * i) & 0x1f;

		ret[i] = letter >= 1 && letter <= 26 ? (char)('A' + letter - 1) : '?';
	}
	ret[3] = '\0';
}

/* Thirteen bytes that a line feed ends. */
static void
read_text(const uint8_t *descriptor, char *ret, size_t size)
{
	const uint8_t *text = descriptor + 5;
	size_t len = 0;

	while (len < 13 && text[len] != '\n' && text[len] != '\0')
		len++;
	(void)text_clean(ret, size, text, len);
}

static double
diagonal_in(double width_mm, double height_mm)
{
	return round(sqrt(width_mm * width_mm + height_mm * height_mm) / 25.4 * 10) / 10;
}

/* The picture's size in a detailed timing; a display that scales gives none. */
static double
timing_diagonal_in(const uint8_t *timing)
{
	unsigned width_mm = timing[12] | (timing[14] & 0xf0u) << 4;
	unsigned height_mm = timing[13] | (timing[14] & 0x0fu) << 8;

	if (width_mm < PICTURE_CM_MIN * 10 || height_mm < PICTURE_CM_MIN * 5)
		return 0;
	return diagonal_in(width_mm, height_mm);
}

static void
read_descriptors(const uint8_t *bytes, struct edid *edid)
{
	for (size_t i = 0; i < DESCRIPTORS; i++) {
		const uint8_t *d = bytes + AT_DESCRIPTORS + i * DESCRIPTOR_BYTES;

		if (d[0] != 0 || d[1] != 0) {
			if (edid->diagonal_in <= 0)
				edid->diagonal_in = timing_diagonal_in(d);
		} else if (d[3] == TAG_NAME && edid->model[0] == '\0') {
			read_text(d, edid->model, sizeof(edid->model));
		} else if (d[3] == TAG_SERIAL && edid->serial[0] == '\0') {
			read_text(d, edid->serial, sizeof(edid->serial));
		}
	}
}

static void
fill_gaps(const uint8_t *bytes, struct edid *edid)
{
	unsigned product = bytes[AT_PRODUCT] | (unsigned)bytes[AT_PRODUCT + 1] << 8;
	uint32_t number = bytes[AT_SERIAL] | (uint32_t)bytes[AT_SERIAL + 1] << 8 |
			  (uint32_t)bytes[AT_SERIAL + 2] << 16 |
			  (uint32_t)bytes[AT_SERIAL + 3] << 24;

	if (edid->model[0] == '\0')
		(void)snprintf(
		    edid->model, sizeof(edid->model), "%s%04X", edid->maker, product);
	/* 0x01010101 is what makers write who number nothing. */
	if (edid->serial[0] == '\0' && number != 0 && number != 0x01010101 &&
	    number != UINT32_MAX)
		(void)snprintf(edid->serial, sizeof(edid->serial), "%u", number);
	if (edid->diagonal_in <= 0 && bytes[AT_WIDTH_CM] >= PICTURE_CM_MIN &&
	    bytes[AT_HEIGHT_CM] >= PICTURE_CM_MIN / 2)
		edid->diagonal_in =
		    diagonal_in(bytes[AT_WIDTH_CM] * 10.0, bytes[AT_HEIGHT_CM] * 10.0);
}

int
edid_read(const uint8_t *bytes, size_t len, struct edid *ret)
{
	static const uint8_t header[8] = {0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0};
	struct edid edid = {.year = 0};
	unsigned sum = 0;

	if (len < EDID_BLOCK_BYTES || memcmp(bytes, header, sizeof(header)) != 0)
		return -EBADMSG;
	for (size_t i = 0; i < EDID_BLOCK_BYTES; i++)
		sum += bytes[i];
	if (sum % 256 != 0)
		return -EBADMSG;
	read_maker(bytes + AT_MAKER, edid.maker);
	if (bytes[AT_YEAR] >= YEAR_FIRST)
		edid.year = YEAR_BASE + (unsigned)bytes[AT_YEAR];
	read_descriptors(bytes, &edid);
	fill_gaps(bytes, &edid);
	*ret = edid;
	return 0;
}
