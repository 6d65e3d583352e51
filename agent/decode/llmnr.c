/*
 * Link-local Multicast Name Resolution (RFC 4795): a host answers for its own name, and asks
 * for it with type ANY when it makes sure that nobody else has it (4.1). Deliberately not read:
 * what somebody else is asked for.
 */
#include "agent/decode/decode.h"

#include "agent/decode/dns.h"

enum {
	FLAG_RESPONSE = 0x8000,
	FLAG_OPCODE = 0x7800,
	FLAG_CONFLICT = 0x0400,
	FLAG_RCODE = 0x000f,
	TYPE_ANY = 255,
};

/* The single label that a host bears; a longer name's first one is the host's too. */
static void
add_name(struct sighting *s, const struct dns_name *name)
{
	bool reverse = dns_label_is(name, name->n - 1u, "arpa");

	if (name->n && !reverse)
		(void)sighting_add(s, "name", name->labels[0].at, name->labels[0].len);
}

static void
read_record(const struct dns_message *m, const struct dns_record *record, struct sighting *s)
{
	struct cursor data = record->data;
	struct dns_name name;

	if (record->type == DNS_A || record->type == DNS_AAAA)
		add_name(s, &record->owner);
	else if (record->type == DNS_PTR && dns_read_name(m, &data, &name))
		add_name(s, &name);
}

static enum decode_verdict
llmnr_decode(const struct frame *frame, struct sighting *ret)
{
	struct sighting s = decode_begin(&decoder_llmnr, frame);
	struct dns_record record;
	struct dns_message m;
	struct dns_name name;
	bool response;
	uint16_t type;

	if (!dns_open(frame->payload, &m))
		return DECODE_MALFORMED;
	response = m.flags & FLAG_RESPONSE;
	if (m.flags & (FLAG_OPCODE | FLAG_RCODE) || (response && m.flags & FLAG_CONFLICT))
		return DECODE_NOT_MINE;
	for (size_t i = 0; i < m.questions; i++) {
		if (!dns_read_question(&m, &name, &type))
			return DECODE_MALFORMED;
		if (!response && type == TYPE_ANY)
			add_name(&s, &name);
	}
	for (size_t i = 0; i < m.answers; i++) {
		if (!dns_read_record(&m, &record))
			return DECODE_MALFORMED;
		if (response)
			read_record(&m, &record, &s);
	}
	*ret = s;
	return DECODE_OK;
}

const struct decoder decoder_llmnr = {
    .name = "llmnr",
    .filter = "udp port 5355",
    .places = {{FRAME_UDP, 5355}},
    .decode = llmnr_decode,
};
