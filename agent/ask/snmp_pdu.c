/* Object identifiers: order, descent, text (RFC 3416, RFC 2578 section 7.1.3). Encoding is not
 * done here. */
#include "agent/ask/snmp_pdu.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void
oid_copy(struct snmp_oid *to, const struct snmp_oid *from)
{
	to->len = from->len;
	memcpy(to->arc, from->arc, from->len * sizeof(from->arc[0]));
}

bool
oid_append(struct snmp_oid *oid, uint32_t arc)
{
	if (oid->len >= SNMP_OID_MAX)
		return false;
	oid->arc[oid->len++] = arc;
	return true;
}

int
oid_compare(const struct snmp_oid *a, const struct snmp_oid *b)
{
	for (uint32_t i = 0; i < a->len && i < b->len; i++)
		if (a->arc[i] != b->arc[i])
			return a->arc[i] < b->arc[i] ? -1 : 1;
	if (a->len == b->len)
		return 0;
	return a->len < b->len ? -1 : 1;
}

bool
oid_under(const struct snmp_oid *oid, const struct snmp_oid *root)
{
	return oid->len >= root->len &&
	       memcmp(oid->arc, root->arc, root->len * sizeof(root->arc[0])) == 0;
}

void
oid_format(const struct snmp_oid *oid, char *ret, size_t size)
{
	size_t used = 0;

	if (size == 0)
		return;
	ret[0] = '\0';
	for (uint32_t i = 0; i < oid->len; i++) {
		int n =
		    snprintf(ret + used, size - used, "%s%" PRIu32, i ? "." : "", oid->arc[i]);

		if (n < 0 || (size_t)n >= size - used) {
			ret[used] = '\0'; /* whole arcs only */
			return;
		}
		used += (size_t)n;
	}
}
