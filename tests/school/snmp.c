/*
 * SNMP's protocol operations (RFC 1157, RFC 3416) over a device's sorted rows, the
 * messages of versions 1 and 2c, and the ways in which agents in the field go
 * wrong. Nothing can be set: a SET is counted and refused.
 */
#include "tests/school/snmp.h"

#include <stdio.h>
#include <string.h>

#include "tests/school/ber.h"
#include "tests/school/usm.h"

enum {
	VARIABLES_MAX = 128,
	REPETITIONS_MAX = 2000,
	MESSAGE_OVERHEAD = 64,
	ANSWERS_BEFORE_MUTE = 20
};
enum { NO_ERROR = 0, TOO_BIG = 1, NO_SUCH_NAME = 2, GEN_ERR = 5, NO_ACCESS = 6 };

/* One request while it is answered. */
struct request {
	struct school *school;
	struct host *host;
	const struct mib *mib;
	enum snmp_version version;
	uint8_t type;
	int64_t id, non_repeaters, max_repetitions;
	const uint8_t *list; /* its variable bindings as they came */
	size_t list_len;
	size_t n;
	struct oid oid[VARIABLES_MAX];
	size_t bytes_max;
	struct packet *out;
	int64_t error, error_index;
	bool cut; /* a GETBULK answer was shortened */
	uint32_t variables;
};

static const struct oid sys_up_time = {9, {1, 3, 6, 1, 2, 1, 1, 3, 0}};

/* One variable binding with any value; contents are the value's. False when it does not fit. */
static bool
append_binding(struct request *q, const uint32_t *part, size_t len, uint8_t tag,
    const void *contents, size_t n)
{
	uint8_t name[BER_OID_BYTES_MAX], h1[4], h2[4], h3[4];
	size_t name_len = ber_encode_oid(name, part, len);
	size_t n1 = ber_encode_header(h1, BER_OID, name_len),
	       n2 = ber_encode_header(h2, tag, n);
	size_t n3 = ber_encode_header(h3, BER_SEQUENCE, n1 + name_len + n2 + n);

	if (packet_len(q->out) + n1 + n2 + n3 + name_len + n > q->bytes_max)
		return false;
	packet_append(q->out, h3, n3);
	packet_append(q->out, h1, n1);
	packet_append(q->out, name, name_len);
	packet_append(q->out, h2, n2);
	packet_append(q->out, contents, n);
	return true;
}

static bool
append_row(struct request *q, size_t row)
{
	const struct mib *m = q->mib;
	uint8_t value[9];
	uint64_t ticks;

	q->variables++;
	if (q->host->fault == SNMP_FAULT_unordered && q->type != SNMP_PDU_GET &&
	    (row ^ 1) < m->n)
		row ^= 1;
	if (!q->host->data && mib_is_at(m, row, &sys_up_time)) {
		ticks = (uint64_t)(school_now_us() - q->school->started_us) / 10000 + 8640000;
		return append_binding(q, sys_up_time.part, sys_up_time.len, BER_TICKS, value,
		    ber_encode_unsigned(value, ticks & UINT32_MAX));
	}
	if (packet_len(q->out) + m->rows[row].varbind_len > q->bytes_max)
		return false;
	packet_append(q->out, mib_varbind(m, row), m->rows[row].varbind_len);
	return true;
}

/* Version 1 knows no 64-bit counters (RFC 3584 4.2.2.1): such rows are passed over. */
static size_t
skip_unknown(const struct request *q, size_t row)
{
	const struct mib *m = q->mib;

	while (q->version == SNMP_V1 && row < m->n && m->rows[row].tag == BER_COUNTER64)
		row++;
	return row;
}

static size_t
row_after(const struct request *q, const struct oid *oid)
{
	const struct mib *m = q->mib;
	size_t row = mib_at_or_after(m, oid);

	if (mib_is_at(m, row, oid))
		row++;
	row = skip_unknown(q, row);
	if (row == m->n && q->host->fault == SNMP_FAULT_loop && m->n > 0)
		return 0;
	return row;
}

static void
fail(struct request *q, int64_t error, size_t index)
{
	q->error = error;
	q->error_index = (int64_t)index;
}

/* The object is known when another instance of it is. */
static uint8_t
absence(const struct request *q, const struct oid *oid)
{
	const struct mib *m = q->mib;
	size_t row = mib_at_or_after(m, oid), known = oid->len - 1;

	if (row < m->n && m->rows[row].oid_len >= known &&
	    memcmp(mib_oid(m, row), oid->part, known * sizeof(oid->part[0])) == 0)
		return BER_NO_INSTANCE;
	return BER_NO_OBJECT;
}

static void
answer_get(struct request *q)
{
	const struct mib *m = q->mib;
	size_t i, row;
	bool fits = true;

	if (q->host->fault == SNMP_FAULT_generr && q->n > 1) {
		fail(q, GEN_ERR, 1);
		return;
	}
	for (i = 0; i < q->n && q->error == NO_ERROR; i++) {
		row = mib_at_or_after(m, &q->oid[i]);
		if (mib_is_at(m, row, &q->oid[i]) && skip_unknown(q, row) == row)
			fits = append_row(q, row);
		else if (q->version == SNMP_V1)
			fail(q, NO_SUCH_NAME, i + 1);
		else
			fits = append_binding(
			    q, q->oid[i].part, q->oid[i].len, absence(q, &q->oid[i]), NULL, 0);
		if (!fits)
			fail(q, TOO_BIG, 0);
	}
}

static void
answer_getnext(struct request *q)
{
	size_t i, row;
	bool fits = true;

	for (i = 0; i < q->n && q->error == NO_ERROR; i++) {
		row = row_after(q, &q->oid[i]);
		if (row < q->mib->n)
			fits = append_row(q, row);
		else if (q->version == SNMP_V1)
			fail(q, NO_SUCH_NAME, i + 1);
		else
			fits = append_binding(
			    q, q->oid[i].part, q->oid[i].len, BER_END_OF_VIEW, NULL, 0);
		if (!fits)
			fail(q, TOO_BIG, 0);
	}
}

/* One repetition of the repeating variables. False: full, or all are at the end. */
static bool
repeat_once(struct request *q, size_t first, size_t rows[])
{
	const struct mib *m = q->mib;
	bool any = false;
	size_t i;

	for (i = first; i < q->n; i++) {
		if (rows[i] < m->n) {
			if (!append_row(q, rows[i])) {
				q->cut = true;
				return false;
			}
			q->oid[i].len = m->rows[rows[i]].oid_len;
			memcpy(q->oid[i].part, mib_oid(m, rows[i]),
			    q->oid[i].len * sizeof(q->oid[i].part[0]));
			rows[i] = skip_unknown(q, rows[i] + 1);
			if (rows[i] == m->n && q->host->fault == SNMP_FAULT_loop)
				rows[i] = 0;
			any = true;
		} else if (!append_binding(
			       q, q->oid[i].part, q->oid[i].len, BER_END_OF_VIEW, NULL, 0)) {
			q->cut = true;
			return false;
		}
	}
	return any;
}

static void
answer_getbulk(struct request *q)
{
	size_t rows[VARIABLES_MAX], first, i, all = q->n;
	int64_t turn;

	first = q->non_repeaters < 0 ? 0 : (size_t)q->non_repeaters;
	if (first > q->n)
		first = q->n;
	q->n = first;
	answer_getnext(q);
	q->n = all;
	if (q->error != NO_ERROR)
		return;
	for (i = first; i < q->n; i++)
		rows[i] = row_after(q, &q->oid[i]);
	for (turn = 0; turn < q->max_repetitions && turn < REPETITIONS_MAX && first < q->n;
	     turn++) {
		if (!repeat_once(q, first, rows))
			break;
	}
	if (q->cut && (q->host->fault == SNMP_FAULT_too_big || packet_len(q->out) == 0))
		fail(q, TOO_BIG, 0);
}

static void
push_pdu(struct packet *p, uint8_t type, int64_t id, int64_t error, int64_t index)
{
	ber_push_header(p, BER_SEQUENCE, packet_len(p));
	ber_push_integer(p, index);
	ber_push_integer(p, error);
	ber_push_integer(p, id);
	ber_push_header(p, type, packet_len(p));
}

void
snmp_push_report(
    struct packet *p, int64_t request_id, const struct oid *counter, uint32_t value)
{
	struct request q = {.out = p, .bytes_max = PACKET_SIZE};
	uint8_t bytes[9];

	packet_reset(p);
	(void)append_binding(&q, counter->part, counter->len, BER_COUNTER, bytes,
	    ber_encode_unsigned(bytes, value));
	push_pdu(p, SNMP_PDU_REPORT, request_id, NO_ERROR, 0);
}

static bool
read_pdu(struct request *q, struct cursor c)
{
	struct cursor body = ber_next(&c, &q->type), list, binding, value;
	uint8_t tag;

	q->id = ber_integer(&body);
	q->non_repeaters = ber_integer(&body);
	q->max_repetitions = ber_integer(&body);
	list = ber_expect(&body, BER_SEQUENCE);
	q->list = list.at;
	q->list_len = list.left;
	for (q->n = 0; cursor_left(&list) > 0 && q->n < VARIABLES_MAX; q->n++) {
		binding = ber_expect(&list, BER_SEQUENCE);
		ber_oid(&binding, &q->oid[q->n]);
		value = ber_next(&binding, &tag);
		if (!cursor_ok(&binding) || !cursor_ok(&value) || q->oid[q->n].len < 2)
			return false;
	}
	return cursor_ok(&body) && cursor_ok(&list) && cursor_left(&list) == 0;
}

/* False for a PDU that is not a request. */
static bool
answer_request(struct request *q)
{
	struct counters *count = &q->school->counters;

	switch (q->type) {
	case SNMP_PDU_GET:
		count->snmp_get++;
		answer_get(q);
		return true;
	case SNMP_PDU_GETNEXT:
		count->snmp_getnext++;
		answer_getnext(q);
		return true;
	case SNMP_PDU_GETBULK:
		count->snmp_getbulk++;
		if (q->version == SNMP_V1 || q->host->fault == SNMP_FAULT_drop_bulk)
			return false;
		answer_getbulk(q);
		return true;
	case SNMP_PDU_SET:
		count->snmp_set++;
		fail(q, q->version == SNMP_V1 ? NO_SUCH_NAME : NO_ACCESS, 1);
		return true;
	default:
		return false;
	}
}

bool
snmp_answer_pdu(struct school *s, struct host *h, const struct mib *mib,
    enum snmp_version version, struct cursor pdu, size_t bytes_max, bool refused,
    struct packet *p, struct snmp_result *ret)
{
	struct request q;

	q.school = s;
	q.host = h;
	q.mib = mib;
	q.version = version;
	q.out = p;
	q.bytes_max = bytes_max;
	q.error = q.error_index = 0;
	q.cut = false;
	q.variables = 0;
	packet_reset(p);
	if (!read_pdu(&q, pdu)) {
		s->counters.snmp_malformed++;
		return false;
	}
	if (refused)
		fail(&q, SNMP_AUTHORIZATION_ERROR, 0);
	else if (!answer_request(&q))
		return false;
	if (q.error != NO_ERROR) {
		packet_reset(p);
		if (q.error != TOO_BIG || version == SNMP_V1)
			packet_append(p, q.list, q.list_len);
	}
	push_pdu(p, SNMP_PDU_RESPONSE, q.id + ret->id_offset, q.error, q.error_index);
	s->counters.snmp_variables += q.variables;
	ret->variables = q.variables;
	return true;
}

const struct mib *
snmp_mib_of(const struct host *h, const char *prefix, const uint8_t *name, size_t len)
{
	char text[16];

	if (len == 0)
		return h->mib;
	for (size_t i = 0; i < h->n_vlan_mibs; i++) {
		int n = snprintf(text, sizeof(text), "%s%u", prefix, h->vlan_mibs[i].vlan);

		if ((size_t)n == len && memcmp(text, name, len) == 0)
			return h->vlan_mibs[i].mib;
	}
	return NULL;
}

/* Version 1 and 2c: a community before the PDU. */
static bool
community_message(struct school *s, struct host *h, enum snmp_version version, struct cursor c,
    struct packet *p, struct snmp_result *ret)
{
	struct cursor community = ber_expect(&c, BER_OCTETS);
	size_t len = strlen(h->community);
	const struct mib *mib = NULL;

	if (!cursor_ok(&c)) {
		s->counters.snmp_malformed++;
		return false;
	}
	if (version == SNMP_V1)
		s->counters.snmp_v1++;
	else
		s->counters.snmp_v2c++;
	if (!(version == SNMP_V1 ? h->v1 : h->v2c) ||
	    (version == SNMP_V2C && h->fault == SNMP_FAULT_no_v2c))
		return false;
	if (cursor_left(&community) >= len && memcmp(community.at, h->community, len) == 0)
		mib = snmp_mib_of(h, "@", community.at + len, cursor_left(&community) - len);
	if (!mib) {
		s->counters.snmp_wrong_community++;
		return false;
	}
	if (!snmp_answer_pdu(
		s, h, mib, version, c, h->bytes_max - MESSAGE_OVERHEAD, false, p, ret))
		return false;
	ber_push_octets(p, community.at, cursor_left(&community));
	ber_push_integer(p, version);
	ber_push_header(p, BER_SEQUENCE, packet_len(p));
	return true;
}

/* An answer in the manner of a device that goes wrong. False when the plain answer is to
 * follow. */
static bool
send_faulty(struct school *s, struct host *h, const struct route *back, struct packet *p,
    const struct snmp_result *result)
{
	struct packet other = *p;
	struct route route = *back;

	if (h->fault == SNMP_FAULT_twice) {
		s->counters.snmp_faults++;
		school_send_serial(s, h, back, &other, result->variables);
		return false;
	}
	if (h->fault == SNMP_FAULT_other_source) {
		s->counters.snmp_faults++;
		route.from_ip++;
		school_send_serial(s, h, &route, &other, result->variables);
		return true;
	}
	if (h->fault == SNMP_FAULT_truncated && h->answers % 16 == 15 && packet_len(p) > 20) {
		p->to -= 10;
		s->counters.snmp_faults++;
	}
	if (h->fault == SNMP_FAULT_wrong_length && packet_len(p) > 20) {
		uint8_t *length = packet_start(p) + 1;

		if (*length & 0x80) /* the last byte of a long form */
			length += *length & 0x7f;
		*length = (uint8_t)(*length + 9);
		s->counters.snmp_faults++;
	}
	if (h->fault != SNMP_FAULT_mute || h->answers <= ANSWERS_BEFORE_MUTE)
		return false;
	s->counters.snmp_faults++;
	return true;
}

static bool
answer_message(struct school *s, struct host *h, const struct datagram *d, struct packet *p,
    struct snmp_result *result)
{
	struct cursor c = cursor_over(d->data, d->len), message = ber_expect(&c, BER_SEQUENCE);
	int64_t version = ber_integer(&message);

	if (!cursor_ok(&message)) {
		s->counters.snmp_malformed++;
		return false;
	}
	if (version == SNMP_V1 || version == SNMP_V2C)
		return community_message(s, h, (enum snmp_version)version, message, p, result);
	return version == SNMP_V3 && h->v3 && usm_message(s, h, d, message, p, result);
}

static bool
snmp_datagram(struct school *s, struct host *h, const struct datagram *d)
{
	struct route back = route_back(h, d);
	struct snmp_result result = {0};
	struct packet p;

	if (!h->mib)
		return false;
	if (h->fault == SNMP_FAULT_wrong_id) {
		result.id_offset = 1;
		if (answer_message(s, h, d, &p, &result))
			school_send_serial(s, h, &back, &p, result.variables);
		s->counters.snmp_faults++;
		result.id_offset = 0;
	}
	if (!answer_message(s, h, d, &p, &result))
		return true;
	h->answers++;
	if (h->fault == SNMP_FAULT_none || !send_faulty(s, h, &back, &p, &result)) {
		s->counters.snmp_answers++;
		school_send_serial(s, h, &back, &p, result.variables);
	}
	return true;
}

const struct protocol protocol_snmp = {"snmp", 161, snmp_datagram, NULL};
