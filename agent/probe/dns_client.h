/*
 * One question to one resolver, with everything a filter leaves in the answer:
 * rcode, addresses, CNAME chain, TTL and the Extended DNS Error. RFC 1035, RFC 6891
 * (EDNS), RFC 8914 (EDE). UDP with a random port and id; asked a second time after
 * half of the time.
 */
#ifndef PARTA_AGENT_PROBE_DNS_CLIENT_H
#define PARTA_AGENT_PROBE_DNS_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include "common/address.h"

struct loop;
struct dns_question;

enum { DNS_ANSWERS_MAX = 8, DNS_CNAMES_MAX = 4, DNS_NO_ANSWER = -1, DNS_NO_EDE = -1 };
enum { DNS_NOERROR = 0, DNS_NXDOMAIN = 3, DNS_RCODE_SIZE = 24 }; /* RFC 1035 4.1.1 */

struct dns_answer {
	int rcode; /* RFC 1035 4.1.1; DNS_NO_ANSWER */
	struct address addresses[DNS_ANSWERS_MAX];
	size_t n_addresses;
	char cnames[DNS_CNAMES_MAX][128];
	size_t n_cnames;
	uint32_t ttl_s; /* the least of the address records' */
	int ede;        /* INFO-CODE; DNS_NO_EDE */
	double rtt_ms;
};

typedef void (*dns_answer_fn)(void *arg, const struct dns_answer *answer);

/* Asks for IPv4 addresses. fn is called once, never from inside this call. 0; -EINVAL no host
 * name; another negative errno. */
int dns_ask(struct loop *loop, const struct address *resolver, const char *name,
    uint32_t timeout_ms, dns_answer_fn fn, void *arg, struct dns_question **ret);
void dns_cancel(struct dns_question *question); /* fn is not called */

/* "*.example.org" becomes a name with a random label, which no cache on the way knows; any
 * other stays what it is. */
void dns_fresh_name(const char *pattern, char *ret, size_t size);

/* The first resolver of /etc/resolv.conf. 0 or -ENOENT. */
int dns_own_resolver(struct address *ret);

/* "SERVFAIL", "RCODE 11", "timeout" for DNS_NO_ANSWER. Pure, as the next. */
void dns_rcode_format(int rcode, char ret[static DNS_RCODE_SIZE]);

/* Pure, for the tests and the fuzzer: a query's bytes (their number or -EINVAL), and what a
 * reply to it says (0, -EBADMSG, -ENOMSG another's). */
int dns_query_write(uint16_t id, const char *name, uint8_t *ret, size_t size);
int dns_reply_read(uint16_t id, const uint8_t *query, size_t query_len, const void *reply,
    size_t len, struct dns_answer *ret);

#endif
