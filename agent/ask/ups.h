/* What a UPS says of the mains by UPS-MIB (RFC 1628): the batteries that feed its output are a
 * witness that the power is off. Pure. */
#ifndef PARTA_AGENT_ASK_UPS_H
#define PARTA_AGENT_ASK_UPS_H

#include <stdbool.h>

#include "agent/ask/snmp_pdu.h"

enum { UPS_OBSERVED_SIZE = 48 };

void ups_ask(struct snmp_request *ret);

/* Does its output come from the batteries? Then in words for how long. A reply that tells
 * neither upsOutputSource nor upsSecondsOnBattery is no sign of it. */
bool ups_on_battery(
    const struct snmp_reply *reply, char ret_observed[static UPS_OBSERVED_SIZE]);

#endif
