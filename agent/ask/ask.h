/*
 * The askers: protocols by which a live host is asked what it is, beside SNMP
 * (snmp.h). Each is one file, ask_<name>.c, and one row of THE LIST below. An asker
 * is pure: it is told what came and says what goes out; asks.h has the sockets.
 * Everything asked only reads, and nobody logs in.
 */
#ifndef PARTA_AGENT_ASK_ASK_H
#define PARTA_AGENT_ASK_ASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/address.h"
#include "common/bytes.h"
#include "common/classify/evidence.h"

/* THE LIST, in the order in which a host is asked: X(name). */
#define ASKERS(X)                                                                              \
	X(nbstat)                                                                              \
	X(pjlink)                                                                              \
	X(ipp)                                                                                 \
	X(http)                                                                                \
	X(https)                                                                               \
	X(ssh)                                                                                 \
	X(smb)                                                                                 \
	X(rdp)                                                                                 \
	X(rtsp)                                                                                \
	X(sip)                                                                                 \
	X(upnp)                                                                                \
	X(escl)                                                                                \
	X(onvif)                                                                               \
	X(mdns)

enum {
	ASK_FACTS_MAX = 24,
	ASK_TEXT_BYTES = 2048, /* of all values of one answer together */
	ASK_OUT_BYTES_MAX = 2048,
	ASK_PATH_BYTES = 192,
	ASK_CONNECTIONS_MAX = 4, /* that one asker may open to one host in turn */
	ASK_MD5_BYTES = 16
};

enum ask_transport { ASK_UDP, ASK_TCP };

/* What is known of the host so far. */
struct ask_known {
	struct address ip;
	const struct evidence *evidence;
	size_t n_evidence;
};

/* Where it is asked. */
struct ask_place {
	uint16_t port;
	bool tls; /* from the first byte on */
	char path[ASK_PATH_BYTES];
};

enum ask_verdict {
	ASK_MORE,  /* `out` goes, then what comes is awaited */
	ASK_TLS,   /* `out` goes, then TLS begins; step again when it stands */
	ASK_AGAIN, /* step again on a new connection to `place` */
	ASK_DONE,
};

struct asker;

/* One conversation. */
struct ask {
	const struct asker *asker;
	const struct ask_known *known; /* borrowed, during step() only */
	struct ask_place place;
	unsigned stage;              /* the asker's own; 0 at first */
	uint8_t random[16];          /* of this conversation */
	const char *pjlink_password; /* "" none */
	void (*md5)(const void *bytes, size_t len, uint8_t ret[static ASK_MD5_BYTES]);
	const char *certificate; /* the peer's subject once TLS stands, "" unknown */

	struct bytes in;  /* what came and is not consumed; of UDP one datagram */
	bool ended;       /* nothing more will come: the peer closed, or that is enough */
	struct bytes out; /* to be sent */

	struct evidence facts[ASK_FACTS_MAX];
	size_t n_facts;
	char text[ASK_TEXT_BYTES];
	size_t text_len;
};

struct asker {
	const char *name;   /* in THE LIST */
	const char *source; /* of its evidence */
	enum ask_transport transport;
	uint16_t port;
	uint32_t timeout_ms; /* of the conversation, each connection that it wants anew */
	uint32_t silence_ms; /* of a peer that is to answer: it is asked on a new connection,
				from stage 0 on, twice at most; 0: the timeout alone */
	uint32_t bytes_max;  /* received on one connection */
	/* Whether it is worth to ask this host, and where; `place` has the asker's port and the
	 * path
	 * "/". NULL: every live host. */
	bool (*wants)(const struct ask_known *known, struct ask_place *place);
	/* Called when the connection (and TLS) stands, when bytes came and when the peer
	 * closed. */
	enum ask_verdict (*step)(struct ask *ask);
};

extern const struct asker *const askers[];
extern const size_t askers_count;

/* A fact of the asker's source with wire bytes made clean; an empty value, a second one of the
 * same key and what finds no room add nothing. */
void ask_add(struct ask *ask, const char *key, const void *value, size_t len);
void ask_add_text(struct ask *ask, const char *key, const char *value);

/* Whether there is a fact of this key already. */
bool ask_has(const struct ask *ask, const char *key);

/* Removes the first len bytes of what came. */
void ask_consume(struct ask *ask, size_t len);

/* The value of a key that fits a pattern (text_match), or NULL. */
const char *ask_known_value(
    const struct ask_known *known, const char *source, const char *key, const char *pattern);
/* The host answers SNMP, so that what PCs speak is not worth a connection. */
bool ask_known_snmp(const struct ask_known *known);
/* For `wants` of what PCs speak: it may be one. */
bool ask_wants_computer(const struct ask_known *known, struct ask_place *place);

#endif
