/*
 * The delivery: a thread that takes messages out of the outbox and brings them to
 * mail servers, webhooks and Alertmanagers. At least once: who dies between a
 * receiver's yes and our note of it sends again under the same key. Any number of
 * collectors may deliver at once.
 */
#ifndef PARTA_COLLECTOR_ALERT_DELIVERY_H
#define PARTA_COLLECTOR_ALERT_DELIVERY_H

#include "collector/alert/compose.h"
#include "common/transfer.h"

struct delivery;

struct delivery_config {
	const char *conninfo;
	const char *smtp_url;         /* smtp:// or smtps://; "": mails wait */
	const char *smtp_from;        /* an address */
	const char *smtp_credentials; /* a file: the user, and the password on the second line;
					 "": none */
	enum transfer_starttls starttls;
	const char *ca_file; /* by which servers are judged; "": the system's authorities */
	void (*attempted)(enum compose_outcome outcome); /* on the delivery's thread; or NULL */
};

/* Everything in config is copied. 0; -EACCES: everybody may read the credentials; or another
 * negative errno. */
int delivery_start(const struct delivery_config *config, struct delivery **ret);

/* What is under way is broken off and goes again later. Accepts NULL. */
void delivery_stop(struct delivery *delivery);

#endif
