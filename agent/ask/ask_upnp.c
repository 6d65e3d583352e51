/* The description of a UPnP root device (UPnP Device Architecture 2.0, 2.3), fetched from the
 * URL that the device told by SSDP when that is at its own address. Embedded devices and
 * services are not read. */
#include <string.h>
#include <strings.h>

#include "agent/ask/http_answer.h"
#include "agent/ask/url.h"
#include "agent/ask/xml.h"
#include "common/check.h"

static void
on_text(void *arg, const char *path, const char *text)
{
	static const struct {
		const char *path, *key;
	} wanted[] = {
	    {"root/device/deviceType", "type"},
	    {"root/device/manufacturer", "maker"},
	    {"root/device/modelName", "model"},
	    {"root/device/modelNumber", "number"},
	    {"root/device/modelDescription", "descr"},
	    {"root/device/friendlyName", "name"},
	    {"root/device/serialNumber", "serial"},
	    {"root/device/UDN", "uuid"},
	};
	struct ask *ask = arg;

	for (size_t i = 0; i < COUNT_OF(wanted); i++) {
		if (strcmp(path, wanted[i].path) != 0)
			continue;
		if (strcmp(wanted[i].key, "uuid") == 0 && strncasecmp(text, "uuid:", 5) == 0)
			text += 5;
		ask_add_text(ask, wanted[i].key, text);
	}
}

static bool
wants(const struct ask_known *known, struct ask_place *place)
{
	const char *location = ask_known_value(known, "ssdp", "location", "http*");

	return location && url_place(location, &known->ip, place) == 0;
}

static enum ask_verdict
step(struct ask *ask)
{
	struct http_answer answer;
	uint32_t salt;
	int r;

	if (ask->stage == 0) {
		ask->stage = 1;
		http_ask_get(ask, "text/xml, application/xml");
		return ASK_MORE;
	}
	r = http_answer_read(ask->in.data, ask->in.len, ask->ended, &answer);
	if (r == 0 && !ask->ended)
		return ASK_MORE;
	memcpy(&salt, ask->random, sizeof(salt));
	if (r > 0 && answer.status == 200)
		(void)xml_read(answer.body, answer.body_len, salt, on_text, ask);
	return ASK_DONE;
}

const struct asker asker_upnp = {.name = "upnp",
    .source = "upnp",
    .transport = ASK_TCP,
    .port = 80,
    .timeout_ms = 3000,
    .bytes_max = 24 * 1024,
    .wants = wants,
    .step = step};
