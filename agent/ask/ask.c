/* The list of askers, and what all of them use. */
#include "agent/ask/ask.h"

#include <string.h>

#include "common/check.h"
#include "common/text.h"

#define X(name) extern const struct asker asker_##name;
ASKERS(X)
#undef X

const struct asker *const askers[] = {
#define X(name) &asker_##name,
    ASKERS(X)
#undef X
};
const size_t askers_count = COUNT_OF(askers);

bool
ask_has(const struct ask *ask, const char *key)
{
	for (size_t i = 0; i < ask->n_facts; i++)
		if (strcmp(ask->facts[i].key, key) == 0)
			return true;
	return false;
}

void
ask_add(struct ask *ask, const char *key, const void *value, size_t len)
{
	char *text = ask->text + ask->text_len;
	size_t room = sizeof(ask->text) - ask->text_len, written;

	if (ask_has(ask, key) || ask->n_facts == ASK_FACTS_MAX || room < 2 || len == 0)
		return;
	written = text_clean(text, room, value, len);
	if (written == 0)
		return;
	ask->facts[ask->n_facts++] = (struct evidence){ask->asker->source, key, text};
	ask->text_len += written + 1;
}

void
ask_add_text(struct ask *ask, const char *key, const char *value)
{
	ask_add(ask, key, value, strlen(value));
}

void
ask_consume(struct ask *ask, size_t len)
{
	CHECK(len <= ask->in.len);
	if (len == 0)
		return;
	memmove(ask->in.data, ask->in.data + len, ask->in.len - len);
	ask->in.len -= len;
}

const char *
ask_known_value(
    const struct ask_known *known, const char *source, const char *key, const char *pattern)
{
	for (size_t i = 0; i < known->n_evidence; i++) {
		const struct evidence *e = &known->evidence[i];

		if (strcmp(e->key, key) == 0 && strcmp(e->source, source) == 0 &&
		    text_match(pattern, e->value))
			return e->value;
	}
	return NULL;
}

bool
ask_known_snmp(const struct ask_known *known)
{
	return ask_known_value(known, "snmp", "sys_object_id", "?*") ||
	       ask_known_value(known, "snmp", "sys_descr", "?*");
}

bool
ask_wants_computer(const struct ask_known *known, struct ask_place *place)
{
	(void)place;
	return !ask_known_snmp(known);
}
