/*
 * The file is a log of entries, each with its length and a checksum before it: a
 * device, or a user that failed at one. A later entry takes the place of an
 * earlier one; a torn tail is passed over. Failures are added as they happen, all
 * else is written at the end of a scan, beside the file and then in its place.
 */
#include "agent/scan_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/ask/snmp_tables.h"
#include "common/bytes.h"
#include "common/check.h"
#include "common/cleanup.h"
#include "common/text.h"

enum {
	BUCKETS = 1024,
	RECORD_BYTES_MAX = 256 * 1024,
	FORGET_DAYS = 30,
	TOLD_BYTES_MAX = 16 * 1024,
	PATH_BYTES = 4096,
};

/* One device; written as it lies, since the file is read by this very build alone. */
struct record {
	struct address ip;
	struct mac mac;
	uint8_t outcome, version;
	uint64_t credential, credentials;
	int64_t asked_ms, walked_ms;
	struct snmp_known known;
	uint64_t failed[SNMP_USERS_MAX];
	uint32_t n_failed, failures;
	int64_t failures_since_ms;
	int64_t seen_ms;
	struct place place;
	uint32_t n_watch;
	bool is_settled;
	int64_t others_ms; /* when the day of the other askers began */
	struct mac others_mac;
	uint64_t others_passwords;
	uint32_t others; /* bit n: asker n asked in it */
	uint32_t told_len;
};

struct remembered {
	LIST_ENTRY(remembered) in_bucket;
	struct record record;
	struct snmp_watch *watch; /* record.n_watch */
	uint8_t *answer;          /* packed */
	size_t answer_len;
	char *told; /* record.told_len: source, key and value, each with its zero, again and
		       again */
};

struct scan_memory {
	char *path;
	uint64_t credentials, passwords;
	size_t n;
	LIST_HEAD(, remembered) buckets[BUCKETS];
};

/* Before each entry. */
struct entry_head {
	uint32_t bytes, checksum;
};

struct piece {
	const void *bytes;
	size_t len;
};

struct failure {
	struct address ip;
	uint64_t user;
	int64_t at_ms;
};

/* The first bytes of a file: what it is, and by whom it can be read. */
struct magic {
	char text[64];
};

static struct magic
magic_make(void)
{
	struct magic magic;

	memset(&magic, 0, sizeof(magic));
	(void)snprintf(magic.text, sizeof(magic.text), "parta-agent scan memory %s %zu %zu\n",
	    PARTA_VERSION, sizeof(struct record), snmp_tables_count);
	return magic;
}

static uint32_t
hash_bytes(const void *bytes, size_t len)
{
	const uint8_t *b = bytes;
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ b[i]) * 16777619u;
	return hash;
}

static struct remembered *
find(const struct scan_memory *memory, const struct address *ip)
{
	struct remembered *it;

	LIST_FOREACH(it, &memory->buckets[hash_bytes(ip, sizeof(*ip)) % BUCKETS], in_bucket)
	if (address_equal(&it->record.ip, ip))
		return it;
	return NULL;
}

static struct remembered *
find_or_make(struct scan_memory *memory, const struct address *ip)
{
	struct remembered *it = find(memory, ip);

	if (it || memory->n >= SCAN_MEMORY_DEVICES_MAX)
		return it;
	it = calloc(1, sizeof(*it));
	if (!it)
		return NULL;
	it->record.ip = *ip;
	LIST_INSERT_HEAD(
	    &memory->buckets[hash_bytes(ip, sizeof(*ip)) % BUCKETS], it, in_bucket);
	memory->n++;
	return it;
}

/* ---- failures */

/* The order in which users failed is kept for good, their number for a day. */
static void
failure_note(struct record *r, uint64_t user, int64_t at_ms)
{
	uint32_t i = 0;

	if (r->failures == 0 || at_ms - r->failures_since_ms >= SCAN_MEMORY_DAY_MS) {
		r->failures = 0;
		r->failures_since_ms = at_ms;
	}
	r->failures++;
	while (i < r->n_failed && r->failed[i] != user)
		i++;
	if (i < r->n_failed)
		return;
	if (r->n_failed == SNMP_USERS_MAX) {
		memmove(r->failed, r->failed + 1, (SNMP_USERS_MAX - 1) * sizeof(r->failed[0]));
		r->n_failed--;
	}
	r->failed[r->n_failed++] = user;
}

static uint32_t
failures_left(const struct record *r, int64_t now_ms)
{
	if (now_ms - r->failures_since_ms >= SCAN_MEMORY_DAY_MS)
		return SNMP_FAILURES_A_DAY;
	return r->failures < SNMP_FAILURES_A_DAY ? SNMP_FAILURES_A_DAY - r->failures : 0;
}

/* What a walk gave. */
static void
remembered_clear(struct remembered *it)
{
	free(it->watch);
	free(it->answer);
	it->watch = NULL;
	it->answer = NULL;
	it->answer_len = 0;
	it->record.n_watch = 0;
	it->record.is_settled = false;
	it->record.known.stamp.up_time_cs = 0;
}

static void
told_clear(struct remembered *it)
{
	free(it->told);
	it->told = NULL;
	it->record.told_len = 0;
}

/* As it lay in the file: whole texts, three for each piece. */
static void
told_take(struct remembered *it, const char *bytes, size_t len)
{
	size_t texts = 0;

	for (size_t i = 0; i < len; i++)
		texts += bytes[i] == '\0';
	if (len == 0 || len > TOLD_BYTES_MAX || bytes[len - 1] != '\0' || texts % 3 != 0)
		return;
	it->told = malloc(len);
	if (!it->told)
		return;
	memcpy(it->told, bytes, len);
	it->record.told_len = (uint32_t)len;
}

/* The piece at *at; false at the end. */
static bool
told_next(const struct remembered *it, size_t *at, struct evidence *ret)
{
	if (*at >= it->record.told_len)
		return false;
	ret->source = it->told + *at;
	ret->key = ret->source + strlen(ret->source) + 1;
	ret->value = ret->key + strlen(ret->key) + 1;
	*at = (size_t)(ret->value + strlen(ret->value) + 1 - it->told);
	return true;
}

/* ---- the file */

static void
take_device(struct scan_memory *memory, const uint8_t *bytes, size_t len)
{
	struct record record;
	struct remembered *it;
	size_t watch_len;

	if (len < sizeof(record))
		return;
	memcpy(&record, bytes, sizeof(record));
	bytes += sizeof(record);
	len -= sizeof(record);
	watch_len = (size_t)record.n_watch * sizeof(struct snmp_watch);
	if (record.told_len > len || watch_len > len - record.told_len ||
	    record.n_failed > SNMP_USERS_MAX)
		return;
	it = find_or_make(memory, &record.ip);
	if (!it)
		return;
	remembered_clear(it);
	told_clear(it);
	it->record = record;
	it->record.told_len = 0;
	told_take(it, (const char *)bytes, record.told_len);
	bytes += record.told_len;
	len -= record.told_len;
	it->watch = malloc(watch_len + 1);
	it->answer = malloc(len - watch_len + 1);
	if (!it->watch || !it->answer) { /* it is walked again */
		remembered_clear(it);
		return;
	}
	memcpy(it->watch, bytes, watch_len);
	it->answer_len = len - watch_len;
	memcpy(it->answer, bytes + watch_len, it->answer_len);
}

static void
take_failure(struct scan_memory *memory, const uint8_t *bytes)
{
	struct failure failure;
	struct remembered *it;

	memcpy(&failure, bytes, sizeof(failure));
	it = find_or_make(memory, &failure.ip);
	if (it)
		failure_note(&it->record, failure.user, failure.at_ms);
}

static void
take_entries(struct scan_memory *memory, const uint8_t *bytes, size_t len)
{
	struct entry_head head;

	while (len >= sizeof(head)) {
		memcpy(&head, bytes, sizeof(head));
		bytes += sizeof(head);
		len -= sizeof(head);
		if (head.bytes > len || head.checksum != hash_bytes(bytes, head.bytes))
			return;
		if (head.bytes == sizeof(struct failure))
			take_failure(memory, bytes);
		else
			take_device(memory, bytes, head.bytes);
		bytes += head.bytes;
		len -= head.bytes;
	}
}

static void
file_read(struct scan_memory *memory)
{
	CLEANUP(close_at) int fd = open(memory->path, O_RDONLY | O_CLOEXEC);
	CLEANUP(free_at) uint8_t *bytes = NULL;
	const struct magic magic = magic_make();
	struct stat st;
	size_t len = 0;

	if (fd < 0 || fstat(fd, &st) < 0 || st.st_size > SCAN_MEMORY_BYTES_MAX)
		return;
	bytes = malloc((size_t)st.st_size + 1);
	while (bytes && len < (size_t)st.st_size) {
		ssize_t n = read(fd, bytes + len, (size_t)st.st_size - len);

		if (n <= 0)
			break;
		len += (size_t)n;
	}
	if (len >= sizeof(magic) && memcmp(bytes, &magic, sizeof(magic)) == 0)
		take_entries(memory, bytes + sizeof(magic), len - sizeof(magic));
}

static int
write_all(int fd, const void *bytes, size_t len)
{
	const uint8_t *at = bytes;

	while (len > 0) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

static int
entry_add(struct bytes *out, const struct piece pieces[], size_t n)
{
	struct entry_head head = {.bytes = 0};
	size_t at = out->len;
	int r = bytes_add(out, &head, sizeof(head));

	for (size_t i = 0; i < n && r == 0; i++) {
		head.bytes += (uint32_t)pieces[i].len;
		if (pieces[i].len > 0)
			r = bytes_add(out, pieces[i].bytes, pieces[i].len);
	}
	if (r < 0) {
		out->len = at;
		return r;
	}
	head.checksum = hash_bytes(out->data + at + sizeof(head), head.bytes);
	memcpy(out->data + at, &head, sizeof(head));
	return 0;
}

/* A person's own device is nobody's business after a day. */
static int64_t
keep_ms(const struct record *r)
{
	return mac_is_local(&r->mac) ? SCAN_MEMORY_DAY_MS
				     : FORGET_DAYS * (int64_t)SCAN_MEMORY_DAY_MS;
}

static int
entries_write(const struct scan_memory *memory, int fd, int64_t now_ms)
{
	struct bytes out = bytes_new(RECORD_BYTES_MAX);
	const struct magic magic = magic_make();
	int r = write_all(fd, &magic, sizeof(magic));

	for (size_t b = 0; b < BUCKETS && r == 0; b++) {
		const struct remembered *it;

		LIST_FOREACH(it, &memory->buckets[b], in_bucket)
		{
			const struct piece pieces[] = {
			    {&it->record, sizeof(it->record)},
			    {it->told, it->record.told_len},
			    {it->watch, it->record.n_watch * sizeof(struct snmp_watch)},
			    {it->answer, it->answer_len},
			};

			if (now_ms - it->record.seen_ms > keep_ms(&it->record))
				continue;
			out.len = 0;
			if (entry_add(&out, pieces, COUNT_OF(pieces)) == 0)
				r = write_all(fd, out.data, out.len);
			if (r < 0)
				break;
		}
	}
	bytes_clear(&out);
	return r;
}

int
scan_memory_save(struct scan_memory *memory, int64_t now_ms)
{
	char beside[PATH_BYTES];
	int fd, r;

	if (!memory->path)
		return 0;
	if (snprintf(beside, sizeof(beside), "%s.part", memory->path) >= (int)sizeof(beside))
		return -ENAMETOOLONG;
	fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	r = entries_write(memory, fd, now_ms);
	if (close(fd) < 0 && r == 0)
		r = -errno;
	if (r == 0 && rename(beside, memory->path) < 0)
		r = -errno;
	if (r < 0)
		(void)unlink(beside);
	return r;
}

/* The file is begun when there is none yet. */
static void
failure_write(const struct scan_memory *memory, const struct failure *failure)
{
	CLEANUP(close_at)
	int fd = open(memory->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	const struct magic magic = magic_make();
	struct bytes out = bytes_new(sizeof(magic) + 256);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return;
	if (st.st_size == 0)
		(void)bytes_add(&out, &magic, sizeof(magic));
	if (entry_add(&out, &(struct piece){failure, sizeof(*failure)}, 1) == 0)
		(void)write_all(fd, out.data, out.len);
	bytes_clear(&out);
}

void
scan_memory_failed(
    struct scan_memory *memory, const struct address *ip, uint64_t user, int64_t now_ms)
{
	struct failure failure;
	struct remembered *it = find_or_make(memory, ip);

	memset(&failure, 0, sizeof(failure)); /* the gaps too: it is written as it lies */
	failure.ip = *ip;
	failure.user = user;
	failure.at_ms = now_ms;
	if (it)
		failure_note(&it->record, user, now_ms);
	if (memory->path)
		failure_write(memory, &failure);
}

/* ---- life */

int
scan_memory_open(const char *path, struct scan_memory **ret)
{
	struct scan_memory *memory = calloc(1, sizeof(*memory));

	_Static_assert(sizeof(struct failure) < sizeof(struct record), "told apart by length");
	if (!memory)
		return -ENOMEM;
	if (path) {
		memory->path = strdup(path);
		if (!memory->path) {
			free(memory);
			return -ENOMEM;
		}
		file_read(memory);
	}
	*ret = memory;
	return 0;
}

void
scan_memory_credentials(struct scan_memory *memory, uint64_t credentials)
{
	memory->credentials = credentials;
}

void
scan_memory_free(struct scan_memory *memory)
{
	if (!memory)
		return;
	for (size_t b = 0; b < BUCKETS; b++)
		for (struct remembered *it = LIST_FIRST(&memory->buckets[b]), *next; it;
		     it = next) {
			next = LIST_NEXT(it, in_bucket);
			remembered_clear(it);
			told_clear(it);
			free(it);
		}
	free(memory->path);
	free(memory);
}

/* ---- what it tells */

/* The device at this address may be another one by now. */
static bool
is_same(const struct record *r, const struct mac *mac)
{
	return mac_is_zero(&r->mac) || mac_is_zero(mac) || mac_equal(&r->mac, mac);
}

bool
scan_memory_hint(const struct scan_memory *memory, const struct address *ip,
    const struct mac *mac, int64_t now_ms, struct snmp_hint *ret)
{
	const struct remembered *it = find(memory, ip);
	const struct record *r = it ? &it->record : NULL;

	*ret = (struct snmp_hint){.failures_left = SNMP_FAILURES_A_DAY};
	if (!r)
		return true;
	ret->failures_left = failures_left(r, now_ms);
	ret->n_failed = r->n_failed;
	memcpy(ret->failed, r->failed, sizeof(ret->failed));
	if (r->asked_ms == 0 || r->asked_ms > now_ms || !is_same(r, mac))
		return true;
	if (r->outcome == SNMP_SILENT || r->outcome == SNMP_DENIED)
		return now_ms - r->asked_ms >= SCAN_MEMORY_DAY_MS ||
		       r->credentials != memory->credentials;
	ret->version = r->version;
	ret->credential = r->credential;
	ret->known = r->known;
	ret->known.elapsed_ms = (uint64_t)(now_ms - r->walked_ms);
	ret->known.watch = it->watch;
	ret->known.n_watch = r->n_watch;
	ret->known.is_settled = r->is_settled;
	ret->is_known = r->known.stamp.up_time_cs > 0 && now_ms >= r->walked_ms &&
			now_ms - r->walked_ms < SCAN_MEMORY_DAY_MS;
	return true;
}

void
scan_memory_learn(struct scan_memory *memory, const struct mac *mac,
    const struct snmp_answer *answer, int64_t now_ms)
{
	struct remembered *it = find_or_make(memory, &answer->ip);
	struct bytes packed = bytes_new(RECORD_BYTES_MAX - sizeof(struct record) - 64);
	struct record *r;

	if (!it)
		return;
	r = &it->record;
	r->mac = *mac;
	r->asked_ms = now_ms;
	r->seen_ms = now_ms;
	r->outcome = (uint8_t)answer->outcome;
	r->version = answer->version;
	r->credential = answer->credential;
	r->credentials = memory->credentials;
	if (answer->unchanged)
		return;
	remembered_clear(it);
	if (answer->known.stamp.up_time_cs == 0 || recall_pack(answer, &packed) < 0) {
		bytes_clear(&packed);
		return;
	}
	r->known = answer->known;
	r->walked_ms = now_ms;
	it->answer = packed.data;
	it->answer_len = packed.len;
}

bool
scan_memory_recall(
    const struct scan_memory *memory, const struct address *ip, struct recall *ret)
{
	const struct remembered *it = find(memory, ip);

	return it && it->answer_len > 0 && recall_unpack(it->answer, it->answer_len, ret) == 0;
}

/* ---- the other askers */

void
scan_memory_passwords(struct scan_memory *memory, uint64_t passwords)
{
	memory->passwords = passwords;
}

static bool
is_today(const struct scan_memory *memory, const struct record *r, int64_t now_ms)
{
	return r->others != 0 && r->others_passwords == memory->passwords &&
	       now_ms >= r->others_ms && now_ms - r->others_ms < SCAN_MEMORY_DAY_MS;
}

bool
scan_memory_take(struct scan_memory *memory, const struct address *ip, const struct mac *mac,
    unsigned what, int64_t now_ms)
{
	struct remembered *it = find_or_make(memory, ip);
	struct record *r = it ? &it->record : NULL;

	if (!r)
		return true;
	if (!is_today(memory, r, now_ms) || !mac_equal(&r->others_mac, mac)) {
		told_clear(it);
		r->others = 0;
		r->others_mac = *mac;
		r->others_ms = now_ms;
		r->others_passwords = memory->passwords;
	}
	if (r->seen_ms == 0) /* SNMP is not asked of everybody */
		r->mac = *mac;
	r->seen_ms = now_ms;
	if (r->others & 1u << what)
		return false;
	r->others |= 1u << what;
	return true;
}

void
scan_memory_told(struct scan_memory *memory, const struct address *ip,
    const struct evidence evidence[], size_t count)
{
	struct remembered *it = find(memory, ip);
	struct bytes all = bytes_new(TOLD_BYTES_MAX);
	struct evidence old;

	if (!it)
		return;
	for (size_t i = 0; i < count; i++) {
		(void)bytes_add(&all, evidence[i].source, strlen(evidence[i].source) + 1);
		(void)bytes_add(&all, evidence[i].key, strlen(evidence[i].key) + 1);
		(void)bytes_add(&all, evidence[i].value, strlen(evidence[i].value) + 1);
	}
	for (size_t at = 0; told_next(it, &at, &old);) {
		bool again = false;

		for (size_t i = 0; i < count && !again; i++)
			again = strcmp(evidence[i].key, old.key) == 0 &&
				strcmp(evidence[i].source, old.source) == 0;
		if (!again)
			(void)bytes_add(&all, old.source,
			    (size_t)(old.value + strlen(old.value) + 1 - old.source));
	}
	told_clear(it);
	told_take(it, (const char *)all.data, all.len);
	bytes_clear(&all);
}

size_t
scan_memory_recall_told(const struct scan_memory *memory, const struct address *ip,
    const struct mac *mac, struct evidence ret[], size_t max)
{
	const struct remembered *it = find(memory, ip);
	size_t n = 0, at = 0;

	if (!it || !mac_equal(&it->record.others_mac, mac))
		return 0;
	while (n < max && told_next(it, &at, &ret[n]))
		n++;
	return n;
}

bool
scan_memory_knows(
    const struct scan_memory *memory, const struct address *ip, const struct mac *mac)
{
	const struct remembered *it = find(memory, ip);

	return it && it->record.seen_ms > 0 && is_same(&it->record, mac);
}

bool
scan_memory_place(const struct scan_memory *memory, const struct address *ip,
    const struct mac *mac, struct place *ret)
{
	if (!scan_memory_knows(memory, ip, mac))
		return false;
	*ret = find(memory, ip)->record.place;
	return ret->seen_ms > 0;
}

void
scan_memory_put_place(struct scan_memory *memory, const struct address *ip,
    const struct mac *mac, const struct place *place, int64_t now_ms)
{
	struct remembered *it = find_or_make(memory, ip);

	if (!it)
		return;
	it->record.mac = *mac;
	it->record.place = *place;
	it->record.seen_ms = now_ms;
}

void
scan_memory_put_watch(struct scan_memory *memory, const struct address *bridge,
    const struct snmp_watch rows[], size_t count)
{
	struct remembered *it = find(memory, bridge);
	struct snmp_watch *watch;

	if (!it || it->record.known.stamp.up_time_cs == 0)
		return;
	watch = calloc(count + 1, sizeof(*watch));
	if (!watch)
		return;
	if (count > 0)
		memcpy(watch, rows, count * sizeof(*watch));
	free(it->watch);
	it->watch = watch;
	it->record.n_watch = (uint32_t)count;
	it->record.is_settled = true;
}

uint32_t
scan_memory_wins(const struct scan_memory *memory, uint64_t credential)
{
	uint32_t wins = 0;

	for (size_t b = 0; b < BUCKETS; b++) {
		const struct remembered *it;

		LIST_FOREACH(it, &memory->buckets[b], in_bucket)
		wins += it->record.credential == credential && credential != 0;
	}
	return wins;
}
