/*
 * The sorted table of one device's variables, and the reader of recorded walks
 * (snmpsim's snmprec format). Variation modules of that format are not run: such a
 * row counts as unreadable.
 */
#include "tests/school/mib.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/text.h"

void
mib_free(struct mib *m)
{
	free(m->rows);
	free(m->parts);
	free(m->varbinds);
	*m = (struct mib){0};
}

static void *
grow(struct mib *m, void *array, size_t *size, size_t need, size_t item)
{
	size_t wanted = *size ? *size : 64;
	void *larger;

	while (wanted < need)
		wanted *= 2;
	if (wanted == *size)
		return array;
	larger = reallocarray(array, wanted, item);
	if (!larger) {
		m->error = -ENOMEM;
		return array;
	}
	*size = wanted;
	return larger;
}

void
mib_add(struct mib *m, const struct oid *oid, uint8_t tag, const void *contents, size_t len)
{
	uint8_t name[BER_OID_BYTES_MAX], name_header[4], value_header[4], header[4];
	size_t name_len = ber_encode_oid(name, oid->part, oid->len);
	size_t n1 = ber_encode_header(name_header, BER_OID, name_len);
	size_t n2 = ber_encode_header(value_header, tag, len);
	size_t inner = n1 + name_len + n2 + len;
	size_t n3 = ber_encode_header(header, BER_SEQUENCE, inner);
	struct mib_row *row;
	uint8_t *at;

	if (len > 8000)
		m->error = -EFBIG;
	m->rows = grow(m, m->rows, &m->size, m->n + 1, sizeof(*m->rows));
	m->parts = grow(m, m->parts, &m->size_parts, m->n_parts + oid->len, sizeof(*m->parts));
	m->varbinds = grow(m, m->varbinds, &m->size_varbinds, m->n_varbinds + inner + n3, 1);
	if (m->error)
		return;
	row = &m->rows[m->n++];
	*row = (struct mib_row){.oid_at = (uint32_t)m->n_parts,
	    .varbind_at = (uint32_t)m->n_varbinds,
	    .oid_len = (uint16_t)oid->len,
	    .varbind_len = (uint16_t)(inner + n3),
	    .tag = tag};
	memcpy(m->parts + m->n_parts, oid->part, oid->len * sizeof(oid->part[0]));
	m->n_parts += oid->len;
	at = m->varbinds + m->n_varbinds;
	at = (uint8_t *)mempcpy(at, header, n3);
	at = (uint8_t *)mempcpy(at, name_header, n1);
	at = (uint8_t *)mempcpy(at, name, name_len);
	at = (uint8_t *)mempcpy(at, value_header, n2);
	if (len > 0)
		memcpy(at, contents, len);
	m->n_varbinds += inner + n3;
}

/* Rows of one OID keep the order in which they came. */
static int
compare_rows(const void *a, const void *b, void *arg)
{
	const struct mib_row *x = a, *y = b;
	const struct mib *m = arg;
	int order =
	    oid_compare(m->parts + x->oid_at, x->oid_len, m->parts + y->oid_at, y->oid_len);

	if (order != 0)
		return order;
	return (x->oid_at > y->oid_at) - (x->oid_at < y->oid_at);
}

int
mib_finish(struct mib *m)
{
	size_t i, kept = 0;

	if (m->error || m->n == 0)
		return m->error;
	qsort_r(m->rows, m->n, sizeof(*m->rows), compare_rows, m);
	for (i = 0; i < m->n; i++) {
		if (kept > 0 && oid_compare(mib_oid(m, kept - 1), m->rows[kept - 1].oid_len,
				    mib_oid(m, i), m->rows[i].oid_len) == 0)
			continue;
		m->rows[kept++] = m->rows[i];
	}
	m->n = kept;
	return 0;
}

size_t
mib_at_or_after(const struct mib *m, const struct oid *oid)
{
	size_t low = 0, high = m->n, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (oid_compare(mib_oid(m, mid), m->rows[mid].oid_len, oid->part, oid->len) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

bool
mib_is_at(const struct mib *m, size_t row, const struct oid *oid)
{
	return row < m->n &&
	       oid_compare(mib_oid(m, row), m->rows[row].oid_len, oid->part, oid->len) == 0;
}

static int
read_number(uint8_t tag, const char *text, uint8_t ret[static 9], size_t *ret_len)
{
	char *end;

	errno = 0;
	if (tag == BER_INTEGER)
		*ret_len = ber_encode_signed(ret, strtoll(text, &end, 10));
	else
		*ret_len = ber_encode_unsigned(ret, strtoull(text, &end, 10));
	return errno || end == text || *end ? -EINVAL : 0;
}

static int
read_address(const char *text, uint8_t ret[static 9], size_t *ret_len)
{
	unsigned long part;
	char *end;
	int i;

	for (i = 0; i < 4; i++) {
		part = strtoul(text, &end, 10);
		if (end == text || part > 255 || *end != (i < 3 ? '.' : '\0'))
			return -EINVAL;
		ret[i] = (uint8_t)part;
		text = end + 1;
	}
	*ret_len = 4;
	return 0;
}

static int
add_recorded(struct mib *m, const struct oid *oid, uint8_t tag, bool hex, const char *value)
{
	uint8_t bytes[8192];
	const void *contents = bytes;
	size_t len = strlen(value);
	struct oid pointed;
	int r = 0;

	if (hex) {
		r = text_unhex(bytes, sizeof(bytes), value);
		len = r > 0 ? (size_t)r : 0;
	} else if (tag == BER_INTEGER || tag == BER_COUNTER || tag == BER_GAUGE ||
		   tag == BER_TICKS || tag == BER_COUNTER64) {
		r = read_number(tag, value, bytes, &len);
	} else if (tag == BER_ADDRESS) {
		r = read_address(value, bytes, &len);
	} else if (tag == BER_OID) {
		r = oid_parse(value, &pointed);
		if (r == 0)
			len = ber_encode_oid(bytes, pointed.part, pointed.len);
	} else if ((tag == BER_OCTETS || tag == BER_OPAQUE) && len <= sizeof(bytes)) {
		contents = value;
	} else {
		r = -EINVAL;
	}
	if (r < 0)
		return r;
	mib_add(m, oid, tag, contents, len);
	return 0;
}

int
mib_add_recorded(struct mib *m, const char *row)
{
	const char *tag_text = strchr(row, '|'),
		   *value = tag_text ? strchr(tag_text + 1, '|') : NULL;
	char name[BER_OID_LEN_MAX * 11], *end;
	struct oid oid;
	unsigned long tag;

	if (!value || (size_t)(tag_text - row) >= sizeof(name))
		return -EINVAL;
	memcpy(name, row, (size_t)(tag_text - row));
	name[tag_text - row] = '\0';
	tag = strtoul(tag_text + 1, &end, 10);
	if (end == tag_text + 1 || tag > 255 ||
	    (end != value && (*end != 'x' || end + 1 != value)))
		return -EINVAL;
	/* iso: standard(0), member-body(2) as IEEE802dot11-MIB, org(3) */
	if (oid_parse(name, &oid) < 0 || oid.len < 4 || oid.part[0] != 1 || oid.part[1] == 1 ||
	    oid.part[1] > 3)
		return -EINVAL;
	return add_recorded(m, &oid, (uint8_t)tag, *end == 'x', value + 1);
}

int
mib_load(struct mib *m, const char *path, size_t *ret_unreadable)
{
	CLEANUP(fclose_at) FILE *file = fopen(path, "re");
	CLEANUP(free_at) char *line = NULL;
	size_t size = 0, unreadable = 0;
	ssize_t len;

	if (!file)
		return -errno;
	while ((len = getline(&line, &size, file)) > 0) {
		while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
			line[--len] = '\0';
		if (len > 0 && line[0] != '#' && mib_add_recorded(m, line) < 0)
			unreadable++;
	}
	*ret_unreadable = unreadable;
	return m->error;
}
