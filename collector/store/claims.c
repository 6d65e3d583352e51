/*
 * Which evidence identifies says common/classify/key.h, to the agent as to us; here
 * it gets one form: serial numbers and UUIDs are folded to upper and lower case, of
 * names the domain goes. What may be told for another device is no claim.
 */
#include "collector/store/claims.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "common/address.h"
#include "common/check.h"
#include "common/classify/key.h"
#include "common/text.h"

static bool
serial_form(const char *value, char ret[static CLAIM_VALUE_SIZE])
{
	size_t at = 0;

	if (classify_serial_is_placeholder(value))
		return false;
	/* Blanks inside come and go between firmwares. */
	for (; *value && at + 1 < CLAIM_VALUE_SIZE; value++)
		if (*value != ' ')
			ret[at++] = (char)toupper((unsigned char)*value);
	ret[at] = '\0';
	return at >= 3;
}

static bool
uuid_form(const char *value, char ret[static CLAIM_VALUE_SIZE])
{
	uint8_t uuid[16];

	if (key_uuid_is_placeholder(value))
		return false;
	if (strlen(value) > 36) /* after "urn:uuid:" or "uuid:" */
		value += strlen(value) - 36;
	if (text_uuid_parse(value, uuid) < 0)
		return false;
	text_uuid(ret, uuid);
	return true;
}

/* "<subtype>:<mac>" or "<mac>". */
static bool
mac_form(const char *value, char ret[static CLAIM_VALUE_SIZE])
{
	const char *after = strchr(value, ':');
	struct mac mac;

	if (mac_parse(value, &mac) < 0 && (!after || mac_parse(after + 1, &mac) < 0))
		return false;
	if (!key_mac_is_key(&mac))
		return false;
	mac_format(&mac, ret);
	return true;
}

static bool
plain_form(const char *value, char ret[static CLAIM_VALUE_SIZE])
{
	size_t len = text_copy(ret, CLAIM_VALUE_SIZE, value);

	for (size_t i = 0; i < len; i++)
		ret[i] = (char)tolower((unsigned char)ret[i]);
	return len >= 3;
}

static bool
client_form(const char *value, char ret[static CLAIM_VALUE_SIZE])
{
	return !key_client_is_address(value) && plain_form(value, ret);
}

/* Without its domain, so that all protocols tell one name. */
static bool
name_form(const char *value, char ret[static CLAIM_VALUE_SIZE])
{
	if (!plain_form(value, ret))
		return false;
	ret[strcspn(ret, ".")] = '\0';
	return strlen(ret) >= 3 && !key_name_is_common(ret);
}

/* The kinds of reference.identifier_kind that evidence gives; addresses of ports come with the
 * device. */
static const struct kind {
	enum key_kind key;
	const char *name;
	bool (*form)(const char *value, char ret[static CLAIM_VALUE_SIZE]);
} kinds[] = {
    {KEY_SERIAL, "serial", serial_form},
    {KEY_UUID, "uuid", uuid_form},
    {KEY_ENDPOINT, "endpoint", uuid_form},
    {KEY_CHASSIS, "chassis", mac_form},
    {KEY_ENGINE, "engine_id", plain_form},
    {KEY_CLIENT, "client_id", client_form},
    {KEY_NAME, "name", name_form},
};

static size_t
claim_add(struct claim ret[static CLAIMS_MAX], size_t count, const char *kind,
    const char *value, const char *qualifier)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(ret[i].kind, kind) == 0 && strcmp(ret[i].value, value) == 0)
			return count;
	if (count == CLAIMS_MAX)
		return count;
	ret[count].kind = kind;
	(void)text_copy(ret[count].value, sizeof(ret[count].value), value);
	(void)text_copy(ret[count].qualifier, sizeof(ret[count].qualifier), qualifier);
	return count + 1;
}

/* Nobody but one who may speak for another told it. */
static bool
is_told_for_another(const Parta__V1__Device *device, const char *serial)
{
	bool told = false;

	for (size_t i = 0; i < device->n_evidence; i++) {
		const Parta__V1__Evidence *e = device->evidence[i];
		char value[CLAIM_VALUE_SIZE];
		bool foreign;

		if (key_kind_of(e->source, e->key, &foreign) != KEY_SERIAL ||
		    !serial_form(e->value, value) || strcmp(value, serial) != 0)
			continue;
		if (!foreign)
			return false;
		told = true;
	}
	return told;
}

/* A maker stands beside a serial number that the device itself told; beside the system's own it
 * might be that of a card. */
static size_t
evidence_add(struct claim ret[static CLAIMS_MAX], size_t count, const Parta__V1__Evidence *e,
    const struct kind *kind, const char *vendor)
{
	char value[CLAIM_VALUE_SIZE];
	bool foreign, with_maker = kind->key == KEY_SERIAL && strcmp(e->source, "facts") != 0;

	if (key_kind_of(e->source, e->key, &foreign) != kind->key || foreign ||
	    !kind->form(e->value, value))
		return count;
	return claim_add(ret, count, kind->name, value, with_maker ? vendor : "");
}

size_t
claims_of(const Parta__V1__Device *device, const struct classification *class,
    struct claim ret[static CLAIMS_MAX])
{
	char value[CLAIM_VALUE_SIZE], vendor[CLAIM_VALUE_SIZE] = "";
	size_t count = 0;

	if (class)
		(void)plain_form(class->vendor, vendor);
	for (size_t k = 0; k < COUNT_OF(kinds); k++) {
		for (size_t i = 0; i < device->n_evidence; i++)
			count =
			    evidence_add(ret, count, device->evidence[i], &kinds[k], vendor);
		if (kinds[k].key == KEY_SERIAL && class && serial_form(class->serial, value) &&
		    !is_told_for_another(device, value))
			count = claim_add(ret, count, kinds[k].name, value, vendor);
	}
	for (size_t i = 0; i < device->n_mac; i++) {
		struct mac mac;

		if (device->mac[i].len != sizeof(mac.bytes))
			continue;
		memcpy(mac.bytes, device->mac[i].data, sizeof(mac.bytes));
		if (!key_mac_is_key(&mac))
			continue;
		mac_format(&mac, value);
		count = claim_add(ret, count, "mac", value, "");
	}
	return count;
}
