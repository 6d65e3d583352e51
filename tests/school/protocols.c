/* The one list of the protocols that the school speaks above ARP and ICMP. */
#include "tests/school/school.h"
#include "tests/school/snmp.h"

const struct protocol *const protocols[] = {
    &protocol_snmp,
    NULL,
};
