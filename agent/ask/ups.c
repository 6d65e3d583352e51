/* upsSecondsOnBattery (0: it is not) and upsOutputSource of UPS-MIB (RFC 1628): see ups.h. Some
 * UPSs tell only one of them. */
#include "agent/ask/ups.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/text.h"

enum { SOURCE_BATTERY = 5 };

static const struct snmp_oid seconds_on_battery = SNMP_OID(1, 3, 6, 1, 2, 1, 33, 1, 2, 2);
static const struct snmp_oid output_source = SNMP_OID(1, 3, 6, 1, 2, 1, 33, 1, 4, 1);

void
ups_ask(struct snmp_request *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->operation = SNMP_OP_GETNEXT;
	oid_copy(&ret->oids[ret->n++], &seconds_on_battery);
	oid_copy(&ret->oids[ret->n++], &output_source);
}

/* -1: it is not told. */
static int64_t
number_of(const struct snmp_reply *reply, const struct snmp_oid *object)
{
	for (size_t i = 0; i < reply->n; i++) {
		const struct snmp_var *var = &reply->vars[i];

		if (var->type == SNMP_NUMBER && oid_under(&var->oid, object) &&
		    var->oid.len == object->len + 1 && var->number >= 0)
			return var->number;
	}
	return -1;
}

bool
ups_on_battery(const struct snmp_reply *reply, char ret_observed[static UPS_OBSERVED_SIZE])
{
	int64_t seconds = number_of(reply, &seconds_on_battery);

	if (seconds <= 0 && number_of(reply, &output_source) != SOURCE_BATTERY)
		return false;
	if (seconds > 0)
		(void)snprintf(ret_observed, UPS_OBSERVED_SIZE,
		    "on battery for %" PRId64 " s (UPS)", seconds);
	else
		(void)text_copy(ret_observed, UPS_OBSERVED_SIZE, "on battery (UPS)");
	return true;
}
