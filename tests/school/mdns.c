/*
 * Multicast DNS (RFC 6762) and service discovery (RFC 6763) of a host: its name,
 * its services (scenario: service="TYPE|PORT|INSTANCE|KEY=VALUE|..."; port 0 is a
 * service that only has a TXT record, such as _device-info), announcements, answers
 * to multicast, unicast and legacy queries, suppression by known answers. Not done:
 * probing (nobody else wants these names), NSEC, IPv6.
 */
#include "tests/school/dns.h"
#include "tests/school/fields.h"
#include "tests/school/school.h"

enum { MDNS_PORT = 5353, TTL_HOST_S = 120, TTL_SERVICE_S = 4500, TTL_LEGACY_S = 10 };
enum { FLAGS_ANSWER = 0x8400, FLAG_RESPONSE = 0x8000 };
enum { FIELD_TYPE, FIELD_PORT, FIELD_INSTANCE, FIELD_TXT };

static const struct mac group_mac = {{0x01, 0x00, 0x5e, 0x00, 0x00, 0xfb}};
static const uint32_t group_ip = 0xe00000fb;

/* A service, cut into its parts: type, port, instance, then TXT strings. */
struct service {
	struct fields f;
	unsigned port;
	struct dns_name type, instance;
};

/* An answer under construction. */
struct answer {
	struct host *host;
	struct dns_writer w;
	bool legacy;     /* RFC 6762 6.7: to a resolver that knows nothing of multicast */
	bool additional; /* records go to the additional section */
	bool has_address;
};

static bool
service_read(const char *text, struct service *ret)
{
	unsigned long port = 0;
	const char *c;

	fields_cut(text, &ret->f);
	if (ret->f.n < FIELD_TXT)
		return false;
	for (c = ret->f.at[FIELD_PORT]; *c >= '0' && *c <= '9'; c++)
		port = port * 10 + (unsigned long)(*c - '0');
	ret->port = (unsigned)port;
	ret->type.n = ret->instance.n = 0;
	dns_name_add(&ret->type, ret->f.at[FIELD_TYPE], true);
	dns_name_add(&ret->type, "local", false);
	dns_name_add(&ret->instance, ret->f.at[FIELD_INSTANCE], false);
	dns_name_add(&ret->instance, ret->f.at[FIELD_TYPE], true);
	dns_name_add(&ret->instance, "local", false);
	return true;
}

static void
host_name(const struct host *h, struct dns_name *ret)
{
	ret->n = 0;
	dns_name_add(ret, h->hostname, false);
	dns_name_add(ret, "local", false);
}

/* Shared records (pointers) never flush caches; neither do legacy answers. */
static size_t
begin(struct answer *a, const struct dns_name *owner, uint16_t type, uint32_t ttl_s)
{
	uint16_t class_bits = DNS_IN;

	if (!a->legacy && type != DNS_PTR)
		class_bits |= DNS_TOP_BIT;
	if (a->legacy && ttl_s > TTL_LEGACY_S)
		ttl_s = TTL_LEGACY_S;
	if (a->additional)
		a->w.additionals++;
	else
		a->w.answers++;
	return dns_begin_record(&a->w, owner, type, class_bits, ttl_s);
}

static void
add_address(struct answer *a)
{
	struct dns_name name;
	size_t opened;

	if (a->has_address)
		return;
	a->has_address = true;
	host_name(a->host, &name);
	opened = begin(a, &name, DNS_A, TTL_HOST_S);
	packet_append(a->w.p, a->host->ip.bytes, 4);
	dns_end_record(&a->w, opened);
}

static void
add_pointer(struct answer *a, const struct dns_name *owner, const struct dns_name *to)
{
	size_t opened = begin(a, owner, DNS_PTR, TTL_SERVICE_S);

	dns_write_name(&a->w, to);
	dns_end_record(&a->w, opened);
}

static void
add_location(struct answer *a, const struct service *x)
{
	size_t opened = begin(a, &x->instance, DNS_SRV, TTL_HOST_S);
	struct dns_name name;

	packet_append_be32(a->w.p, 0);
	packet_append_be16(a->w.p, x->port);
	host_name(a->host, &name);
	dns_write_name(&a->w, &name);
	dns_end_record(&a->w, opened);
}

static void
add_text(struct answer *a, const struct service *x)
{
	size_t opened = begin(a, &x->instance, DNS_TXT, TTL_SERVICE_S), i, len;

	for (i = FIELD_TXT; i < x->f.n; i++) {
		len = strnlen(x->f.at[i], 255);
		packet_append_u8(a->w.p, (unsigned)len);
		packet_append(a->w.p, x->f.at[i], len);
	}
	if (x->f.n == FIELD_TXT)
		packet_append_u8(a->w.p, 0);
	dns_end_record(&a->w, opened);
}

/* RFC 6763 section 9: the list of types. */
static struct dns_name
types_name(void)
{
	struct dns_name name = {0};

	dns_name_add(&name, "_services._dns-sd._udp.local", true);
	return name;
}

static void
add_service(struct answer *a, const struct service *x)
{
	struct dns_name types = types_name();

	if (x->port > 0) {
		add_pointer(a, &types, &x->type);
		add_pointer(a, &x->type, &x->instance);
		add_location(a, x);
	}
	add_text(a, x);
}

static struct route
to_group(const struct host *h)
{
	return (struct route){.to_mac = group_mac,
	    .from_ip = host_ip(h),
	    .to_ip = group_ip,
	    .from_port = MDNS_PORT,
	    .to_port = MDNS_PORT,
	    .ttl = 255};
}

static void
mdns_announce(struct school *s, struct host *h)
{
	struct answer a = {.host = h};
	struct route to = to_group(h);
	struct service x;
	struct packet p;
	size_t i;

	if (!h->hostname)
		return;
	for (i = 0; i < h->services_mdns.n || i == 0; i++) {
		dns_begin(&a.w, &p, 0, FLAGS_ANSWER);
		if (h->services_mdns.n > 0 && service_read(h->services_mdns.at[i], &x))
			add_service(&a, &x);
		add_address(&a);
		dns_end(&a.w);
		s->counters.mdns_answers++;
		school_send(s, h, &to, &p, 0);
	}
}

/* A query: its message, and where its known answers begin. */
struct query {
	const uint8_t *message;
	size_t len;
	uint16_t questions, known;
	struct cursor at;
};

/* RFC 6762 7.1: who asks knows this pointer already, with half of its life before it. */
static bool
is_known(const struct query *q, const struct dns_name *owner, const struct dns_name *to)
{
	struct dns_name name, pointed;
	struct cursor c = q->at, data;
	uint16_t type, i;
	uint32_t ttl_s;

	for (i = 0; i < q->known; i++) {
		dns_read_name(q->message, q->len, &c, &name);
		type = cursor_be16(&c);
		(void)cursor_be16(&c);
		ttl_s = cursor_be32(&c);
		data = cursor_cut(&c, cursor_be16(&c));
		if (!cursor_ok(&c))
			return false;
		if (type != DNS_PTR || ttl_s < TTL_SERVICE_S / 2 ||
		    !dns_name_equal(&name, owner))
			continue;
		dns_read_name(q->message, q->len, &data, &pointed);
		if (cursor_ok(&data) && dns_name_equal(&pointed, to))
			return true;
	}
	return false;
}

static void
answer_service(struct answer *a, const struct query *q, const struct service *x,
    const struct dns_name *name, uint16_t type)
{
	struct dns_name types = types_name();
	bool any = type == DNS_ANY;

	if (x->port > 0 && (any || type == DNS_PTR)) {
		if (dns_name_equal(name, &types) && !is_known(q, name, &x->type))
			add_pointer(a, &types, &x->type);
		if (dns_name_equal(name, &x->type) && !is_known(q, name, &x->instance))
			add_pointer(a, &x->type, &x->instance);
	}
	if (!dns_name_equal(name, &x->instance))
		return;
	if (x->port > 0 && (any || type == DNS_SRV))
		add_location(a, x);
	if (any || type == DNS_TXT)
		add_text(a, x);
}

static void
answer_question(
    struct answer *a, const struct query *q, const struct dns_name *name, uint16_t type)
{
	struct dns_name own;
	struct service x;
	size_t i;

	host_name(a->host, &own);
	if ((type == DNS_A || type == DNS_ANY) && dns_name_equal(name, &own))
		add_address(a);
	for (i = 0; i < a->host->services_mdns.n; i++) {
		if (service_read(a->host->services_mdns.at[i], &x))
			answer_service(a, q, &x, name, type);
	}
}

/* RFC 6763 section 12: who is given a pointer wants the rest next. */
static void
add_the_rest(struct answer *a, const struct dns_name *asked)
{
	struct service x;
	size_t i;

	a->additional = true;
	for (i = 0; i < a->host->services_mdns.n; i++) {
		if (!service_read(a->host->services_mdns.at[i], &x) || x.port == 0 ||
		    !dns_name_equal(asked, &x.type))
			continue;
		add_location(a, &x);
		add_text(a, &x);
	}
	add_address(a);
	a->additional = false;
}

static void
send_answer(struct school *s, const struct datagram *d, struct answer *a, bool unicast)
{
	struct host *h = a->host;
	struct route to = to_group(h), back = route_back(h, d);

	back.ttl = 255;
	dns_end(&a->w);
	s->counters.mdns_answers++;
	/* Shared answers are spread over 20 to 120 ms (RFC 6762 6). */
	school_send(s, h, unicast ? &back : &to, a->w.p, 20000 + school_random(s) % 100000);
}

static void
answer_query(struct school *s, struct host *h, const struct datagram *d)
{
	struct query q = {
	    .message = d->data, .len = d->len, .at = cursor_over(d->data, d->len)};
	struct answer a = {.host = h, .legacy = d->from_port != MDNS_PORT};
	struct dns_name name, last = {0};
	uint16_t id = cursor_be16(&q.at), flags = cursor_be16(&q.at), type, class_bits, i;
	struct cursor questions;
	struct packet p;
	bool unicast = a.legacy;

	q.questions = cursor_be16(&q.at);
	q.known = cursor_be16(&q.at);
	(void)cursor_be32(&q.at);
	if (!cursor_ok(&q.at) || (flags & FLAG_RESPONSE) || q.questions == 0)
		return;
	s->counters.mdns_queries++;
	questions = q.at;
	for (i = 0; i < q.questions; i++) {
		dns_read_name(q.message, q.len, &q.at, &name);
		(void)cursor_be32(&q.at);
	}
	dns_begin(&a.w, &p, a.legacy ? id : 0, FLAGS_ANSWER);
	for (i = 0; i < q.questions; i++) {
		dns_read_name(q.message, q.len, &questions, &name);
		type = cursor_be16(&questions);
		class_bits = cursor_be16(&questions);
		if (!cursor_ok(&questions))
			return;
		unicast = unicast || (class_bits & DNS_TOP_BIT);
		if (a.legacy && i == 0) {
			a.w.questions = 1;
			dns_write_name(&a.w, &name);
			packet_append_be16(&p, type);
			packet_append_be16(&p, DNS_IN);
		}
		answer_question(&a, &q, &name, type);
		last = name;
	}
	if (a.w.answers == 0)
		return;
	add_the_rest(&a, &last);
	send_answer(s, d, &a, unicast);
}

static bool
mdns_datagram(struct school *s, struct host *h, const struct datagram *d)
{
	if (!h->hostname)
		return false;
	answer_query(s, h, d);
	return true;
}

const struct protocol protocol_mdns = {"mdns", MDNS_PORT, mdns_datagram, mdns_announce};
