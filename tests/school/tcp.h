/* As much of TCP (RFC 9293) as a device needs to refuse, or to serve small exchanges. */
#ifndef PARTA_TESTS_SCHOOL_TCP_H
#define PARTA_TESTS_SCHOOL_TCP_H

#include "tests/school/school.h"

struct tcp_service {
	uint16_t port;
	bool (*listens)(const struct host *h);
	void (*greet)(
	    const struct host *h, struct packet *answer); /* NULL: the peer speaks first */
	/* True when the request was complete and is answered; false: more of it must come. */
	bool (*answer)(struct school *s, struct host *h, const char *request,
	    struct packet *answer, bool *closes);
};

extern const struct tcp_service *const tcp_services[]; /* THE LIST, in protocols.c */

void tcp_segment(struct school *s, struct host *h, const struct datagram *d);

#endif
