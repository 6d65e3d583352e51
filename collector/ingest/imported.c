/*
 * Builds the report that an agent would have sent: an inventory of one device and of
 * what hangs on it, seen when the file was taken down. No range was asked, so
 * nothing is absent for it.
 */
#include "collector/ingest/imported.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collector/ingest/devices.h"
#include "common/arena.h"
#include "common/bytes.h"
#include "common/cleanup.h"
#include "common/text.h"
#include "common/wire/limits.h"
#include "common/wire/report_codec.h"

/* An array of count pointers to zeroed messages, or NULL. */
static void *
take_list(struct arena *arena, size_t count, size_t size)
{
	void **pointers = arena_take(arena, (count + 1) * sizeof(*pointers));
	char *messages = arena_take(arena, (count + 1) * size);

	if (!pointers || !messages)
		return NULL;
	memset(messages, 0, (count + 1) * size);
	for (size_t i = 0; i < count; i++)
		pointers[i] = messages + i * size;
	return pointers;
}

static int
evidence_fill(struct arena *arena, const struct facts_item *item, int64_t seen_ms,
    Parta__V1__Device *device)
{
	device->evidence = take_list(arena, item->n_evidence, sizeof(*device->evidence[0]));
	if (!device->evidence)
		return -EFBIG;
	device->n_evidence = item->n_evidence;
	for (size_t i = 0; i < item->n_evidence; i++) {
		Parta__V1__Evidence *to = device->evidence[i];

		parta__v1__evidence__init(to);
		to->source = (char *)item->evidence[i].source;
		to->key = (char *)item->evidence[i].key;
		to->value = (char *)item->evidence[i].value;
		to->seen_ms = seen_ms;
	}
	return 0;
}

static int
addresses_fill(struct arena *arena, const struct facts *facts, Parta__V1__Device *device)
{
	device->mac = arena_take(arena, (facts->n_macs + 1) * sizeof(*device->mac));
	device->ip = arena_take(arena, (facts->n_ips + 1) * sizeof(*device->ip));
	if (!device->mac || !device->ip)
		return -EFBIG;
	for (; device->n_mac < facts->n_macs; device->n_mac++)
		device->mac[device->n_mac] =
		    (ProtobufCBinaryData){.len = sizeof(facts->macs[0].bytes),
			.data = (uint8_t *)facts->macs[device->n_mac].bytes};
	for (; device->n_ip < facts->n_ips; device->n_ip++)
		device->ip[device->n_ip] =
		    (ProtobufCBinaryData){.len = address_len(&facts->ips[device->n_ip]),
			.data = (uint8_t *)facts->ips[device->n_ip].bytes};
	return 0;
}

/* The computer first, then what hangs on it. */
static int
inventory_fill(
    struct arena *arena, const struct imported *imported, Parta__V1__Inventory *inventory)
{
	const struct facts *facts = imported->facts;
	int r = 0;

	inventory->devices =
	    take_list(arena, facts->n_attached + 1, sizeof(*inventory->devices[0]));
	if (!inventory->devices)
		return -EFBIG;
	inventory->n_devices = facts->n_attached + 1;
	for (size_t i = 0; r == 0 && i < inventory->n_devices; i++) {
		const struct facts_item *item =
		    i == 0 ? &facts->computer : &facts->attached[i - 1];
		Parta__V1__Device *device = inventory->devices[i];

		parta__v1__device__init(device);
		device->key = (char *)item->key;
		device->first_seen_ms = device->last_seen_ms = imported->taken_ms;
		r = evidence_fill(arena, item, imported->taken_ms, device);
		if (r == 0 && i == 0)
			r = addresses_fill(arena, facts, device);
	}
	return r;
}

static int
store_one(struct store *store, const struct imported *imported, const Parta__V1__Report *report,
    const struct classification *classes, char error[static 256])
{
	struct bytes packed = bytes_new(WIRE_REPORT_BYTES_MAX);
	struct store_item item = {
	    .received_ms = imported->now_ms, .report = report, .classes = classes};
	int r = wire_pack(&report->base, &packed);

	memcpy(item.agent_id, imported->agent_id, sizeof(item.agent_id));
	item.bytes = packed.data;
	item.len = packed.len;
	if (r < 0)
		(void)text_copy(error, 256, "it holds more than a report may");
	else
		r = store_batch(store, &item, 1, error);
	bytes_clear(&packed);
	return r < 0 ? r : (int)item.outcome;
}

int
imported_store(struct store *store, const struct rules *rules, const struct imported *imported,
    char error[static 256])
{
	CLEANUP(free_at) void *memory = malloc(WIRE_ARENA_BYTES);
	struct arena arena = arena_over(memory, memory ? WIRE_ARENA_BYTES : 0);
	Parta__V1__Inventory inventory = PARTA__V1__INVENTORY__INIT;
	Parta__V1__Report report = PARTA__V1__REPORT__INIT;
	struct classification *classes = NULL;
	int r = memory ? inventory_fill(&arena, imported, &inventory) : -ENOMEM;

	if (r == 0)
		r = devices_classify(rules, &inventory, &arena, &classes);
	if (r < 0) {
		(void)text_copy(error, 256, "it holds more than a report may");
		return r;
	}
	inventory.scan_id = (ProtobufCBinaryData){16, (uint8_t *)imported->file_id};
	inventory.part = (uint32_t)imported->number;
	inventory.parts = 1;
	inventory.started_ms = inventory.finished_ms = imported->taken_ms;
	report.agent_id = (ProtobufCBinaryData){16, (uint8_t *)imported->agent_id};
	report.boot_id = inventory.scan_id;
	report.seq = imported->number;
	report.created_ms = imported->taken_ms;
	report.agent_version = (char *)"import";
	report.body_case = PARTA__V1__REPORT__BODY_INVENTORY;
	report.inventory = &inventory;
	return store_one(store, imported, &report, classes, error);
}
