/*
 * A message as its way wants it. Pure. What comes in is text of a database that
 * schools and clerks write: no name of theirs becomes a header or a recipient.
 */
#ifndef PARTA_COLLECTOR_ALERT_COMPOSE_H
#define PARTA_COLLECTOR_ALERT_COMPOSE_H

#include <stdint.h>

#include "common/bytes.h"

struct compose_mail {
	const char *from, *to; /* addresses without brackets */
	const char *key;       /* the part of the Message-ID before the @ */
	int64_t at_ms;
	const char *title, *body; /* UTF-8; lines of the body end with '\n' */
};

/*
 * RFC 5322, 2047, 2045: a text/plain message in UTF-8, lines end with CRLF. 0;
 * -EINVAL: an address or the key holds what it may not; -EFBIG or -ENOMEM.
 */
int compose_mail(const struct compose_mail *mail, struct bytes *ret);

/* Why a message did not go, or when it goes again. */
enum compose_outcome { COMPOSE_DELIVERED, COMPOSE_RETRY, COMPOSE_DEAD };

/* By the last reply of a mail server (RFC 5321, 4.2.1), 0 none; error: how the transfer ended.
 */
enum compose_outcome outcome_of_mail(int error, long status);
/* By the status of HTTP. */
enum compose_outcome outcome_of_http(int error, long status);

/* How long to wait before the next attempt after so many: 10 s, twice as long each time, an
 * hour at most, a quarter more or less by chance (0..65535). */
uint64_t outcome_backoff_ms(unsigned attempts, unsigned chance);

#endif
