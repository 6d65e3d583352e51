/*
 * GetDeviceInformation and GetHostname of an ONVIF device (ONVIF Core Specification,
 * 8.1.2 and 8.2), without a user: who wants one is noted as locked. Worth a try where
 * WS-Discovery or RTSP shows a camera.
 */
#include <stdio.h>
#include <string.h>

#include "agent/ask/http_answer.h"
#include "agent/ask/url.h"
#include "agent/ask/xml.h"
#include "common/check.h"
#include "common/text.h"

enum { QUERIES = 2 };

static void
on_text(void *arg, const char *path, const char *text)
{
	static const struct {
		const char *path, *key;
	} wanted[] = {
	    {"Envelope/Body/GetDeviceInformationResponse/Manufacturer", "maker"},
	    {"Envelope/Body/GetDeviceInformationResponse/Model", "model"},
	    {"Envelope/Body/GetDeviceInformationResponse/FirmwareVersion", "firmware"},
	    {"Envelope/Body/GetDeviceInformationResponse/SerialNumber", "serial"},
	    {"Envelope/Body/GetDeviceInformationResponse/HardwareId", "hardware"},
	    {"Envelope/Body/GetHostnameResponse/HostnameInformation/Name", "name"},
	};
	struct ask *ask = arg;

	for (size_t i = 0; i < COUNT_OF(wanted); i++)
		if (strcmp(path, wanted[i].path) == 0)
			ask_add_text(ask, wanted[i].key, text);
	if (text_match("Envelope/Body/Fault/Code*", path) &&
	    text_match("*NotAuthorized*", text))
		ask_add_text(ask, "locked", "1");
}

static bool
wants(const struct ask_known *known, struct ask_place *place)
{
	const char *address = ask_known_value(known, "wsd", "address", "http*");

	(void)text_copy(place->path, sizeof(place->path), "/onvif/device_service");
	if (!ask_known_value(known, "wsd", "type", "NetworkVideo*") &&
	    !ask_known_value(known, "wsd", "model", "?*"))
		return ask_known_value(known, "rtsp", "server", "?*") != NULL;
	if (address)
		(void)url_place(address, &known->ip, place);
	return true;
}

static enum ask_verdict
step(struct ask *ask)
{
	static const char *const operations[QUERIES] = {"GetDeviceInformation", "GetHostname"};
	struct http_answer answer;
	char body[512];
	uint32_t salt;
	int r, len;

	if (ask->stage % 2 == 0) {
		len = snprintf(body, sizeof(body),
		    "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
		    "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Body>"
		    "<%s xmlns=\"http://www.onvif.org/ver10/device/wsdl\"/>"
		    "</s:Body></s:Envelope>",
		    operations[ask->stage / 2]);
		http_ask_post(ask, "application/soap+xml; charset=utf-8", body, (size_t)len);
		ask->stage++;
		return ASK_MORE;
	}
	r = http_answer_read(ask->in.data, ask->in.len, ask->ended, &answer);
	if (r == 0 && !ask->ended)
		return ASK_MORE;
	if (r <= 0 || answer.status == 404)
		return ASK_DONE;
	memcpy(&salt, ask->random, sizeof(salt));
	if (answer.status == 401)
		ask_add_text(ask, "locked", "1");
	else if (xml_read(answer.body, answer.body_len, salt, on_text, ask) < 0 &&
		 ask->n_facts == 0)
		return ASK_DONE;
	ask->stage++;
	return ask->stage / 2 < QUERIES ? ASK_AGAIN : ASK_DONE;
}

const struct asker asker_onvif = {.name = "onvif",
    .source = "onvif",
    .transport = ASK_TCP,
    .port = 80,
    .timeout_ms = 3000,
    .bytes_max = 16 * 1024,
    .wants = wants,
    .step = step};
