/* ScannerCapabilities of eSCL (Mopria Alliance, eSCL 2.97, 9.1) of what announces _uscan or
 * _uscans by DNS-SD. */
#include "agent/ask/xml_fetch.h"
#include "common/check.h"
#include "common/text.h"

static const struct xml_wanted wanted[] = {
    {"ScannerCapabilities/MakeAndModel", "make_model"},
    {"ScannerCapabilities/SerialNumber", "serial"},
    {"ScannerCapabilities/UUID", "uuid"},
};

static bool
wants(const struct ask_known *known, struct ask_place *place)
{
	(void)text_copy(place->path, sizeof(place->path), "/eSCL/ScannerCapabilities");
	if (ask_known_value(known, "mdns", "service", "_uscan._tcp*"))
		return true;
	place->tls = true;
	place->port = 443;
	return ask_known_value(known, "mdns", "service", "_uscans._tcp*") != NULL;
}

static enum ask_verdict
step(struct ask *ask)
{
	return xml_fetch(ask, "text/xml", wanted, COUNT_OF(wanted));
}

const struct asker asker_escl = {.name = "escl",
    .source = "escl",
    .transport = ASK_TCP,
    .port = 80,
    .timeout_ms = 4000,
    .bytes_max = 48 * 1024,
    .wants = wants,
    .step = step};
