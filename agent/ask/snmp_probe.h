/*
 * The first word to an address that may or may not speak SNMP: one small message
 * of our own, so that hundreds of addresses wait on one socket and no library
 * blocks. Pure.
 */
#ifndef PARTA_AGENT_ASK_SNMP_PROBE_H
#define PARTA_AGENT_ASK_SNMP_PROBE_H

#include <stddef.h>
#include <stdint.h>

enum {
	SNMP_PROBE_BYTES_MAX = 192,
	SNMP_COMMUNITY_BYTES_MAX = 64,
	SNMP_ENGINE_ID_BYTES_MAX = 32
};

enum snmp_probe_kind { SNMP_PROBE_V1, SNMP_PROBE_V2C, SNMP_PROBE_ENGINE };

/* RFC 3411 section 5 SnmpEngineID (5..32 bytes) and RFC 3414 section 2.2. */
struct snmp_engine {
	uint8_t id[SNMP_ENGINE_ID_BYTES_MAX];
	size_t id_len; /* 0: unknown */
	uint32_t boots, time_s;
};

/*
 * A message into ret; returns its length. id is below 2^31. V1, V2C: GET
 * sysObjectID.0 under the community (cut at SNMP_COMMUNITY_BYTES_MAX); ENGINE: the discovery of
 * RFC 3414 section 4, without a user.
 */
size_t snmp_probe_write(enum snmp_probe_kind kind, const char *community, uint32_t id,
    uint8_t ret[static SNMP_PROBE_BYTES_MAX]);

struct snmp_probe_answer {
	enum snmp_probe_kind kind;
	uint32_t id;
	struct snmp_engine engine; /* ENGINE only */
};

/* An answer to such a message: 0, or -EBADMSG for anything else. */
int snmp_probe_read(const void *bytes, size_t len, struct snmp_probe_answer *ret);

#endif
