/* Values of TLVs: see value.h. */
#include "agent/decode/value.h"

#include <string.h>

#include "common/text.h"

enum { HEX_BYTES_MAX = 512, LIST_MAX = 128, NAME_BYTES_MAX = 255 };

void
value_text(struct cursor *value, const char *key, struct sighting *s)
{
	size_t len = cursor_left(value);

	(void)sighting_add(s, key, cursor_take(value, len), len);
}

void
value_hex(struct cursor *value, const char *key, struct sighting *s)
{
	size_t len = cursor_left(value), told = len < HEX_BYTES_MAX ? len : HEX_BYTES_MAX;
	char text[2 * HEX_BYTES_MAX + 1];

	text_hex(text, cursor_take(value, len), told);
	(void)sighting_add(s, key, text, strlen(text));
}

void
value_u8(struct cursor *value, const char *key, struct sighting *s)
{
	uint8_t number = cursor_u8(value);

	if (cursor_ok(value))
		(void)sighting_add_format(s, key, "%u", number);
}

void
value_be16(struct cursor *value, const char *key, struct sighting *s)
{
	uint16_t number = cursor_be16(value);

	if (cursor_ok(value))
		(void)sighting_add_format(s, key, "%u", number);
}

void
value_list16(struct cursor *value, const char *key, struct sighting *s)
{
	char text[6 * LIST_MAX + 1] = "";
	size_t len = 0;

	for (int i = 0; i < LIST_MAX && cursor_left(value); i++)
		len += (size_t)snprintf(
		    text + len, sizeof(text) - len, "%s%u", len ? "," : "", cursor_be16(value));
	if (cursor_ok(value))
		(void)sighting_add(s, key, text, len);
}

bool
value_take_mac(struct cursor *value, struct mac *ret)
{
	const uint8_t *bytes = cursor_take(value, sizeof(ret->bytes));

	if (!bytes)
		return false;
	memcpy(ret->bytes, bytes, sizeof(ret->bytes));
	return true;
}

bool
value_is_station(const struct mac *mac)
{
	return !mac_is_zero(mac) && !mac_is_multicast(mac);
}

void
value_mac(struct cursor *value, const char *key, struct sighting *s)
{
	char text[MAC_TEXT_SIZE];
	struct mac mac;

	if (!value_take_mac(value, &mac) || !value_is_station(&mac))
		return;
	mac_format(&mac, text);
	(void)sighting_add(s, key, text, strlen(text));
}

static void
add_addresses(struct cursor *value, size_t len, const char *key, struct sighting *s)
{
	while (cursor_left(value)) {
		const uint8_t *bytes = cursor_take(value, len);
		struct address ip;

		if (!bytes)
			return;
		ip = len == 4 ? address_v4(bytes) : address_v6(bytes);
		if (!address_is_unspecified(&ip) && !address_is_multicast(&ip))
			(void)sighting_add_address(s, key, &ip);
	}
}

void
value_ipv4(struct cursor *value, const char *key, struct sighting *s)
{
	add_addresses(value, 4, key, s);
}

void
value_ipv6(struct cursor *value, const char *key, struct sighting *s)
{
	add_addresses(value, 16, key, s);
}

void
value_labels(struct cursor *value, const char *key, struct sighting *s)
{
	uint8_t joined[NAME_BYTES_MAX + 1];
	size_t len = 0;

	while (cursor_left(value)) {
		struct cursor label = cursor_cut(value, cursor_u8(value));
		size_t n = cursor_left(&label);

		if (n == 0)
			break;
		if (n > 63 || len + n + 1 > sizeof(joined)) {
			cursor_fail(value);
			return;
		}
		if (len)
			joined[len++] = '.';
		memcpy(joined + len, label.at, n);
		len += n;
	}
	(void)sighting_add(s, key, joined, len);
}

void
value_read_rows(const struct value_row rows[], size_t n, uint16_t type, struct cursor *value,
    struct sighting *s)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].type == type && cursor_left(value) >= rows[i].min)
			rows[i].read(value, rows[i].key, s);
}
