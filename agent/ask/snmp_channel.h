/*
 * One device's session of net-snmp, without its callbacks and without waiting:
 * a request goes out, a readable descriptor yields what came. The only file of
 * ours that includes net-snmp.
 */
#ifndef PARTA_AGENT_ASK_SNMP_CHANNEL_H
#define PARTA_AGENT_ASK_SNMP_CHANNEL_H

#include <stddef.h>
#include <stdint.h>

#include "agent/ask/snmp.h"
#include "agent/ask/snmp_pdu.h"
#include "agent/ask/snmp_probe.h"
#include "common/address.h"

struct snmp_keys; /* a user's master keys: made once, because each costs a hash over a megabyte
		   */
struct snmp_channel;

/* Prepares net-snmp: no MIB file, no configuration file, no state file, silent. Harmless when
 * repeated. */
void snmp_library_start(void);

/* 0; -EINVAL for an algorithm that is not known or a passphrase under eight characters (RFC
 * 3414 section 11.2); -ENOMEM. */
int snmp_keys_new(const struct snmp_user *user, struct snmp_keys **ret);
void snmp_keys_free(struct snmp_keys *keys); /* wipes; accepts NULL */

struct snmp_credential {
	uint8_t version;                  /* 1, 2, 3 */
	const char *community;            /* 1, 2 */
	const struct snmp_keys *keys;     /* 3 */
	const struct snmp_engine *engine; /* 3: as discovered, so that opening does not wait */
};

/* 0 or a negative errno. Nothing is sent yet. The descriptor takes datagrams from that address
 * and port alone. */
int snmp_channel_open(const struct snmp_credential *credential, const struct address *ip,
    uint16_t port, struct snmp_channel **ret);
void snmp_channel_close(struct snmp_channel *channel); /* accepts NULL */
int snmp_channel_fd(const struct snmp_channel *channel);

/* tag comes back with the answer. 0; -EAGAIN when the kernel has no room; another negative
 * errno. */
int snmp_channel_send(
    struct snmp_channel *channel, const struct snmp_request *request, uint32_t tag);

enum snmp_event {
	SNMP_EVENT_NONE, /* nothing that belongs to a request of ours */
	SNMP_EVENT_MALFORMED,
	SNMP_EVENT_REPLY,
	SNMP_EVENT_DENIED,  /* an SNMPv3 report: `words` says which */
	SNMP_EVENT_REFUSED, /* ICMP: nobody listens */
};

/* Where replies are put; large, so there is one for all sessions. */
struct snmp_inbox {
	uint32_t tag;
	const char *words; /* of DENIED */
	struct snmp_reply reply;
	size_t used;
	uint8_t bytes[65536];
};

/* Reads one datagram. */
enum snmp_event snmp_channel_read(struct snmp_channel *channel, struct snmp_inbox *inbox);

#endif
