/* The description of a UPnP root device (UPnP Device Architecture 2.0, 2.3), fetched from the
 * URL that the device told by SSDP when that is at its own address. Embedded devices and
 * services are not read. */
#include "agent/ask/url.h"
#include "agent/ask/xml_fetch.h"
#include "common/check.h"

static const struct xml_wanted wanted[] = {
    {"root/device/deviceType", "type"},
    {"root/device/manufacturer", "maker"},
    {"root/device/modelName", "model"},
    {"root/device/modelNumber", "number"},
    {"root/device/modelDescription", "descr"},
    {"root/device/friendlyName", "name"},
    {"root/device/serialNumber", "serial"},
    {"root/device/UDN", "uuid"},
};

static bool
wants(const struct ask_known *known, struct ask_place *place)
{
	const char *location = ask_known_value(known, "ssdp", "location", "http*");

	return location && url_place(location, &known->ip, place) == 0;
}

static enum ask_verdict
step(struct ask *ask)
{
	return xml_fetch(ask, "text/xml, application/xml", wanted, COUNT_OF(wanted));
}

const struct asker asker_upnp = {.name = "upnp",
    .source = "upnp",
    .transport = ASK_TCP,
    .port = 80,
    .timeout_ms = 3000,
    .bytes_max = 24 * 1024,
    .wants = wants,
    .step = step};
