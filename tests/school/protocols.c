/* The one list of the protocols that the school speaks above ARP and ICMP, and of its services
 * by TCP. */
#include "tests/school/school.h"
#include "tests/school/tcp.h"

#define PROTOCOLS(X)                                                                           \
	X(snmp)                                                                                \
	X(mdns)                                                                                \
	X(llmnr)                                                                               \
	X(netbios)                                                                             \
	X(ssdp)                                                                                \
	X(wsd)                                                                                 \
	X(pjlink)                                                                              \
	X(sip)                                                                                 \
	X(dhcp)                                                                                \
	X(lldp)

#define SERVICES(X)                                                                            \
	X(pjlink)                                                                              \
	X(web)                                                                                 \
	X(ssh)                                                                                 \
	X(rtsp)

#define X(name) extern const struct protocol protocol_##name;
PROTOCOLS(X)
#undef X
#define X(name) extern const struct tcp_service service_##name;
SERVICES(X)
#undef X

const struct protocol *const protocols[] = {
#define X(name) &protocol_##name,
    PROTOCOLS(X)
#undef X
	NULL,
};

const struct tcp_service *const tcp_services[] = {
#define X(name) &service_##name,
    SERVICES(X)
#undef X
	NULL,
};
