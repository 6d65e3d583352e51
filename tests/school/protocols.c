/* The one list of the protocols that the school speaks above ARP and ICMP. */
#include "tests/school/school.h"

#define PROTOCOLS(X)                                                                           \
	X(snmp)                                                                                \
	X(mdns)                                                                                \
	X(lldp)

#define X(name) extern const struct protocol protocol_##name;
PROTOCOLS(X)
#undef X

const struct protocol *const protocols[] = {
#define X(name) &protocol_##name,
    PROTOCOLS(X)
#undef X
	NULL,
};
