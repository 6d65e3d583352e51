/* As much of TCP (RFC 9293) as a device needs to refuse, or to serve one small exchange. */
#ifndef PARTA_TESTS_SCHOOL_TCP_H
#define PARTA_TESTS_SCHOOL_TCP_H

#include "tests/school/school.h"

void tcp_segment(struct school *s, struct host *h, const struct datagram *d);

#endif
