/* SNMPv3 messages with the user-based security model (RFC 3412, RFC 3414, RFC 3826, RFC 7860).
 */
#ifndef PARTA_TESTS_SCHOOL_USM_H
#define PARTA_TESTS_SCHOOL_USM_H

#include <stdbool.h>

#include "common/cursor.h"
#include "tests/school/snmp.h"

/* Passwords to keys, and for every host that speaks SNMPv3 its engine ID and localised keys. 0,
 * or a negative errno with words. */
int usm_prepare(struct school *s, char error[static 256]);
void usm_free(struct school *s);

/* message: what follows the version. Lays the whole answer, or a report, into the packet. */
bool usm_message(struct school *s, struct host *h, const struct datagram *d,
    struct cursor message, struct packet *p, struct snmp_result *ret);

#endif
