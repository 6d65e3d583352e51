/* An open-addressed table from (agent, metric, subject) to the number of a series. */
#include "collector/store/series.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 64 * 1024 };

struct known {
	uint8_t agent_id[16];
	const char *subject; /* within words */
	char words[];        /* the metric; its NUL is followed by the subject */
};

/* Small, since most of them are touched and half of them are empty. */
struct slot {
	uint32_t hash;
	int32_t id; /* 0 free */
	struct known *known;
};

struct series_table {
	size_t count;
	struct slot slots[SLOTS];
};

/* FNV-1a, 64 bits. */
static uint64_t
hash_add(uint64_t hash, const void *bytes, size_t len)
{
	const uint8_t *at = bytes;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ at[i]) * UINT64_C(1099511628211);
	return hash;
}

static uint64_t
hash_of(const uint8_t agent_id[static 16], const char *metric, const char *subject)
{
	uint64_t hash = hash_add(UINT64_C(14695981039346656037), agent_id, 16);

	hash = hash_add(hash, metric, strlen(metric) + 1);
	return hash_add(hash, subject, strlen(subject));
}

int
series_table_new(struct series_table **ret)
{
	struct series_table *table = calloc(1, sizeof(*table));

	if (!table)
		return -ENOMEM;
	*ret = table;
	return 0;
}

static void
forget_all(struct series_table *table)
{
	for (size_t i = 0; i < SLOTS; i++)
		free(table->slots[i].known);
	memset(table, 0, sizeof(*table));
}

void
series_table_free(struct series_table *table)
{
	if (!table)
		return;
	forget_all(table);
	free(table);
}

/* The slot that holds it, or the free one where it belongs. */
static size_t
slot_of(const struct series_table *table, uint64_t hash, const uint8_t agent_id[static 16],
    const char *metric, const char *subject)
{
	size_t i = hash % SLOTS;

	for (; table->slots[i].id != 0; i = (i + 1) % SLOTS) {
		const struct slot *slot = &table->slots[i];

		if (slot->hash == (uint32_t)(hash >> 32) &&
		    memcmp(slot->known->agent_id, agent_id, 16) == 0 &&
		    strcmp(slot->known->words, metric) == 0 &&
		    strcmp(slot->known->subject, subject) == 0)
			break;
	}
	return i;
}

int32_t
series_find(const struct series_table *table, const uint8_t agent_id[static 16],
    const char *metric, const char *subject)
{
	uint64_t hash = hash_of(agent_id, metric, subject);

	return table->slots[slot_of(table, hash, agent_id, metric, subject)].id;
}

void
series_learn(struct series_table *table, const uint8_t agent_id[static 16], const char *metric,
    const char *subject, int32_t id)
{
	uint64_t hash = hash_of(agent_id, metric, subject);
	size_t metric_len = strlen(metric) + 1, subject_len = strlen(subject) + 1;
	struct slot *slot;
	struct known *known;

	if (table->count >= SERIES_KNOWN_MAX)
		forget_all(table);
	slot = &table->slots[slot_of(table, hash, agent_id, metric, subject)];
	if (slot->id != 0 || id <= 0)
		return;
	known = malloc(sizeof(*known) + metric_len + subject_len);
	if (!known)
		return;
	memcpy(known->agent_id, agent_id, 16);
	memcpy(known->words, metric, metric_len);
	memcpy(known->words + metric_len, subject, subject_len);
	known->subject = known->words + metric_len;
	*slot = (struct slot){.hash = (uint32_t)(hash >> 32), .id = id, .known = known};
	table->count++;
}
