/*
 * The spool: an index in memory, in the order of the numbers, over one file a
 * report. It decides what is stored, what goes when room or time runs out, and
 * what a gap says; how a file reaches the disk is spool_file.c's.
 *
 * The order of steps is the whole of the crash safety. A number counts as given
 * once its file's name is on disk, or once the state says so; the state is
 * written before the file with the highest number may go, and before a report
 * that is only in memory may be seen. A gap is written before what it counts is
 * removed: killed in between, a gap may claim a report that is still sent, and
 * nothing goes unsaid. It does not read the clock and does not log.
 */
#include "agent/uplink/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/uplink/spool_file.h"
#include "common/check.h"
#include "common/cleanup.h"
#include "common/wire/limits.h"

#define CLOCK_SET_MS INT64_C(1735689600000) /* 2025-01-01: an earlier clock was never set */

enum {
	BLOCK_BYTES = 4096,
	SEQ_JUMP = 1 << 20, /* over what an unreadable state may have known */
	EVICT_AT_ONCE = 64,
};

static const char *const reason_names[] = {
    [SPOOL_BUDGET] = "budget",
    [SPOOL_AGE] = "age",
    [SPOOL_CORRUPT] = "corrupt",
    [SPOOL_DISK_FULL] = "disk_full",
};

struct entry {
	struct spool_name name;
	uint32_t size; /* of the report */
	uint8_t *held; /* in memory alone; NULL: on disk */
};

struct spool {
	struct spool_settings settings;
	int dir_fd, state_fd;
	uint64_t generation;
	struct spool_state state; /* state.next_seq is what is on disk, next_seq what is true */
	uint64_t next_seq;
	struct entry *entries;
	size_t count, room;
	uint64_t disk_bytes;
	size_t held, held_bytes;
};

static uint64_t
disk_size(uint64_t len)
{
	return (len + SPOOL_HEADER_BYTES + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
}

static void
gap_add(struct spool_gap *gap, const struct spool_name *name, uint64_t size)
{
	if (gap->reports == 0) {
		*gap = (struct spool_gap){.first_seq = name->seq,
		    .last_seq = name->seq,
		    .first_created_ms = name->created_ms,
		    .last_created_ms = name->created_ms};
	}
	if (name->seq < gap->first_seq)
		gap->first_seq = name->seq;
	if (name->seq > gap->last_seq)
		gap->last_seq = name->seq;
	if (name->created_ms < gap->first_created_ms)
		gap->first_created_ms = name->created_ms;
	if (name->created_ms > gap->last_created_ms)
		gap->last_created_ms = name->created_ms;
	gap->reports++;
	gap->size_bytes += size;
}

static void
gap_merge(struct spool_gap *gap, const struct spool_gap *more)
{
	struct spool_name first = {
	    .seq = more->first_seq, .created_ms = more->first_created_ms};
	struct spool_name last = {.seq = more->last_seq, .created_ms = more->last_created_ms};

	if (more->reports == 0)
		return;
	gap_add(gap, &first, more->size_bytes);
	gap_add(gap, &last, 0);
	gap->reports += more->reports - 2;
}

/* Writes what must outlive us, what waits in memory included: if we are killed, that is a gap.
 */
static int
state_save(struct spool *spool)
{
	uint64_t on_disk = spool->state.next_seq;
	int r;

	spool->state.next_seq = spool->next_seq;
	spool->state.held = (struct spool_gap){0};
	for (size_t i = 0; i < spool->count && spool->held > 0; i++)
		if (spool->entries[i].held)
			gap_add(&spool->state.held, &spool->entries[i].name,
			    spool->entries[i].size);
	r = spool_state_write(spool->state_fd, &spool->state, spool->generation + 1);
	if (r < 0) {
		spool->state.next_seq = on_disk;
		return r;
	}
	spool->generation++;
	return 0;
}

static int
entries_reserve(struct spool *spool)
{
	size_t room = spool->room ? spool->room * 2 : 64;
	struct entry *grown;

	if (spool->count < spool->room)
		return 0;
	grown = realloc(spool->entries, room * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	spool->entries = grown;
	spool->room = room;
	return 0;
}

/* The index of the first report whose number is at least seq. */
static size_t
entries_from(const struct spool *spool, uint64_t seq)
{
	size_t low = 0, high = spool->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (spool->entries[middle].name.seq < seq)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Takes an entry out of the index; its file is not touched. */
static void
entry_forget(struct spool *spool, size_t at)
{
	struct entry *entry = &spool->entries[at];

	if (entry->held) {
		spool->held--;
		spool->held_bytes -= entry->size;
		free(entry->held);
	} else {
		spool->disk_bytes -= disk_size(entry->size);
	}
	spool->count--;
	memmove(entry, entry + 1, (spool->count - at) * sizeof(*entry));
}

static int
by_seq(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return x->name.seq < y->name.seq ? -1 : x->name.seq > y->name.seq;
}

/* A torn report: out of the way, counted, part of a gap. */
static int
set_aside(struct spool *spool, const struct spool_name *name, uint64_t size)
{
	char file[SPOOL_NAME_SIZE];
	int r;

	gap_add(&spool->state.gaps[SPOOL_CORRUPT], name, size);
	spool->state.corrupt++;
	r = state_save(spool);
	spool_name_format(name, file);
	spool_file_set_aside(spool->dir_fd, file);
	return r;
}

static int
index_file(struct spool *spool, const char *file)
{
	struct spool_name name;
	struct stat st;

	if (spool_name_parse(file, &name) < 0)
		return 0;
	if (fstatat(spool->dir_fd, file, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (name.seq >= spool->next_seq)
		spool->next_seq = name.seq + 1;
	if (!S_ISREG(st.st_mode) || st.st_size <= SPOOL_HEADER_BYTES ||
	    st.st_size > SPOOL_HEADER_BYTES + WIRE_REPORT_BYTES_MAX)
		return set_aside(spool, &name, (uint64_t)st.st_size);
	if (entries_reserve(spool) < 0)
		return -ENOMEM;
	spool->entries[spool->count++] =
	    (struct entry){.name = name, .size = (uint32_t)(st.st_size - SPOOL_HEADER_BYTES)};
	spool->disk_bytes += disk_size((uint64_t)st.st_size - SPOOL_HEADER_BYTES);
	return 0;
}

static int
index_folder(struct spool *spool)
{
	int fd = openat(spool->dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *file;
	int r = 0;

	if (!dir) {
		r = -errno;
		if (fd >= 0)
			(void)close(fd);
		return r;
	}
	while (r == 0 && (file = readdir(dir)))
		r = index_file(spool, file->d_name);
	(void)closedir(dir);
	if (spool->count > 0)
		qsort(spool->entries, spool->count, sizeof(*spool->entries), by_seq);
	return r;
}

/* The state as it was, or a new one that cannot give a number twice. */
static int
state_load(struct spool *spool, bool *ret_jump)
{
	int r = spool_state_open(
	    spool->dir_fd, &spool->state_fd, &spool->state, &spool->generation);

	*ret_jump = r == -EBADMSG;
	if (r == -ENOENT || r == -EBADMSG) {
		spool->state = (struct spool_state){.next_seq = 1};
		spool->generation = 1;
		r = spool_state_make(spool->dir_fd, &spool->state, &spool->state_fd);
	}
	spool->next_seq = spool->state.next_seq;
	/* What waited in memory when the last agent ended went with it. */
	gap_merge(&spool->state.gaps[SPOOL_DISK_FULL], &spool->state.held);
	spool->state.refused += spool->state.held.reports;
	spool->state.held = (struct spool_gap){0};
	return r;
}

static int
spool_load(struct spool *spool)
{
	bool jump;
	int r;

	(void)unlinkat(spool->dir_fd, "writing.tmp", 0);
	r = state_load(spool, &jump);
	if (r == 0)
		r = index_folder(spool);
	if (r == 0 && jump) {
		spool->next_seq += SEQ_JUMP;
		r = state_save(spool);
	}
	return r;
}

int
spool_open(const struct spool_settings *settings, struct spool **ret)
{
	struct spool *spool = calloc(1, sizeof(*spool));
	int r = 0;

	if (!spool)
		return -ENOMEM;
	spool->settings = *settings;
	spool->settings.directory = NULL;
	spool->state_fd = -1;
	if (mkdir(settings->directory, 0700) < 0 && errno != EEXIST)
		r = -errno;
	spool->dir_fd = open(settings->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r == 0 && spool->dir_fd < 0)
		r = -errno;
	if (r == 0 && flock(spool->dir_fd, LOCK_EX | LOCK_NB) < 0)
		r = errno == EWOULDBLOCK ? -EBUSY : -errno;
	if (r == 0)
		r = spool_load(spool);
	if (r < 0) {
		spool_close(spool);
		return r;
	}
	*ret = spool;
	return 0;
}

void
spool_close(struct spool *spool)
{
	if (!spool)
		return;
	for (size_t i = 0; i < spool->count; i++)
		free(spool->entries[i].held);
	free(spool->entries);
	if (spool->state_fd >= 0)
		(void)close(spool->state_fd);
	if (spool->dir_fd >= 0)
		(void)close(spool->dir_fd);
	free(spool);
}

uint64_t
spool_next_seq(const struct spool *spool)
{
	return spool->next_seq;
}

/* The oldest report on disk that may go, detail before what is kept; count: there is none. */
static size_t
oldest(const struct spool *spool, bool detail_only)
{
	for (size_t i = 0; i < spool->count; i++)
		if (!spool->entries[i].held && spool->entries[i].name.weight == SPOOL_DETAIL)
			return i;
	for (size_t i = 0; i < spool->count && !detail_only; i++)
		if (!spool->entries[i].held)
			return i;
	return spool->count;
}

/* Removes reports that are in a gap by now. */
static void
remove_files(struct spool *spool, const struct spool_name names[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		(void)spool_file_remove(spool->dir_fd, &names[i]);
}

/* Makes room for need bytes, oldest detail first. Returns how many bytes became free or a
 * negative errno. */
static int64_t
evict(struct spool *spool, uint64_t need, enum spool_reason reason, bool detail_only)
{
	struct spool_name gone[EVICT_AT_ONCE];
	uint64_t freed = 0;
	size_t n;
	int r;

	do {
		for (n = 0; n < EVICT_AT_ONCE && freed < need; n++) {
			size_t at = oldest(spool, detail_only);

			if (at == spool->count)
				break;
			gone[n] = spool->entries[at].name;
			freed += disk_size(spool->entries[at].size);
			gap_add(&spool->state.gaps[reason], &gone[n], spool->entries[at].size);
			spool->state.dropped++;
			entry_forget(spool, at);
		}
		r = n > 0 ? state_save(spool) : 0;
		remove_files(spool, gone, n);
	} while (r == 0 && n == EVICT_AT_ONCE && freed < need);
	return r < 0 ? r : (int64_t)freed;
}

static int
keep_in_budget(struct spool *spool, uint64_t need)
{
	uint64_t budget = spool->settings.budget_bytes;
	int64_t r;

	if (need > budget)
		return -EFBIG;
	if (spool->disk_bytes + need <= budget)
		return 0;
	r = evict(spool, spool->disk_bytes + need - budget, SPOOL_BUDGET, false);
	return r < 0 ? (int)r : 0;
}

/* Writes one report; a full disk is given the room of our own oldest detail, once. */
static int
store(struct spool *spool, const struct spool_name *name, const void *report, size_t len)
{
	int r = keep_in_budget(spool, disk_size(len));

	if (r == 0)
		r = spool_file_write(spool->dir_fd, name, report, len);
	if ((r == -ENOSPC || r == -EDQUOT) &&
	    evict(spool, disk_size(len), SPOOL_DISK_FULL, true) > 0)
		r = spool_file_write(spool->dir_fd, name, report, len);
	return r;
}

/* The disk did not take it: memory does, within bounds. */
static bool
hold(struct spool *spool, const struct spool_name *name, const void *report, size_t len)
{
	uint8_t *copy;

	if (len > SPOOL_HELD_BYTES_MAX - spool->held_bytes)
		return false;
	copy = malloc(len);
	if (!copy)
		return false;
	memcpy(copy, report, len);
	spool->entries[spool->count++] =
	    (struct entry){.name = *name, .size = (uint32_t)len, .held = copy};
	spool->held++;
	spool->held_bytes += len;
	return true;
}

int
spool_put(struct spool *spool, uint64_t seq, int64_t created_ms, enum spool_weight weight,
    const void *report, size_t len)
{
	struct spool_name name = {.seq = seq, .created_ms = created_ms, .weight = weight};
	int r;

	if (seq != spool->next_seq || len == 0)
		return -EINVAL;
	if (len > WIRE_REPORT_BYTES_MAX || disk_size(len) > spool->settings.budget_bytes)
		return -EFBIG;
	if (entries_reserve(spool) < 0)
		return -ENOMEM;
	/* Older ones first: what waits in memory must not be overtaken for ever. */
	if (spool->held > 0)
		(void)spool_retry(spool);
	r = store(spool, &name, report, len);
	spool->next_seq++;
	if (r == 0) {
		spool->entries[spool->count++] =
		    (struct entry){.name = name, .size = (uint32_t)len};
		spool->disk_bytes += disk_size(len);
		return 0;
	}
	if (!hold(spool, &name, report, len)) {
		spool->state.refused++;
		gap_add(&spool->state.gaps[SPOOL_DISK_FULL], &name, len);
	}
	(void)state_save(spool);
	return r;
}

int
spool_retry(struct spool *spool)
{
	size_t stored = 0;
	int r = 0;

	for (size_t i = 0; i < spool->count && spool->held > 0; i++) {
		struct spool_name name = spool->entries[i].name;
		uint8_t *held = spool->entries[i].held;
		size_t size = spool->entries[i].size;
		struct entry *entry;

		if (!held)
			continue;
		r = store(spool, &name, held, size);
		if (r < 0)
			break;
		stored++;
		/* Storing may have evicted others: the entry is found again. */
		i = entries_from(spool, name.seq);
		entry = &spool->entries[i];
		CHECK(entry->held == held);
		entry->held = NULL;
		free(held);
		spool->held--;
		spool->held_bytes -= size;
		spool->disk_bytes += disk_size(size);
	}
	if (stored > 0)
		(void)state_save(spool);
	return r;
}

/* A report that is only in memory may be seen once the state says that its number is given. */
static int
expose(struct spool *spool, const struct entry *entry)
{
	return entry->held && entry->name.seq >= spool->state.next_seq ? state_save(spool) : 0;
}

static int
peek_one(struct spool *spool, size_t at,
    int (*fn)(void *arg, uint64_t seq, const void *report, size_t len), void *arg)
{
	const struct entry *entry = &spool->entries[at];
	CLEANUP(free_at) uint8_t *report = NULL;
	struct spool_name name = entry->name;
	size_t len;
	int r = expose(spool, entry);

	if (r < 0)
		return r;
	if (entry->held)
		return fn(arg, name.seq, entry->held, entry->size) == 0 ? 1 : -ECANCELED;
	r = spool_file_read(spool->dir_fd, &name, &report, &len);
	if (r == -EBADMSG || r == -ENOENT || r == -EIO) {
		uint64_t size = entry->size;

		entry_forget(spool, at);
		r = set_aside(spool, &name, size);
		return r < 0 ? r : 0;
	}
	if (r < 0)
		return r;
	return fn(arg, name.seq, report, len) == 0 ? 1 : -ECANCELED;
}

int
spool_peek(struct spool *spool, uint64_t after_seq, size_t max_reports, size_t max_bytes,
    int (*fn)(void *arg, uint64_t seq, const void *report, size_t len), void *arg)
{
	size_t at = entries_from(spool, after_seq + 1), bytes = 0;
	int seen = 0;

	while (at < spool->count && (size_t)seen < max_reports) {
		size_t size = spool->entries[at].size;
		int r;

		if (seen > 0 && size > max_bytes - bytes)
			break;
		r = peek_one(spool, at, fn, arg);
		if (r == -ECANCELED)
			break;
		if (r < 0)
			return r;
		if (r == 0) /* set aside: the next one stands in its place now */
			continue;
		seen++;
		at++;
		bytes = size > max_bytes - bytes ? max_bytes : bytes + size;
	}
	return seen;
}

int
spool_drop(struct spool *spool, uint64_t seq)
{
	size_t at = entries_from(spool, seq);
	struct spool_name name;
	bool held;
	int r = 0;

	if (at == spool->count || spool->entries[at].name.seq != seq)
		return -ENOENT;
	name = spool->entries[at].name;
	held = spool->entries[at].held != NULL;
	if (seq >= spool->state.next_seq)
		r = state_save(spool);
	if (r < 0)
		return r;
	entry_forget(spool, at);
	return held ? state_save(spool) : spool_file_remove(spool->dir_fd, &name);
}

int
spool_lose(struct spool *spool, uint64_t seq)
{
	size_t at = entries_from(spool, seq);
	int r;

	if (at == spool->count || spool->entries[at].name.seq != seq)
		return -ENOENT;
	gap_add(&spool->state.gaps[SPOOL_REFUSED], &spool->entries[at].name,
	    spool->entries[at].size);
	spool->state.dropped++;
	r = state_save(spool);
	return r < 0 ? r : spool_drop(spool, seq);
}

int
spool_expire(struct spool *spool, int64_t now_ms)
{
	int64_t before_ms = now_ms - (int64_t)spool->settings.age_max_s * 1000;
	struct spool_name gone[EVICT_AT_ONCE];
	int total = 0;
	size_t n;

	do {
		n = 0;
		for (size_t i = 0; i < spool->count && n < EVICT_AT_ONCE;) {
			const struct entry *entry = &spool->entries[i];

			if (entry->held || entry->name.created_ms >= before_ms ||
			    entry->name.created_ms < CLOCK_SET_MS) {
				i++;
				continue;
			}
			gone[n++] = entry->name;
			gap_add(&spool->state.gaps[SPOOL_AGE], &entry->name, entry->size);
			spool->state.dropped++;
			entry_forget(spool, i);
		}
		if (n > 0) {
			int r = state_save(spool);

			remove_files(spool, gone, n);
			if (r < 0)
				return r;
		}
		total += (int)n;
	} while (n == EVICT_AT_ONCE);
	return total;
}

int
spool_gap(const struct spool *spool, struct spool_gap *ret)
{
	for (size_t i = 0; i < SPOOL_REASONS; i++) {
		if (spool->state.gaps[i].reports == 0)
			continue;
		*ret = spool->state.gaps[i];
		ret->reason = reason_names[i];
		return 1;
	}
	return 0;
}

int
spool_gap_taken(struct spool *spool)
{
	for (size_t i = 0; i < SPOOL_REASONS; i++) {
		if (spool->state.gaps[i].reports == 0)
			continue;
		spool->state.gaps[i] = (struct spool_gap){0};
		return state_save(spool);
	}
	return 0;
}

void
spool_stat(const struct spool *spool, struct spool_stat *ret)
{
	*ret = (struct spool_stat){
	    .reports = spool->count,
	    .size_bytes = spool->disk_bytes,
	    .budget_bytes = spool->settings.budget_bytes,
	    .next_seq = spool->next_seq,
	    .dropped = spool->state.dropped,
	    .corrupt = spool->state.corrupt,
	    .refused = spool->state.refused,
	    .held = spool->held,
	};
}
