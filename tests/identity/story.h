/*
 * Stories of devices in a small language (tests/identity/README.md), played through
 * the agent's inventory. Every sighting bears the label of the thing it truly came
 * from, as a piece of evidence that no rule knows: so a device that got two labels,
 * or a label that is on two devices, is an error of identity, and no expected
 * result needs to be written down.
 */
#ifndef PARTA_TESTS_IDENTITY_STORY_H
#define PARTA_TESTS_IDENTITY_STORY_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/inventory/inventory.h"
#include "common/check.h"
#include "common/text.h"

enum {
	STORY_LABELS_MAX = 1024,
	STORY_LABEL_SIZE = 32,
	STORY_PIECES_MAX = 64,
	STORY_LINE_SIZE = 4096,
	STORY_TEXT_SIZE = 64 * 1024,
	STORY_DEVICES_MAX = 2048,
	STORY_ERROR_SIZE = 200,
};

/* What the agent forgets, and what 2026-09-01 00:00 in Yekaterinburg is. */
#define STORY_KEEP_MS  INT64_C(86400000)
#define STORY_BEGIN_MS INT64_C(1788202800000)

struct story_label {
	char name[STORY_LABEL_SIZE];
	int64_t first_ms, seen_ms;
};

struct story {
	char name[160], error[STORY_ERROR_SIZE];
	unsigned line;
	struct inventory *inventory;
	int64_t now_ms, started_ms, reported_ms; /* of the round */
	struct story_label labels[STORY_LABELS_MAX];
	size_t n_labels;
	bool complete, forgot; /* the agent was restarted, or a day passed */
	bool last_label;       /* what a device was before it became another is not asked */
	/* Groups of labels that count as one device, where they differ from one each. */
	char agent[512], collector[512], present[512];
	/* Called at the end of each round with what the agent reports; may be NULL. */
	void (*on_report)(
	    void *arg, struct story *story, const struct device *const devices[], size_t count);
	/* Called for lines that are not of this language; false: unknown. May be NULL. */
	bool (*on_line)(void *arg, struct story *story, const char *word, const char *rest);
	void *arg;
};

static inline bool
story_fail(struct story *s, const char *why, const char *what)
{
	(void)snprintf(s->error, sizeof(s->error), "line %u: %s: %.120s", s->line, why, what);
	return false;
}

/* Labels with a tilde are personal devices under random addresses: counted, never kept. */
static inline bool
story_is_transient(const char *label)
{
	return *label == '~';
}

static inline struct story_label *
story_label(struct story *s, const char *name)
{
	struct story_label *label;

	for (size_t i = 0; i < s->n_labels; i++)
		if (strcmp(s->labels[i].name, name) == 0)
			return &s->labels[i];
	CHECK(s->n_labels < STORY_LABELS_MAX);
	label = &s->labels[s->n_labels++];
	(void)text_copy(label->name, sizeof(label->name), name);
	label->first_ms = s->now_ms;
	return label;
}

struct story_sighting {
	struct observation observation;
	struct evidence evidence[STORY_PIECES_MAX + 1];
};

/* "mac=M", "ip=A" or "source.key=value"; %20 is a blank. */
static inline bool
story_word(struct story *s, struct story_sighting *told, char *word)
{
	struct observation *o = &told->observation;
	char *value = strchr(word, '='), *dot;

	if (!value)
		return story_fail(s, "no '='", word);
	*value++ = '\0';
	if (strcmp(word, "mac") == 0)
		return mac_parse(value, &o->mac) == 0 || story_fail(s, "no MAC address", value);
	if (strcmp(word, "ip") == 0)
		return address_parse(value, &o->ip) == 0 || story_fail(s, "no address", value);
	dot = strchr(word, '.');
	if (!dot || o->n_evidence == STORY_PIECES_MAX)
		return story_fail(s, "no evidence", word);
	*dot = '\0';
	for (char *at = value; (at = strstr(at, "%20"));) {
		*at++ = ' ';
		memmove(at, at + 2, strlen(at + 2) + 1);
	}
	told->evidence[o->n_evidence++] = (struct evidence){word, dot + 1, value};
	return true;
}

static inline bool
story_see(struct story *s, char *rest)
{
	struct story_sighting told = {.observation = {.seen_ms = s->now_ms}};
	const char *name = strsep(&rest, " ");
	char *word;

	while ((word = strsep(&rest, " ")))
		if (*word && !story_word(s, &told, word))
			return false;
	if (!story_is_transient(name))
		story_label(s, name)->seen_ms = s->now_ms;
	name += story_is_transient(name);
	told.evidence[told.observation.n_evidence++] =
	    s->last_label ? (struct evidence){"truth", "label", name}
			  : (struct evidence){"truth", name, name};
	told.observation.evidence = told.evidence;
	s->now_ms += 10;
	return inventory_note(s->inventory, &told.observation) != INVENTORY_REFUSED ||
	       story_fail(s, "refused by the inventory", name);
}

static inline void
story_report(struct story *s)
{
	static const struct device *devices[STORY_DEVICES_MAX];
	size_t count = 0;

	for (size_t i = 0; i < inventory_count(s->inventory); i++) {
		const struct device *d = inventory_at(s->inventory, i);

		CHECK(count < STORY_DEVICES_MAX);
		if (d->last_seen_ms >= s->reported_ms)
			devices[count++] = d;
	}
	s->now_ms += 1000;
	if (s->on_report)
		s->on_report(s->arg, s, devices, count);
	s->reported_ms = s->now_ms;
	if (inventory_expire(s->inventory, s->started_ms - STORY_KEEP_MS) > 0)
		s->forgot = true;
}

static inline bool
story_clock(struct story *s, const char *rest)
{
	unsigned day, hour = 9, minute = 0;

	if (sscanf(rest, "%u %u:%u", &day, &hour, &minute) < 1 || day < 1)
		return story_fail(s, "no day", rest);
	s->now_ms = STORY_BEGIN_MS + (int64_t)(day - 1) * 86400000 + hour * INT64_C(3600000) +
		    minute * INT64_C(60000);
	return true;
}

static inline bool
story_restart(struct story *s)
{
	inventory_free(s->inventory);
	s->inventory = NULL;
	s->forgot = true;
	s->reported_ms = 0;
	return inventory_new(STORY_DEVICES_MAX, &s->inventory) == 0 ||
	       story_fail(s, "no memory", "");
}

/* One line that is no "scenario" line; false: s->error says why. */
static inline bool
story_line(struct story *s, char *line)
{
	static char nothing[1];
	const char *word = strsep(&line, " ");

	if (!line)
		line = nothing;
	if (*word == '\0' || *word == '#')
		return true;
	if (strcmp(word, "see") == 0)
		return story_see(s, line);
	if (strcmp(word, "day") == 0)
		return story_clock(s, line);
	if (strcmp(word, "scan") == 0) {
		s->started_ms = s->now_ms;
		return true;
	}
	if (strcmp(word, "report") == 0) {
		s->complete = strcmp(line, "incomplete") != 0;
		story_report(s);
		return true;
	}
	if (strcmp(word, "restart") == 0)
		return story_restart(s);
	if (strcmp(word, "labels") == 0) {
		s->last_label = true;
		return true;
	}
	if (strcmp(word, "agent") == 0)
		(void)text_copy(s->agent, sizeof(s->agent), line);
	else if (strcmp(word, "collector") == 0)
		(void)text_copy(s->collector, sizeof(s->collector), line);
	else if (strcmp(word, "present") == 0)
		(void)text_copy(s->present, sizeof(s->present), line);
	else if (!s->on_line || !s->on_line(s->arg, s, word, line))
		return story_fail(s, "unknown word", word);
	return true;
}

static inline bool
story_open(struct story *s, const char *name)
{
	(void)text_copy(s->name, sizeof(s->name), name);
	s->n_labels = 0;
	s->last_label = false;
	s->agent[0] = s->collector[0] = s->present[0] = s->error[0] = '\0';
	s->now_ms = s->started_ms = STORY_BEGIN_MS + INT64_C(9) * 3600000;
	s->reported_ms = 0;
	if (!story_restart(s))
		return false;
	s->forgot = false;
	return true;
}

/* ---------------------------------------------------------------- what came of it */

static inline int
story_compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The words of a line in order, joined again. */
static inline void
story_sort(char *line)
{
	static char copy[STORY_TEXT_SIZE];
	static const char *words[2 * STORY_LABELS_MAX];
	size_t count = 0, at = 0;
	char *rest = copy, *word;

	(void)text_copy(copy, sizeof(copy), line);
	while ((word = strsep(&rest, " ")))
		if (*word && count < COUNT_OF(words))
			words[count++] = word;
	qsort(words, count, sizeof(words[0]), story_compare);
	*line = '\0';
	for (size_t i = 0; i < count; i++)
		at += (size_t)sprintf(line + at, "%s%s", i ? " " : "", words[i]);
}

/* One word a device seen since then: its labels joined by '+'. Transient ones are left out. */
static inline void
story_agent_devices(const struct story *s, int64_t since_ms, char ret[static STORY_TEXT_SIZE])
{
	size_t at = 0;

	ret[0] = '\0';
	for (size_t i = 0; i < inventory_count(s->inventory); i++) {
		const struct device *d = inventory_at(s->inventory, i);
		const char *labels[STORY_PIECES_MAX];
		size_t count = 0;

		for (size_t k = 0; k < d->n_evidence; k++)
			if (strcmp(d->evidence[k].source, "truth") == 0 &&
			    count < COUNT_OF(labels))
				labels[count++] = d->evidence[k].value;
		qsort(labels, count, sizeof(labels[0]), story_compare);
		if (count == 0 || d->randomized_mac || d->last_seen_ms < since_ms)
			continue;
		for (size_t k = 0; k < count; k++)
			at += (size_t)sprintf(ret + at, "%s%s",
			    k    ? "+"
			    : at ? " "
				 : "",
			    labels[k]);
	}
	story_sort(ret);
}

/* Every label seen since then once, unless the story says otherwise. */
static inline void
story_expected(
    const struct story *s, const char *told, int64_t since_ms, char ret[static STORY_TEXT_SIZE])
{
	size_t at = 0;

	(void)text_copy(ret, STORY_TEXT_SIZE, told);
	for (size_t i = 0; *told == '\0' && i < s->n_labels; i++)
		if (s->labels[i].seen_ms >= since_ms)
			at +=
			    (size_t)sprintf(ret + at, "%s%s", at ? " " : "", s->labels[i].name);
	story_sort(ret);
}

/* Reads scenarios; done is called at the end of each. False: s->error says what is wrong. */
static inline bool
story_play(
    struct story *s, FILE *file, bool (*begin)(struct story *s), bool (*done)(struct story *s))
{
	static char line[STORY_LINE_SIZE];
	bool good = true, open = false;

	for (s->line = 1; good && fgets(line, sizeof(line), file); s->line++) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "scenario ", 9) == 0) {
			good = !open || done(s);
			open = true;
			good = good && story_open(s, line + 9) && (!begin || begin(s));
		} else {
			good = story_line(s, line);
		}
	}
	good = good && (!open || done(s));
	inventory_free(s->inventory);
	s->inventory = NULL;
	return good;
}

#endif
