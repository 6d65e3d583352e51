/*
 * A flat table of attached things, each with its evidence in one piece of memory.
 * A school has some hundreds of them, and a computer tells its own once a day.
 */
#include "agent/host/attached.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"

struct thing {
	char key[40];
	char host[FACTS_TEXT_BYTES_MAX + 1];
	const char *model, *serial;       /* "" for none */
	struct device_evidence *evidence; /* and its texts behind it: one block */
	size_t n_evidence, bytes;
	int64_t seen_ms;
	bool moved;  /* another computer told its serial number later */
	bool shared; /* two computers tell the number, one after the other and again */
	bool stale;  /* of the computer's facts before those that are being taken in */
};

struct attached {
	struct thing *things[ATTACHED_MAX];
	size_t count, bytes;
	uint64_t refused;
};

struct attached *
attached_new(void)
{
	return calloc(1, sizeof(struct attached));
}

static void
thing_free(struct attached *attached, struct thing *thing)
{
	attached->bytes -= thing->bytes;
	free(thing->evidence);
	free(thing);
}

void
attached_free(struct attached *attached)
{
	if (!attached)
		return;
	for (size_t i = 0; i < attached->count; i++)
		thing_free(attached, attached->things[i]);
	free(attached);
}

static char *
text_keep(char **at, const char *text)
{
	size_t size = strlen(text) + 1;
	char *kept = *at;

	memcpy(kept, text, size);
	*at += size;
	return kept;
}

/* The evidence of an item with its texts in one block. */
static bool
evidence_keep(struct thing *thing, const struct facts_item *item)
{
	size_t bytes = (item->n_evidence + 1) * sizeof(*thing->evidence);
	char *at;

	for (size_t i = 0; i < item->n_evidence; i++)
		bytes += strlen(item->evidence[i].source) + strlen(item->evidence[i].key) +
			 strlen(item->evidence[i].value) + 3;
	thing->evidence = calloc(1, bytes);
	if (!thing->evidence)
		return false;
	at = (char *)(thing->evidence + item->n_evidence + 1);
	for (size_t i = 0; i < item->n_evidence; i++) {
		const struct evidence *from = &item->evidence[i];
		struct device_evidence *to = &thing->evidence[i];

		to->source = text_keep(&at, from->source);
		to->key = text_keep(&at, from->key);
		to->value = text_keep(&at, from->value);
		to->seen_ms = thing->seen_ms;
		if (strcmp(to->key, "model") == 0)
			thing->model = to->value;
		if (strcmp(to->key, "serial") == 0)
			thing->serial = to->value;
	}
	thing->n_evidence = item->n_evidence;
	thing->bytes = bytes + sizeof(*thing);
	return true;
}

static struct thing *
thing_new(const struct facts_item *item, const char *host, int64_t seen_ms)
{
	struct thing *thing = calloc(1, sizeof(*thing));

	if (!thing)
		return NULL;
	thing->model = thing->serial = "";
	thing->seen_ms = seen_ms;
	(void)text_copy(thing->key, sizeof(thing->key), item->key);
	(void)text_copy(thing->host, sizeof(thing->host), host);
	if (!evidence_keep(thing, item)) {
		free(thing);
		return NULL;
	}
	return thing;
}

/* Whether the number was told by this computer before, and whom it went to since. */
static void
number_settle(const struct attached *attached, struct thing *thing)
{
	bool came_back = false;

	if (*thing->serial == '\0')
		return;
	for (size_t i = 0; i < attached->count; i++) {
		const struct thing *other = attached->things[i];

		if (other->stale && strcmp(other->key, thing->key) == 0) {
			came_back = other->moved;
			thing->shared = other->shared;
		}
	}
	for (size_t i = 0; i < attached->count; i++) {
		struct thing *other = attached->things[i];

		if (other->stale || strcmp(other->host, thing->host) == 0 ||
		    strcmp(other->serial, thing->serial) != 0 ||
		    strcmp(other->model, thing->model) != 0)
			continue;
		if (came_back || other->shared || thing->shared)
			other->shared = thing->shared = true;
		else
			other->moved = true;
	}
}

static void
drop_stale(struct attached *attached)
{
	size_t kept = 0;

	for (size_t i = 0; i < attached->count; i++) {
		if (attached->things[i]->stale)
			thing_free(attached, attached->things[i]);
		else
			attached->things[kept++] = attached->things[i];
	}
	attached->count = kept;
}

void
attached_note(struct attached *attached, const struct facts *facts, int64_t seen_ms)
{
	char room[MAC_TEXT_SIZE];
	const char *host = facts_identity(facts, room);

	for (size_t i = 0; i < attached->count; i++)
		attached->things[i]->stale = strcmp(attached->things[i]->host, host) == 0;
	for (size_t i = 0; i < facts->n_attached; i++) {
		struct thing *thing = attached->count < ATTACHED_MAX
					  ? thing_new(&facts->attached[i], host, seen_ms)
					  : NULL;

		if (!thing || attached->bytes + thing->bytes > ATTACHED_BYTES_MAX) {
			attached->refused++;
			if (thing)
				free(thing->evidence);
			free(thing);
			continue;
		}
		number_settle(attached, thing);
		attached->bytes += thing->bytes;
		attached->things[attached->count++] = thing;
	}
	drop_stale(attached);
}

size_t
attached_since(const struct attached *attached, int64_t since_ms, struct device **ret)
{
	struct device *devices = calloc(attached->count + 1, sizeof(*devices));
	size_t count = 0;

	for (size_t i = 0; devices && i < attached->count; i++) {
		const struct thing *thing = attached->things[i];
		struct device *device = &devices[count];

		if (thing->seen_ms < since_ms || (thing->moved && !thing->shared))
			continue;
		(void)text_copy(device->key, sizeof(device->key), thing->key);
		device->evidence = thing->evidence;
		device->n_evidence = thing->n_evidence;
		device->first_seen_ms = device->last_seen_ms = thing->seen_ms;
		count++;
	}
	*ret = devices;
	return count;
}

void
attached_expire(struct attached *attached, int64_t before_ms)
{
	for (size_t i = 0; i < attached->count; i++)
		attached->things[i]->stale = attached->things[i]->seen_ms < before_ms;
	drop_stale(attached);
}

uint64_t
attached_refused(const struct attached *attached)
{
	return attached->refused;
}
