/* Link-local multicast name resolution (RFC 4795): a Windows host answers for its name. */
#include "tests/school/dns.h"
#include "tests/school/school.h"

enum { LLMNR_PORT = 5355, TTL_S = 30 };

static bool
llmnr_datagram(struct school *s, struct host *h, const struct datagram *d)
{
	struct cursor c = cursor_over(d->data, d->len);
	uint16_t id = cursor_be16(&c), flags = cursor_be16(&c), questions = cursor_be16(&c),
		 type;
	struct route back = route_back(h, d);
	struct dns_name own = {0}, name;
	struct dns_writer w;
	struct packet p;
	size_t opened;

	if (!h->netbios)
		return false;
	(void)cursor_take(&c, 6);
	dns_read_name(d->data, d->len, &c, &name);
	type = cursor_be16(&c);
	dns_name_add(&own, h->netbios, false);
	if (!cursor_ok(&c) || (flags & DNS_TOP_BIT) || questions != 1 ||
	    !dns_name_equal(&own, &name) || (type != DNS_A && type != DNS_ANY))
		return true;
	dns_begin(&w, &p, id, DNS_TOP_BIT);
	w.questions = w.answers = 1;
	dns_write_name(&w, &name);
	packet_append_be16(&p, type);
	packet_append_be16(&p, DNS_IN);
	opened = dns_begin_record(&w, &own, DNS_A, DNS_IN, TTL_S);
	packet_append(&p, h->ip.bytes, 4);
	dns_end_record(&w, opened);
	dns_end(&w);
	school_send(s, h, &back, &p, h->latency_us);
	return true;
}

const struct protocol protocol_llmnr = {"llmnr", LLMNR_PORT, llmnr_datagram, NULL};
