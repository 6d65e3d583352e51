#include "agent/sensor/child.h"

#include <errno.h>

#include "agent/sensor/packet.h"

int
child_ask(struct child *child, size_t port, const struct address *ip, const struct mac *to)
{
	struct port *p = &child->ports[port];
	uint8_t frame[PACKET_ARP_BYTES];

	if (!p->capture)
		return -ENODEV;
	packet_arp_request(frame, &p->interface.mac, &p->interface.ipv4, ip, to);
	return capture_send(p->capture, frame, sizeof(frame));
}
