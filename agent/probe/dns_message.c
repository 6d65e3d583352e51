/* The bytes of a query and of its reply (RFC 1035 4.1, RFC 6891 6.1, RFC 8914 2). Pure. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "agent/decode/dns.h"
#include "agent/probe/dns_client.h"
#include "common/check.h"
#include "common/text.h"

enum {
	TYPE_CNAME = 5,
	TYPE_OPT = 41,
	CLASS_IN = 1,
	OPTION_EDE = 15,
	FLAG_RESPONSE = 0x8000,
	HEADER_BYTES = 12,
	UDP_BYTES_MAX = 1232, /* the DNS flag day's choice: no fragments */
};

static size_t
put16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
	return 2;
}

int
dns_query_write(uint16_t id, const char *name, uint8_t *ret, size_t size)
{
	size_t len = strlen(name), at = HEADER_BYTES;

	if (len == 0 || len > 253 || size < HEADER_BYTES + len + 2 + 4 + 11)
		return -EINVAL;
	memset(ret, 0, HEADER_BYTES);
	(void)put16(ret, id);
	(void)put16(ret + 2, 0x0100); /* recursion desired */
	(void)put16(ret + 4, 1);
	(void)put16(ret + 10, 1);
	while (*name) {
		size_t label = strcspn(name, ".");

		if (label == 0 || label > 63)
			return -EINVAL;
		ret[at++] = (uint8_t)label;
		memcpy(ret + at, name, label);
		at += label;
		name += label;
		name += *name == '.';
	}
	ret[at++] = 0;
	at += put16(ret + at, DNS_A);
	at += put16(ret + at, CLASS_IN);
	ret[at++] = 0; /* OPT: the root, the type, our size, no flags, no data */
	at += put16(ret + at, TYPE_OPT);
	at += put16(ret + at, UDP_BYTES_MAX);
	memset(ret + at, 0, 6);
	return (int)(at + 6);
}

void
dns_rcode_format(int rcode, char ret[static DNS_RCODE_SIZE])
{
	static const char *const names[] = {
	    "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"};

	if (rcode < 0)
		(void)text_copy(ret, DNS_RCODE_SIZE, "timeout");
	else if ((size_t)rcode < COUNT_OF(names))
		(void)text_copy(ret, DNS_RCODE_SIZE, names[rcode]);
	else
		(void)snprintf(ret, DNS_RCODE_SIZE, "RCODE %d", rcode);
}

static void
name_text(const struct dns_name *name, char *ret, size_t size)
{
	size_t used = 0;

	ret[0] = '\0';
	for (size_t i = 0; i < name->n; i++) {
		if (used + name->labels[i].len + 2 > size)
			return;
		if (i)
			ret[used++] = '.';
		used += text_clean(
		    ret + used, size - used, name->labels[i].at, name->labels[i].len);
	}
}

static void
read_options(struct cursor options, struct dns_answer *ret)
{
	while (cursor_left(&options)) {
		uint16_t code = cursor_be16(&options), len = cursor_be16(&options);
		struct cursor value = cursor_cut(&options, len);

		if (code == OPTION_EDE && cursor_left(&value) >= 2)
			ret->ede = cursor_be16(&value);
	}
}

static void
read_record(
    const struct dns_message *message, struct dns_record *record, struct dns_answer *ret)
{
	const uint8_t *address;
	struct dns_name target;

	if (record->type == TYPE_OPT) {
		read_options(record->data, ret);
	} else if (record->type == DNS_A && record->class == CLASS_IN &&
		   cursor_left(&record->data) == 4) {
		address = cursor_take(&record->data, 4);
		if (address && ret->n_addresses < DNS_ANSWERS_MAX)
			ret->addresses[ret->n_addresses++] = address_v4(address);
		if (ret->ttl_s == 0 || record->ttl_s < ret->ttl_s)
			ret->ttl_s = record->ttl_s;
	} else if (record->type == TYPE_CNAME && ret->n_cnames < DNS_CNAMES_MAX &&
		   dns_read_name(message, &record->data, &target)) {
		name_text(&target, ret->cnames[ret->n_cnames], sizeof(ret->cnames[0]));
		ret->n_cnames++;
	}
}

int
dns_reply_read(uint16_t id, const uint8_t *query, size_t query_len, const void *reply,
    size_t len, struct dns_answer *ret)
{
	struct dns_answer answer = {.ede = DNS_NO_EDE};
	size_t question_len = query_len - HEADER_BYTES - 11;
	const uint8_t *bytes = reply;
	struct dns_message message;
	struct dns_record record;
	struct dns_name name;
	uint16_t type;
	unsigned records;

	if (!dns_open(cursor_over(reply, len), &message))
		return -EBADMSG;
	if (message.id != id || !(message.flags & FLAG_RESPONSE))
		return -ENOMSG;
	answer.rcode = message.flags & 0xf;
	if (message.questions == 0) /* a refusal may leave the question out */
		return answer.rcode ? (*ret = answer, 0) : -EBADMSG;
	if (message.questions != 1 || len < HEADER_BYTES + question_len ||
	    memcmp(bytes + HEADER_BYTES, query + HEADER_BYTES, question_len) != 0)
		return -ENOMSG;
	if (!dns_read_question(&message, &name, &type))
		return -EBADMSG;
	records = (unsigned)message.answers + message.authorities + message.additionals;
	for (unsigned i = 0; i < records; i++) {
		if (!dns_read_record(&message, &record))
			return -EBADMSG;
		read_record(&message, &record, &answer);
	}
	*ret = answer;
	return 0;
}
