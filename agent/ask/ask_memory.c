/* A table of fixed size, looked up by hash, in which old rows give way: see ask_memory.h. */
#include "agent/ask/ask_memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { DAY_MS = 24 * 3600 * 1000, WAYS = 8 };

struct row {
	uint64_t host; /* hash, 0 none */
	uint64_t since_ms;
	uint32_t asked; /* bit n: what n */
};

struct ask_memory {
	size_t sets; /* a power of two, of WAYS rows each */
	struct row rows[];
};

int
ask_memory_new(size_t hosts_max, struct ask_memory **ret)
{
	size_t sets = 1;
	struct ask_memory *memory;

	while (sets * WAYS < hosts_max)
		sets *= 2;
	memory = calloc(1, sizeof(*memory) + sets * WAYS * sizeof(struct row));
	if (!memory)
		return -ENOMEM;
	memory->sets = sets;
	*ret = memory;
	return 0;
}

void
ask_memory_free(struct ask_memory *memory)
{
	free(memory);
}

void
ask_memory_forget(struct ask_memory *memory)
{
	memset(memory->rows, 0, memory->sets * WAYS * sizeof(struct row));
}

static uint64_t
hash_add(uint64_t hash, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ bytes[i]) * 1099511628211u; /* FNV-1a */
	return hash;
}

static uint64_t
host_of(const struct address *ip, const struct mac *mac)
{
	uint64_t host = hash_add(14695981039346656037u, ip->bytes, sizeof(ip->bytes));

	host = hash_add(host, mac->bytes, sizeof(mac->bytes));
	return host ? host : 1;
}

static size_t
set_of(const struct ask_memory *memory, uint64_t host)
{
	return (host >> 32 & (memory->sets - 1)) * WAYS;
}

static bool
is_fresh(const struct row *row, uint64_t now_ms)
{
	return row->asked != 0 && now_ms - row->since_ms < DAY_MS;
}

bool
ask_memory_take(struct ask_memory *memory, const struct address *ip, const struct mac *mac,
    unsigned what, uint64_t now_ms)
{
	uint64_t host = host_of(ip, mac);
	struct row *set = &memory->rows[set_of(memory, host)], *row = set;

	for (size_t i = 0; i < WAYS && row->host != host; i++)
		if (set[i].host == host || set[i].since_ms < row->since_ms)
			row = &set[i];
	if (row->host != host || !is_fresh(row, now_ms))
		*row = (struct row){.host = host, .since_ms = now_ms};
	if (row->asked & 1u << what)
		return false;
	row->asked |= 1u << what;
	return true;
}

bool
ask_memory_holds(const struct ask_memory *memory, const struct address *ip,
    const struct mac *mac, unsigned what, uint64_t now_ms)
{
	uint64_t host = host_of(ip, mac);
	const struct row *set = &memory->rows[set_of(memory, host)];

	for (size_t i = 0; i < WAYS; i++)
		if (set[i].host == host && is_fresh(&set[i], now_ms))
			return set[i].asked & 1u << what;
	return false;
}
