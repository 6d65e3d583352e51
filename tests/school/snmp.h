/* SNMP's protocol data units (RFC 1157, RFC 3416), whatever message they came in. */
#ifndef PARTA_TESTS_SCHOOL_SNMP_H
#define PARTA_TESTS_SCHOOL_SNMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cursor.h"
#include "tests/school/school.h"

enum snmp_version { SNMP_V1 = 0, SNMP_V2C = 1, SNMP_V3 = 3 };

enum {
	SNMP_PDU_GET = 0xa0,
	SNMP_PDU_GETNEXT = 0xa1,
	SNMP_PDU_RESPONSE = 0xa2,
	SNMP_PDU_SET = 0xa3,
	SNMP_PDU_GETBULK = 0xa5,
	SNMP_PDU_REPORT = 0xa8
};

enum { SNMP_AUTHORIZATION_ERROR = 16 };

struct snmp_result {
	int64_t id_offset;  /* set by the caller: what a faulty device adds to the request id */
	uint32_t variables; /* looked up: what the device spends time on */
};

/*
 * Reads a request PDU and lays its response PDU into the packet, at most bytes_max
 * long. refused: answer authorizationError whatever is asked. False: no answer.
 */
bool snmp_answer_pdu(struct school *s, struct host *h, const struct mib *mib,
    enum snmp_version version, struct cursor pdu, size_t bytes_max, bool refused,
    struct packet *p, struct snmp_result *ret);

/* The variables of a context: the prefix and the number of a VLAN that has a bridge of its own;
 * of no length, the whole device's. NULL: there is no such context. */
const struct mib *snmp_mib_of(
    const struct host *h, const char *prefix, const uint8_t *name, size_t len);

/* A Report-PDU (RFC 3412 7.1.3) with one counter. */
void snmp_push_report(
    struct packet *p, int64_t request_id, const struct oid *counter, uint32_t value);

#endif
