/*
 * A hash table of keys, open addressing, never more than half full. It is built
 * beside the old one and takes its place whole, so a reader sees one or the other.
 * A key is a SHA-256, so its own first bytes are its hash.
 */
#include "collector/ingest/roll.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "collector/http/metrics.h"
#include "collector/store/store.h"
#include "common/cleanup.h"
#include "common/text.h"

enum { ROLL_ENTRIES_MAX = 4 * 1024 * 1024 };

struct table {
	struct roll_entry *entries;
	bool *taken;
	size_t size, count; /* size is a power of two */
	size_t agents;      /* not revoked */
};

struct roll {
	pthread_rwlock_t lock;
	struct table table;
};

static void
table_clear(struct table *table)
{
	free(table->entries);
	free(table->taken);
	memset(table, 0, sizeof(*table));
}

static int
table_make(struct table *table, size_t size)
{
	table->entries = calloc(size, sizeof(*table->entries));
	table->taken = calloc(size, sizeof(*table->taken));
	table->size = size;
	if (table->entries && table->taken)
		return 0;
	table_clear(table);
	return -ENOMEM;
}

static size_t
place_of(const struct table *table, const uint8_t key[static 32])
{
	uint64_t hash;
	size_t i;

	memcpy(&hash, key, sizeof(hash));
	for (i = hash & (table->size - 1); table->taken[i]; i = (i + 1) & (table->size - 1)) {
		if (memcmp(table->entries[i].key_sha256, key, 32) == 0)
			break;
	}
	return i;
}

static void
table_put(struct table *table, const struct roll_entry *entry)
{
	size_t i = place_of(table, entry->key_sha256);

	if (!table->taken[i]) {
		table->taken[i] = true;
		table->count++;
	}
	table->entries[i] = *entry;
}

static int
table_grow(struct table *table)
{
	struct table larger = {0};
	int r;

	if (table->size >= ROLL_ENTRIES_MAX)
		return -EFBIG;
	r = table_make(&larger, table->size ? table->size * 2 : 256);
	if (r < 0)
		return r;
	for (size_t i = 0; i < table->size; i++) {
		if (table->taken[i])
			table_put(&larger, &table->entries[i]);
	}
	table_clear(table);
	*table = larger;
	return 0;
}

struct reading {
	struct table table;
	int error;
};

static void
take(void *arg, const struct store_agent *agent)
{
	struct reading *reading = arg;
	struct roll_entry entry = {.revoked = agent->revoked};

	if (reading->error == 0 && reading->table.count * 2 >= reading->table.size)
		reading->error = table_grow(&reading->table);
	if (reading->error < 0)
		return;
	memcpy(entry.key_sha256, agent->key_sha256, sizeof(entry.key_sha256));
	memcpy(entry.agent_id, agent->agent_id, sizeof(entry.agent_id));
	(void)text_copy(entry.school_code, sizeof(entry.school_code), agent->school_code);
	table_put(&reading->table, &entry);
	reading->table.agents += agent->revoked ? 0 : 1;
}

int
roll_new(struct roll **ret)
{
	struct roll *roll = calloc(1, sizeof(*roll));

	if (!roll)
		return -ENOMEM;
	(void)pthread_rwlock_init(&roll->lock, NULL);
	*ret = roll;
	return 0;
}

void
roll_free(struct roll *roll)
{
	if (!roll)
		return;
	table_clear(&roll->table);
	(void)pthread_rwlock_destroy(&roll->lock);
	free(roll);
}

int
roll_read(struct roll *roll, struct store *store)
{
	struct reading reading = {.error = 0};
	struct table old;
	int r = store_agents(store, take, &reading);

	if (r == 0)
		r = reading.error;
	if (r < 0) {
		table_clear(&reading.table);
		return r;
	}
	(void)pthread_rwlock_wrlock(&roll->lock);
	old = roll->table;
	roll->table = reading.table;
	(void)pthread_rwlock_unlock(&roll->lock);
	table_clear(&old);
	metric_set(METRIC_AGENTS_KNOWN, (int64_t)reading.table.agents);
	return 0;
}

bool
roll_find(struct roll *roll, const uint8_t key_sha256[static 32], struct roll_entry *ret)
{
	bool found = false;
	size_t i;

	(void)pthread_rwlock_rdlock(&roll->lock);
	if (roll->table.count > 0) {
		i = place_of(&roll->table, key_sha256);
		found = roll->table.taken[i];
		if (found)
			*ret = roll->table.entries[i];
	}
	(void)pthread_rwlock_unlock(&roll->lock);
	return found;
}
