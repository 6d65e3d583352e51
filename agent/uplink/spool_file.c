/*
 * The files of the spool. A report is written under a passing name, synced, then
 * renamed, then the folder is synced: after that it survives a loss of power, and
 * before that it does not exist. What must outlive the reports (the next number,
 * the gaps) stands in two slots of one file that are written in turn and in place,
 * each with a check sum (CRC-32C, RFC 3720 appendix B.4): one is always whole, and
 * a full disk cannot refuse it. What any of it means is not known here.
 */
#include "agent/uplink/spool_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/cursor.h"
#include "common/file.h"
#include "common/wire/limits.h"

enum {
	SLOT_BYTES = 4096, /* a block each, so that no torn write reaches both */
	SLOT_BODY_BYTES =
	    8 * 2 + 8 * 4 + SPOOL_REASONS * 6 * 8, /* magic and generation, numbers, gaps */
	TORN_KEPT_MAX = 16,
};

static const uint8_t report_magic[8] = {'P', 'A', 'R', 'T', 'A', 'S', 'P', '1'};
static const uint8_t state_magic[8] = {'P', 'A', 'R', 'T', 'A', 'S', 'Q', '1'};
static const char state_file[] = "sequence";
static const char passing_file[] = "writing.tmp";
static const char torn_folder[] = "torn";

static uint32_t
crc32c(uint32_t crc, const void *data, size_t len)
{
	static const uint32_t nibble[16] = {
	    0x00000000,
	    0x105ec76f,
	    0x20bd8ede,
	    0x30e349b1,
	    0x417b1dbc,
	    0x5125dad3,
	    0x61c69362,
	    0x7198540d,
	    0x82f63b78,
	    0x92a8fc17,
	    0xa24bb5a6,
	    0xb21572c9,
	    0xc38d26c4,
	    0xd3d3e1ab,
	    0xe330a81a,
	    0xf36e6f75,
	};
	const uint8_t *at = data;

	crc = ~crc;
	for (size_t i = 0; i < len; i++) {
		crc ^= at[i];
		crc = nibble[crc & 15] ^ crc >> 4;
		crc = nibble[crc & 15] ^ crc >> 4;
	}
	return ~crc;
}

static uint8_t *
put_be64(uint8_t *at, uint64_t value)
{
	for (int i = 0; i < 8; i++)
		at[i] = (uint8_t)(value >> (56 - 8 * i));
	return at + 8;
}

static uint8_t *
put_be32(uint8_t *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> (24 - 8 * i));
	return at + 4;
}

static uint64_t
take_be64(struct cursor *c)
{
	uint64_t high = cursor_be32(c);

	return high << 32 | cursor_be32(c);
}

void
spool_name_format(const struct spool_name *name, char ret[static SPOOL_NAME_SIZE])
{
	(void)snprintf(ret, SPOOL_NAME_SIZE, "%020" PRIu64 "-%" PRId64 ".%s", name->seq,
	    name->created_ms, name->weight == SPOOL_KEEP ? "keep" : "detail");
}

int
spool_name_parse(const char *text, struct spool_name *ret)
{
	struct spool_name name = {0};
	char again[SPOOL_NAME_SIZE];
	char *end;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	name.seq = strtoull(text, &end, 10);
	if (end != text + 20 || *end != '-')
		return -EINVAL;
	name.created_ms = strtoll(end + 1, &end, 10);
	name.weight = strcmp(end, ".keep") == 0 ? SPOOL_KEEP : SPOOL_DETAIL;

	/* What does not print the same was not written by us. */
	spool_name_format(&name, again);
	if (strcmp(again, text) != 0)
		return -EINVAL;
	*ret = name;
	return 0;
}

static int
write_synced(int dir_fd, const char *file, const void *head, size_t head_len, const void *body,
    size_t body_len)
{
	CLEANUP(close_at)
	int fd =
	    openat(dir_fd, file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	int r;

	if (fd < 0)
		return -errno;
	r = file_write_all(fd, head, head_len);
	if (r == 0)
		r = file_write_all(fd, body, body_len);
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	return r;
}

/* The whole of the promise: written, synced, renamed, and the name synced too. */
static int
install(int dir_fd, const char *file, const void *head, size_t head_len, const void *body,
    size_t body_len)
{
	int r = write_synced(dir_fd, passing_file, head, head_len, body, body_len);

	if (r == 0 && renameat(dir_fd, passing_file, dir_fd, file) < 0)
		r = -errno;
	if (r < 0) {
		(void)unlinkat(dir_fd, passing_file, 0);
		return r;
	}
	if (fsync(dir_fd) < 0) {
		r = -errno;
		(void)unlinkat(dir_fd, file, 0);
	}
	return r;
}

static void
header_make(const struct spool_name *name, const void *report, size_t len,
    uint8_t ret[static SPOOL_HEADER_BYTES])
{
	uint8_t *at = ret;
	uint32_t crc;

	memcpy(at, report_magic, 8);
	at = put_be64(at + 8, name->seq);
	at = put_be64(at, (uint64_t)name->created_ms);
	at = put_be32(at, (uint32_t)len);
	crc = crc32c(crc32c(0, ret, (size_t)(at - ret)), report, len);
	(void)put_be32(at, crc);
}

int
spool_file_write(int dir_fd, const struct spool_name *name, const void *report, size_t len)
{
	uint8_t header[SPOOL_HEADER_BYTES];
	char file[SPOOL_NAME_SIZE];

	header_make(name, report, len, header);
	spool_name_format(name, file);
	return install(dir_fd, file, header, sizeof(header), report, len);
}

static int
read_all(int fd, uint8_t *at, size_t len)
{
	while (len > 0) {
		ssize_t n = read(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return -EBADMSG;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

/* The header is the one that this name and these bytes would get: nothing else was read. */
static int
read_checked(int fd, const struct spool_name *name, uint8_t *report, size_t len)
{
	uint8_t header[SPOOL_HEADER_BYTES], expected[SPOOL_HEADER_BYTES];
	int r = read_all(fd, header, sizeof(header));

	if (r < 0)
		return r;
	r = read_all(fd, report, len);
	if (r < 0)
		return r;
	header_make(name, report, len, expected);
	return memcmp(header, expected, sizeof(header)) == 0 ? 0 : -EBADMSG;
}

int
spool_file_read(int dir_fd, const struct spool_name *name, uint8_t **ret, size_t *ret_len)
{
	char file[SPOOL_NAME_SIZE];
	uint8_t *report;
	struct stat st;
	size_t len;
	int r;

	spool_name_format(name, file);
	CLEANUP(close_at) int fd = openat(dir_fd, file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (st.st_size < SPOOL_HEADER_BYTES ||
	    st.st_size > SPOOL_HEADER_BYTES + WIRE_REPORT_BYTES_MAX)
		return -EBADMSG;
	len = (size_t)st.st_size - SPOOL_HEADER_BYTES;
	report = calloc(1, len + 1);
	if (!report)
		return -ENOMEM;
	r = read_checked(fd, name, report, len);
	if (r < 0) {
		free(report);
		return r;
	}
	*ret = report;
	*ret_len = len;
	return 0;
}

int
spool_file_remove(int dir_fd, const struct spool_name *name)
{
	char file[SPOOL_NAME_SIZE];

	spool_name_format(name, file);
	return unlinkat(dir_fd, file, 0) < 0 ? -errno : 0;
}

/* How many files the folder of torn ones holds; the smallest name of them, the oldest, in ret.
 */
static size_t
torn_count(int dir_fd, char ret[static SPOOL_NAME_SIZE])
{
	int fd = openat(dir_fd, torn_folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	size_t count = 0;

	ret[0] = '\0';
	if (!dir) {
		if (fd >= 0)
			(void)close(fd);
		return 0;
	}
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.' || strlen(entry->d_name) >= SPOOL_NAME_SIZE)
			continue;
		if (count++ == 0 || strcmp(entry->d_name, ret) < 0)
			memcpy(ret, entry->d_name, strlen(entry->d_name) + 1);
	}
	(void)closedir(dir);
	return count;
}

void
spool_file_set_aside(int dir_fd, const char *file)
{
	char oldest[SPOOL_NAME_SIZE], path[SPOOL_NAME_SIZE + sizeof(torn_folder) + 1];

	(void)mkdirat(dir_fd, torn_folder, 0700);
	if (torn_count(dir_fd, oldest) >= TORN_KEPT_MAX) {
		(void)snprintf(path, sizeof(path), "%s/%s", torn_folder, oldest);
		(void)unlinkat(dir_fd, path, 0);
	}
	(void)snprintf(path, sizeof(path), "%s/%s", torn_folder, file);
	if (renameat(dir_fd, file, dir_fd, path) < 0)
		(void)unlinkat(dir_fd, file, 0);
}

static uint8_t *
put_gap(uint8_t *at, const struct spool_gap *gap)
{
	at = put_be64(at, gap->first_seq);
	at = put_be64(at, gap->last_seq);
	at = put_be64(at, gap->reports);
	at = put_be64(at, gap->size_bytes);
	at = put_be64(at, (uint64_t)gap->first_created_ms);
	return put_be64(at, (uint64_t)gap->last_created_ms);
}

static void
slot_make(const struct spool_state *state, uint64_t generation, uint8_t ret[static SLOT_BYTES])
{
	uint8_t *at = ret;

	memset(ret, 0, SLOT_BYTES);
	memcpy(at, state_magic, 8);
	at = put_be64(at + 8, generation);
	at = put_be64(at, state->next_seq);
	at = put_be64(at, state->dropped);
	at = put_be64(at, state->corrupt);
	at = put_be64(at, state->refused);
	for (size_t i = 0; i < SPOOL_REASONS; i++)
		at = put_gap(at, &state->gaps[i]);
	at = put_gap(at, &state->held);
	(void)put_be32(at, crc32c(0, ret, SLOT_BODY_BYTES));
}

static struct spool_gap
take_gap(struct cursor *c)
{
	struct spool_gap gap = {0};

	gap.first_seq = take_be64(c);
	gap.last_seq = take_be64(c);
	gap.reports = take_be64(c);
	gap.size_bytes = take_be64(c);
	gap.first_created_ms = (int64_t)take_be64(c);
	gap.last_created_ms = (int64_t)take_be64(c);
	return gap;
}

static bool
slot_read(
    const uint8_t slot[static SLOT_BYTES], struct spool_state *ret, uint64_t *ret_generation)
{
	struct cursor c = cursor_over(slot, SLOT_BYTES);
	struct spool_state state = {0};
	uint64_t generation;

	if (memcmp(cursor_take(&c, 8), state_magic, 8) != 0)
		return false;
	generation = take_be64(&c);
	state.next_seq = take_be64(&c);
	state.dropped = take_be64(&c);
	state.corrupt = take_be64(&c);
	state.refused = take_be64(&c);
	for (size_t i = 0; i < SPOOL_REASONS; i++)
		state.gaps[i] = take_gap(&c);
	state.held = take_gap(&c);
	if (cursor_be32(&c) != crc32c(0, slot, SLOT_BODY_BYTES))
		return false;
	*ret = state;
	*ret_generation = generation;
	return true;
}

int
spool_state_make(int dir_fd, const struct spool_state *state, int *ret_fd)
{
	uint8_t slots[2][SLOT_BYTES];
	int fd, r;

	slot_make(state, 0, slots[0]);
	slot_make(state, 1, slots[1]);
	r = install(dir_fd, state_file, slots[0], SLOT_BYTES, slots[1], SLOT_BYTES);
	if (r < 0)
		return r;
	fd = openat(dir_fd, state_file, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

int
spool_state_open(int dir_fd, int *ret_fd, struct spool_state *ret, uint64_t *ret_generation)
{
	CLEANUP(close_at) int fd = openat(dir_fd, state_file, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	struct spool_state state[2];
	uint8_t slots[2][SLOT_BYTES];
	uint64_t generation[2];
	bool whole[2];
	size_t newest;
	int r;

	if (fd < 0)
		return -errno;
	r = read_all(fd, slots[0], sizeof(slots));
	if (r < 0)
		return r;
	for (size_t i = 0; i < 2; i++)
		whole[i] = slot_read(slots[i], &state[i], &generation[i]);
	if (!whole[0] && !whole[1])
		return -EBADMSG;
	newest = whole[1] && (!whole[0] || generation[1] > generation[0]) ? 1 : 0;
	*ret = state[newest];
	*ret_generation = generation[newest];
	*ret_fd = TAKE(fd, -1);
	return 0;
}

int
spool_state_write(int fd, const struct spool_state *state, uint64_t generation)
{
	uint8_t slot[SLOT_BYTES];
	ssize_t n;

	slot_make(state, generation, slot);
	n = pwrite(fd, slot, sizeof(slot), (off_t)(generation % 2 * SLOT_BYTES));
	if (n != (ssize_t)sizeof(slot))
		return n < 0 ? -errno : -EIO;
	return fdatasync(fd) < 0 ? -errno : 0;
}
