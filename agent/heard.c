/* Ports and neighbours out of what is heard: see heard.h. */
#include "agent/heard.h"

#include <string.h>

#include "common/check.h"
#include "common/text.h"

const struct heard_port heard_ports[HEARD_PORTS] = {
    {"lldp", "port_id", "port_descr"},
    {"cdp", "port_id", NULL},
    {"edp", "port", NULL},
    {"mndp", "port", NULL},
};

const char *
heard_port_name(const char *value)
{
	static const char *const kinds[] = {"alias:", "component:", "mac:", "network:",
	    "interface:", "circuit:", "local:", "reserved:"};

	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (strncmp(value, kinds[i], strlen(kinds[i])) == 0)
			return value + strlen(kinds[i]);
	return value;
}

bool
heard_neighbor(
    const struct sighting *sighting, const struct interface *own, struct neighbor *ret)
{
	const char *wanted = NULL, *key, *value;
	struct neighbor n = {.local_port = ""};
	size_t at = 0;

	for (size_t i = 0; i < HEARD_PORTS; i++)
		if (strcmp(heard_ports[i].source, sighting->source) == 0)
			wanted = heard_ports[i].key;
	while (wanted && sighting_next(sighting, &at, &key, &value))
		if (strcmp(key, wanted) == 0)
			(void)text_copy(
			    n.local_port, sizeof(n.local_port), heard_port_name(value));
	if (n.local_port[0] == '\0')
		return false;
	mac_format(&own->mac, n.chassis_id);
	(void)text_copy(n.port_id, sizeof(n.port_id), own->name);
	(void)text_copy(n.protocol, sizeof(n.protocol), sighting->source);
	if (own->ipv4.family != ADDRESS_NONE)
		address_format(&own->ipv4, n.management_address);
	*ret = n;
	return true;
}
