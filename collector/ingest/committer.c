/*
 * Natural batching: no timer, a transaction takes whatever came during the one
 * before. Reports are unpacked here, in an arena that is emptied with each batch,
 * so a stranger's report costs what the arena holds and no more. A batch that the
 * database refuses for its data is halved down to the culprit, which is kept
 * aside with its reason. When the database is away, everybody is asked to come
 * again: nothing was acknowledged.
 */
#include "collector/ingest/committer.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "collector/http/metrics.h"
#include "collector/ingest/check.h"
#include "collector/ingest/devices.h"
#include "collector/ingest/link.h"
#include "collector/ingest/peek.h"
#include "collector/store/store.h"
#include "common/arena.h"
#include "common/check.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/text.h"
#include "common/wire/limits.h"
#include "common/wire/report_codec.h"

enum {
	WAIT_MS = 500,
	ARENA_KEEP_BYTES = 4 * 1024 * 1024, /* memory beyond is given back after a batch */
};

struct committer {
	struct committer_config config;
	struct link link;
	_Atomic bool up;
	bool ended;
	pthread_t thread;
	void *memory;
	struct arena arena;
	struct store_item items[COMMITTER_BATCH_REPORTS];
	struct job *jobs[COMMITTER_BATCH_REPORTS]; /* whose each item is */
	size_t count;
};

static const struct {
	const char *code;
	enum metric metric;
} rejections[] = {
    {"malformed", METRIC_REJECTED_MALFORMED},
    {"future", METRIC_REJECTED_FUTURE},
    {"too_old", METRIC_REJECTED_TOO_OLD},
    {"foreign_agent", METRIC_REJECTED_FOREIGN_AGENT},
    {"too_large", METRIC_REJECTED_TOO_LARGE},
    {"data", METRIC_REJECTED_DATA},
};

/* ---------------------------------------------------------------- the database went away */

static void
lose(struct committer *committer, int error, const char *words)
{
	link_lost(&committer->link, error, words);
	atomic_store(&committer->up, false);
}

static struct store *
store_of(struct committer *committer)
{
	struct store *store = link_store(&committer->link);

	atomic_store(&committer->up, store != NULL);
	return store;
}

/* ---------------------------------------------------------------- what cannot be stored */

/* A place in the answer for one more refused report; NULL when there is no memory. */
static struct rejected *
rejected_add(struct job *job)
{
	if (!job->rejected)
		job->rejected = calloc(job->reports, sizeof(*job->rejected));
	if (!job->rejected)
		return NULL;
	CHECK(job->n_rejected < job->reports);
	return &job->rejected[job->n_rejected++];
}

static void
reject_note(
    struct job *job, const uint8_t *bytes, size_t len, const char *code, const char *reason)
{
	struct peeked key = peek_report(bytes, len);
	struct rejected *rejected = rejected_add(job);

	metric_add(METRIC_REPORTS_QUARANTINED, 1);
	for (size_t i = 0; i < COUNT_OF(rejections); i++) {
		if (strcmp(rejections[i].code, code) == 0)
			metric_add(rejections[i].metric, 1);
	}
	if (!rejected) {
		job->again = true; /* it is kept aside once only, however often it comes */
		return;
	}
	rejected->has_boot_id = key.has_boot_id;
	memcpy(rejected->boot_id, key.boot_id, sizeof(rejected->boot_id));
	rejected->seq = key.seq;
	rejected->code = code;
	(void)text_copy(rejected->reason, sizeof(rejected->reason), reason);
}

/* Keeps the report aside; only then is the agent told to let it go. */
static void
reject(struct committer *committer, struct job *job, const uint8_t *bytes, size_t len,
    const char *code, const char *reason)
{
	struct store *store = store_of(committer);
	int r = store ? store_quarantine(
			    store, job->agent.id, bytes, len, code, reason, job->received_ms)
		      : -EAGAIN;

	if (r < 0) {
		job->again = true;
		if (store)
			lose(committer, r, "keeping a refused report aside");
		return;
	}
	reject_note(job, bytes, len, code, reason);
}

/* ---------------------------------------------------------------- storing */

static void
outcome_note(struct job *job, const struct store_item *item)
{
	metric_add(
	    item->outcome == STORE_DUPLICATE ? METRIC_REPORTS_DUPLICATE : METRIC_REPORTS_STORED,
	    1);
	job->accepted++;
}

/* The items from..to in one transaction, or in ever smaller ones around the one that is
 * refused. */
static void
store_range(struct committer *committer, size_t from, size_t to)
{
	struct store_item *items = &committer->items[from];
	struct store *store = store_of(committer);
	char words[256] = "";
	uint64_t began_us = clock_boot_us();
	int r = store ? store_batch(store, items, to - from, words) : -EAGAIN;

	if (r == 0) {
		metric_add(METRIC_BATCHES, 1);
		metric_add(METRIC_BATCH_REPORTS, (int64_t)(to - from));
		metric_add(METRIC_BATCH_US, (int64_t)(clock_boot_us() - began_us));
		for (size_t i = from; i < to; i++)
			outcome_note(committer->jobs[i], &committer->items[i]);
		return;
	}
	if (r != -EBADMSG) {
		if (store)
			lose(committer, r, words);
		for (size_t i = from; i < to; i++)
			committer->jobs[i]->again = true;
		return;
	}
	metric_add(METRIC_BATCHES_REFUSED, 1);
	if (to - from == 1) {
		reject(
		    committer, committer->jobs[from], items->bytes, items->len, "data", words);
		return;
	}
	store_range(committer, from, from + (to - from) / 2);
	store_range(committer, from + (to - from) / 2, to);
}

static void
flush(struct committer *committer)
{
	size_t used = committer->arena.used;

	if (committer->count > 0)
		store_range(committer, 0, committer->count);
	committer->count = 0;
	arena_reset(&committer->arena);
	if (used > ARENA_KEEP_BYTES)
		(void)madvise(committer->memory, WIRE_ARENA_BYTES, MADV_DONTNEED);
}

/* ---------------------------------------------------------------- reading */

enum reading { READ_GOOD, READ_REFUSED, READ_NO_ROOM };

static enum reading
refuse(struct check_failure *ret, const char *code, const char *reason)
{
	ret->code = code;
	(void)text_copy(ret->reason, sizeof(ret->reason), reason);
	return READ_REFUSED;
}

/* Unpacks, checks and classifies, in this order: nothing unchecked reaches the rules. */
static enum reading
report_read(struct committer *committer, const struct job *job, const uint8_t *bytes,
    size_t len, struct store_item *ret, struct check_failure *ret_failure)
{
	struct ProtobufCMessage *message;
	struct classification *classes = NULL;
	const Parta__V1__Report *report;
	int r = wire_unpack(
	    &parta__v1__report__descriptor, &committer->arena, bytes, len, &message);

	if (r == -EFBIG)
		return READ_NO_ROOM;
	if (r < 0)
		return refuse(ret_failure, "malformed", "the report cannot be read");
	report = (const Parta__V1__Report *)message;
	if (!check_report(report, job->agent.id, job->received_ms, ret_failure))
		return READ_REFUSED;
	if (report->body_case == PARTA__V1__REPORT__BODY_INVENTORY &&
	    devices_classify(
		committer->config.rules, report->inventory, &committer->arena, &classes) < 0)
		return READ_NO_ROOM;
	*ret = (struct store_item){.received_ms = job->received_ms,
	    .report = report,
	    .bytes = bytes,
	    .len = len,
	    .classes = classes};
	memcpy(ret->agent_id, job->agent.id, sizeof(ret->agent_id));
	return READ_GOOD;
}

static void
report_take(struct committer *committer, struct job *job, const uint8_t *bytes, size_t len)
{
	struct store_item item;
	struct check_failure failure;
	enum reading reading = report_read(committer, job, bytes, len, &item, &failure);

	if (reading == READ_NO_ROOM && committer->count > 0) {
		flush(committer);
		reading = report_read(committer, job, bytes, len, &item, &failure);
	}
	if (reading == READ_NO_ROOM)
		reading = refuse(
		    &failure, "too_large", "the report takes more memory than a report may");
	if (reading == READ_REFUSED) {
		reject(committer, job, bytes, len, failure.code, failure.reason);
		return;
	}
	committer->jobs[committer->count] = job;
	committer->items[committer->count++] = item;
	if (committer->count == COMMITTER_BATCH_REPORTS)
		flush(committer);
}

static void
job_take(struct committer *committer, struct job *job)
{
	const uint8_t *at = job->body.data, *report;
	size_t left = job->body.len, len;

	while (wire_next(&at, &left, &report, &len) == 0)
		report_take(committer, job, report, len);
}

static void
jobs_answer(struct committer *committer, struct jobs *jobs)
{
	struct job *job;

	while ((job = TAILQ_FIRST(jobs))) {
		size_t reports = job->reports, bytes = job->body.len;

		TAILQ_REMOVE(jobs, job, entry);
		committer->config.answer(committer->config.arg, job);
		queue_done(committer->config.queue, reports, bytes);
	}
}

static void *
work(void *arg)
{
	struct committer *committer = arg;
	struct jobs jobs;
	struct job *job;

	(void)store_of(committer);
	while (queue_take(committer->config.queue, committer->config.lane,
	    COMMITTER_BATCH_REPORTS, WAIT_MS, &jobs)) {
		(void)store_of(committer);
		TAILQ_FOREACH(job, &jobs, entry)
		job_take(committer, job);
		flush(committer);
		jobs_answer(committer, &jobs);
	}
	return NULL;
}

void
committer_free(struct committer *committer)
{
	if (!committer)
		return;
	if (committer->memory != MAP_FAILED)
		(void)munmap(committer->memory, WIRE_ARENA_BYTES);
	free(committer);
}

int
committer_start(const struct committer_config *config, struct committer **ret)
{
	struct committer *committer = calloc(1, sizeof(*committer));
	int r;

	if (!committer)
		return -ENOMEM;
	committer->config = *config;
	committer->link = (struct link){.conninfo = config->conninfo, .name = "a committer"};
	committer->memory = mmap(
	    NULL, WIRE_ARENA_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (committer->memory == MAP_FAILED) {
		committer_free(committer);
		return -ENOMEM;
	}
	committer->arena = arena_over(committer->memory, WIRE_ARENA_BYTES);
	r = pthread_create(&committer->thread, NULL, work, committer);
	if (r != 0) {
		committer_free(committer);
		return -r;
	}
	*ret = committer;
	return 0;
}

bool
committer_up(const struct committer *committer)
{
	return atomic_load(&committer->up);
}

void
committer_stop(struct committer *committer)
{
	if (!committer || committer->ended)
		return;
	(void)pthread_join(committer->thread, NULL);
	committer->ended = true;
	link_close(&committer->link);
	atomic_store(&committer->up, false);
}
