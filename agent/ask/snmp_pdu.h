/* Object identifiers, requests and replies as plain structs, so that everything but the session
 * is pure. RFC 3416. */
#ifndef PARTA_AGENT_ASK_SNMP_PDU_H
#define PARTA_AGENT_ASK_SNMP_PDU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SNMP_OID_MAX = 40, /* arcs kept; RFC 3416 allows 128, no table of ours comes near */
	SNMP_REQUEST_VARS_MAX = 16,
	SNMP_REPLY_VARS_MAX = 128,
};

struct snmp_oid {
	uint32_t len;
	uint32_t arc[SNMP_OID_MAX];
};

enum snmp_type {
	SNMP_NUMBER,      /* INTEGER, Counter32/64, Gauge32, TimeTicks: number */
	SNMP_OCTETS,      /* OCTET STRING, Opaque: bytes */
	SNMP_IP_ADDRESS,  /* four bytes */
	SNMP_OBJECT_ID,   /* object */
	SNMP_NOTHING,     /* NULL, noSuchObject, noSuchInstance */
	SNMP_END_OF_VIEW, /* endOfMibView */
};

struct snmp_var {
	struct snmp_oid oid;
	enum snmp_type type;
	int64_t number;
	const uint8_t *bytes; /* borrowed from the reply */
	size_t len;
	struct snmp_oid object;
};

enum snmp_operation { SNMP_OP_GET, SNMP_OP_GETNEXT, SNMP_OP_GETBULK };

struct snmp_request {
	enum snmp_operation operation;
	unsigned repetitions; /* GETBULK only; non-repeaters are always 0 */
	uint16_t vlan; /* as Cisco's bridges keep one for each: "community@vlan", or the context
			  "vlan-N" of SNMPv3. 0: the whole device */
	size_t n;
	struct snmp_oid oids[SNMP_REQUEST_VARS_MAX];
};

/* RFC 3416 section 3; those that are told apart. */
enum snmp_error {
	SNMP_ERROR_NONE = 0,
	SNMP_ERROR_TOO_BIG = 1,
	SNMP_ERROR_NO_SUCH_NAME = 2,
	SNMP_ERROR_GENERAL = 5,
	SNMP_ERROR_NO_ACCESS = 6,
	SNMP_ERROR_AUTHORIZATION = 16,
};

struct snmp_reply {
	int64_t error_status; /* enum snmp_error, or another number */
	int64_t error_index;  /* from 1; 0 none */
	size_t n;
	struct snmp_var vars[SNMP_REPLY_VARS_MAX]; /* what is beyond was dropped */
};

#define SNMP_OID(...)                                                                          \
	{                                                                                      \
		sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t),                          \
		{                                                                              \
			__VA_ARGS__                                                            \
		}                                                                              \
	}

/* Only the arcs in use. */
void oid_copy(struct snmp_oid *to, const struct snmp_oid *from);
/* false (and untouched) when there is no room. */
bool oid_append(struct snmp_oid *oid, uint32_t arc);
/* Lexicographic, as GETNEXT orders: < 0, 0, > 0. */
int oid_compare(const struct snmp_oid *a, const struct snmp_oid *b);
/* oid is root or lies below it. */
bool oid_under(const struct snmp_oid *oid, const struct snmp_oid *root);
/* Dotted, no leading dot, cut when it does not fit. */
void oid_format(const struct snmp_oid *oid, char *ret, size_t size);

#endif
