/* DNS messages: names with compression both ways (RFC 1035 4.1.4), records, counts. */
#include "tests/school/dns.h"

#include <string.h>
#include <strings.h>

enum { JUMPS_MAX = 16, POINTER = 0xc0 };

static void
add_label(struct dns_name *name, const char *text, size_t len)
{
	if (name->n == DNS_LABELS_MAX || len == 0 || len > 63)
		return;
	name->len[name->n] = (uint8_t)len;
	memcpy(name->label[name->n], text, len);
	name->label[name->n++][len] = '\0';
}

void
dns_name_add(struct dns_name *name, const char *text, bool split)
{
	size_t len;

	if (!split) {
		add_label(name, text, strnlen(text, 63));
		return;
	}
	for (; *text; text += len + (text[len] == '.')) {
		len = strcspn(text, ".");
		add_label(name, text, len);
	}
}

static bool
same_suffix(const struct dns_name *a, size_t from, const struct dns_name *b)
{
	size_t i;

	if (a->n - from != b->n)
		return false;
	for (i = 0; i < b->n; i++) {
		if (a->len[from + i] != b->len[i] ||
		    strncasecmp(a->label[from + i], b->label[i], b->len[i]) != 0)
			return false;
	}
	return true;
}

bool
dns_name_equal(const struct dns_name *a, const struct dns_name *b)
{
	return same_suffix(a, 0, b);
}

void
dns_read_name(const uint8_t *message, size_t len, struct cursor *c, struct dns_name *ret)
{
	struct cursor at = *c, *walk = c;
	const uint8_t *text;
	size_t jumps = 0, to;
	uint8_t n;

	ret->n = 0;
	for (;;) {
		n = cursor_u8(walk);
		if (!cursor_ok(walk) || n == 0)
			break;
		if ((n & POINTER) == POINTER) {
			to = (size_t)(n & 0x3f) << 8 | cursor_u8(walk);
			if (!cursor_ok(walk) || to >= len || ++jumps > JUMPS_MAX) {
				cursor_fail(c);
				return;
			}
			at = cursor_over(message + to, len - to);
			walk = &at;
			continue;
		}
		text = cursor_take(walk, n);
		if (!text || n > 63 || ret->n == DNS_LABELS_MAX)
			break;
		add_label(ret, (const char *)text, n);
	}
	if (!cursor_ok(walk))
		cursor_fail(c);
}

void
dns_begin(struct dns_writer *w, struct packet *p, uint16_t id, uint16_t flags)
{
	w->p = p;
	w->n_suffixes = 0;
	w->questions = w->answers = w->additionals = 0;
	packet_reset(p);
	packet_append_be16(p, id);
	packet_append_be16(p, flags);
	packet_append_be32(p, 0);
	packet_append_be32(p, 0);
}

static void
remember_suffix(struct dns_writer *w, const struct dns_name *name, size_t from)
{
	struct dns_name *kept;
	size_t i, at = packet_len(w->p);

	if (w->n_suffixes == DNS_SUFFIXES_MAX || at > 0x3fff)
		return;
	w->suffix[w->n_suffixes].at = (uint16_t)at;
	kept = &w->suffix[w->n_suffixes++].name;
	kept->n = name->n - from;
	for (i = 0; i < kept->n; i++) {
		kept->len[i] = name->len[from + i];
		memcpy(kept->label[i], name->label[from + i], kept->len[i]);
	}
}

void
dns_write_name(struct dns_writer *w, const struct dns_name *name)
{
	size_t i, j;

	for (i = 0; i < name->n; i++) {
		for (j = 0; j < w->n_suffixes; j++) {
			if (same_suffix(name, i, &w->suffix[j].name)) {
				packet_append_be16(w->p, POINTER << 8 | w->suffix[j].at);
				return;
			}
		}
		remember_suffix(w, name, i);
		packet_append_u8(w->p, name->len[i]);
		packet_append(w->p, name->label[i], name->len[i]);
	}
	packet_append_u8(w->p, 0);
}

size_t
dns_begin_record(struct dns_writer *w, const struct dns_name *owner, uint16_t type,
    uint16_t class_bits, uint32_t ttl_s)
{
	dns_write_name(w, owner);
	packet_append_be16(w->p, type);
	packet_append_be16(w->p, class_bits);
	packet_append_be32(w->p, ttl_s);
	packet_append_be16(w->p, 0);
	return w->p->to;
}

void
dns_end_record(struct dns_writer *w, size_t opened)
{
	size_t len = w->p->to - opened;

	w->p->bytes[opened - 2] = (uint8_t)(len >> 8);
	w->p->bytes[opened - 1] = (uint8_t)len;
}

static void
put_count(struct packet *p, size_t at, uint16_t count)
{
	p->bytes[p->from + at] = (uint8_t)(count >> 8);
	p->bytes[p->from + at + 1] = (uint8_t)count;
}

void
dns_end(struct dns_writer *w)
{
	put_count(w->p, 4, w->questions);
	put_count(w->p, 6, w->answers);
	put_count(w->p, 10, w->additionals);
}
