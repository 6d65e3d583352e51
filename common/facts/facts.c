/*
 * The memory of facts: evidence of items in an arena, each list within a bound.
 * What finds no room is left out, and `cut` says so.
 */
#include "common/facts/facts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/check.h"
#include "common/text.h"

bool
facts_say_nothing(const char *text)
{
	return text_match("|*to be filled*|default string*|system manufacturer|system name|"
			  "system product name|*system serial*|system version|base board*|"
			  "*not specified*|not available|not applicable|none|n/a|na|null|"
			  "unknown|undefined|o.e.m.|oem|*chassis*serial*|(*)|-",
	    text);
}

static void
item_start(struct facts *facts, struct facts_item *item, size_t evidence_max)
{
	item->evidence = arena_take(&facts->arena, evidence_max * sizeof(*item->evidence));
	item->evidence_max = item->evidence ? evidence_max : 0;
}

int
facts_new(size_t bytes, size_t software_max, struct facts **ret)
{
	size_t room = bytes + (FACTS_EVIDENCE_MAX + software_max) * sizeof(struct evidence);
	struct facts *facts = calloc(1, sizeof(*facts));
	void *memory = facts ? malloc(room) : NULL;

	if (!memory) {
		free(facts);
		return -ENOMEM;
	}
	facts->arena = arena_over(memory, room);
	facts->software_max = software_max;
	item_start(facts, &facts->computer, FACTS_EVIDENCE_MAX + software_max);
	*ret = facts;
	return 0;
}

void
facts_free(struct facts *facts)
{
	if (!facts)
		return;
	free(facts->arena.base);
	free(facts);
}

void
facts_add(struct facts *facts, struct facts_item *item, const char *source, const char *key,
    const char *value)
{
	char clean[FACTS_TEXT_BYTES_MAX + 1];
	size_t len = value ? text_clean(clean, sizeof(clean), value, strlen(value)) : 0;
	const char *copy;

	if (len == 0 || facts_say_nothing(clean))
		return;
	for (size_t i = 0; i < item->n_evidence; i++)
		if (strcmp(item->evidence[i].key, key) == 0 &&
		    strcmp(item->evidence[i].value, clean) == 0)
			return;
	copy = item->n_evidence < item->evidence_max ? arena_text(&facts->arena, clean, len)
						     : NULL;
	if (!copy) {
		facts->cut = true;
		return;
	}
	item->evidence[item->n_evidence++] = (struct evidence){source, key, copy};
}

void
facts_add_list(struct facts *facts, struct facts_item *item, const char *source,
    const char *key, const char *const values[], size_t count)
{
	char whole[FACTS_TEXT_BYTES_MAX + 1] = "";
	size_t len = 0, kept = 0;

	if (count == 0 || !values[0] || values[0][0] == '\0' || facts_say_nothing(values[0]))
		return;
	for (size_t i = 0; i < count; i++) {
		const char *value = values[i] && !facts_say_nothing(values[i]) ? values[i] : "";

		if (i > 0 && len + 1 < sizeof(whole))
			whole[len++] = ';';
		for (; *value && len + 1 < sizeof(whole); value++)
			whole[len++] = *value == ';' ? ',' : *value;
		if (len > 0 && whole[len - 1] != ';')
			kept = len;
	}
	whole[kept] = '\0';
	facts_add(facts, item, source, key, whole);
}

const char *
facts_said(const struct facts_item *item, const char *source, const char *key)
{
	for (size_t i = 0; i < item->n_evidence; i++)
		if (strcmp(item->evidence[i].key, key) == 0 &&
		    strcmp(item->evidence[i].source, source) == 0)
			return item->evidence[i].value;
	return "";
}

/* FNV-1a, 64 bits. */
static uint64_t
hash_add(uint64_t hash, const char *text)
{
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
	return (hash ^ 0x1f) * 0x100000001b3u;
}

const char *
facts_identity(const struct facts *facts, char room[static MAC_TEXT_SIZE])
{
	static const char *const keys[] = {"uuid", "serial", "name"};

	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		const char *said = facts_said(&facts->computer, "facts", keys[i]);

		if (*said)
			return said;
	}
	if (facts->n_macs == 0)
		return "";
	mac_format(&facts->macs[0], room);
	return room;
}

void
facts_key(struct facts *facts)
{
	char room[MAC_TEXT_SIZE];

	(void)snprintf(facts->computer.key, sizeof(facts->computer.key), "facts-%016llx",
	    (unsigned long long)hash_add(0xcbf29ce484222325u, facts_identity(facts, room)));
}

struct facts_item *
facts_attach(struct facts *facts, const char *kind, const char *model, const char *identity)
{
	struct facts_item *item;
	char room[MAC_TEXT_SIZE], key[sizeof(item->key)];
	uint64_t hash = hash_add(0xcbf29ce484222325u, facts_identity(facts, room));

	hash = hash_add(hash_add(hash, model), identity);
	(void)snprintf(key, sizeof(key), "%s-%016llx", kind, (unsigned long long)hash);
	for (size_t i = 0; i < facts->n_attached; i++)
		if (strcmp(facts->attached[i].key, key) == 0)
			return NULL;
	if (facts->n_attached == FACTS_ATTACHED_MAX) {
		facts->cut = true;
		return NULL;
	}
	item = &facts->attached[facts->n_attached];
	item_start(facts, item, FACTS_ITEM_EVIDENCE_MAX);
	if (!item->evidence) {
		facts->cut = true;
		return NULL;
	}
	(void)text_copy(item->key, sizeof(item->key), key);
	facts->n_attached++;
	return item;
}
