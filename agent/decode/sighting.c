/* Facts in a flat struct: see sighting.h. Text is a row of "key NUL value NUL". */
#include "agent/decode/sighting.h"

#include <stdarg.h>
#include <string.h>

#include "common/text.h"

enum { FACT_BYTES_MAX = 1024, KEY_BYTES_MAX = 32 };

static bool
has(const struct sighting *s, const char *key, const char *value)
{
	const char *k, *v;
	size_t at = 0;

	while (sighting_next(s, &at, &k, &v))
		if (strcmp(k, key) == 0 && strcmp(v, value) == 0)
			return true;
	return false;
}

static bool
add_clean(struct sighting *s, const char *key, const char *value, size_t len)
{
	size_t key_size = strlen(key) + 1;

	if (len == 0 || has(s, key, value))
		return true;
	if (key_size + len + 1 > sizeof(s->text) - s->text_len)
		return false;
	memcpy(s->text + s->text_len, key, key_size);
	memcpy(s->text + s->text_len + key_size, value, len + 1);
	s->text_len = (uint16_t)(s->text_len + key_size + len + 1);
	return true;
}

bool
sighting_add(struct sighting *s, const char *key, const void *value, size_t len)
{
	char clean[FACT_BYTES_MAX];

	len = text_clean(clean, sizeof(clean), value, len);
	return add_clean(s, key, clean, len);
}

bool
sighting_add_format(struct sighting *s, const char *key, const char *format, ...)
{
	char text[FACT_BYTES_MAX];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (n < 0)
		return true;
	return sighting_add(s, key, text, strlen(text));
}

bool
sighting_add_address(struct sighting *s, const char *key, const struct address *address)
{
	char text[ADDRESS_TEXT_SIZE];

	address_format(address, text);
	return sighting_add(s, key, text, strlen(text));
}

bool
sighting_next(
    const struct sighting *s, size_t *at, const char **ret_key, const char **ret_value)
{
	const char *key = s->text + *at;

	if (*at >= s->text_len)
		return false;
	*ret_key = key;
	*ret_value = key + strlen(key) + 1;
	*at += strlen(key) + 1;
	*at += strlen(s->text + *at) + 1;
	return true;
}

/* A lower-case word of at most size - 1 characters that ends inside size bytes. */
static bool
is_word(const char *text, size_t size)
{
	const char *end = memchr(text, '\0', size);

	if (!end || end == text)
		return false;
	for (; text < end; text++)
		if (!(*text >= 'a' && *text <= 'z') && !(*text >= '0' && *text <= '9') &&
		    *text != '_')
			return false;
	return true;
}

static bool
address_sane(const struct address *a)
{
	static const uint8_t zero[sizeof(a->bytes)];
	size_t len = address_len(a);

	if (a->family != ADDRESS_NONE && len == 0)
		return false;
	return memcmp(a->bytes + len, zero, sizeof(a->bytes) - len) == 0;
}

static bool
text_sane(const char *text, size_t len)
{
	while (len) {
		const char *end = memchr(text, '\0', len);
		size_t key = end ? (size_t)(end - text) + 1 : 0, value;

		if (!is_word(text, len < KEY_BYTES_MAX ? len : KEY_BYTES_MAX))
			return false;
		end = memchr(text + key, '\0', len - key);
		if (!end)
			return false;
		value = (size_t)(end - (text + key));
		if (value == 0 || !text_is_clean(text + key, value))
			return false;
		text += key + value + 1;
		len -= key + value + 1;
	}
	return true;
}

bool
sighting_sane(const struct sighting *s)
{
	return s->seen_ms >= 0 && s->vlan < 4095 && !mac_is_multicast(&s->mac) &&
	       address_sane(&s->ip) && is_word(s->source, sizeof(s->source)) &&
	       s->text_len <= sizeof(s->text) && text_sane(s->text, s->text_len);
}

void
sighting_print(const struct sighting *s, FILE *out)
{
	char mac[MAC_TEXT_SIZE] = "-", ip[ADDRESS_TEXT_SIZE] = "-";
	const char *key, *value;
	size_t at = 0;

	if (!mac_is_zero(&s->mac))
		mac_format(&s->mac, mac);
	if (s->ip.family != ADDRESS_NONE)
		address_format(&s->ip, ip);
	fprintf(out, "%s mac %s ip %s", s->source, mac, ip);
	if (s->vlan)
		fprintf(out, " vlan %u", s->vlan);
	fputc('\n', out);
	while (sighting_next(s, &at, &key, &value))
		fprintf(out, "\t%s: %s\n", key, value);
}
