#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/uplink/spool.h"
#include "agent/uplink/spool_file.h"

#define DAY_MS  INT64_C(86400000)
#define NOON_MS INT64_C(1795000000000)

struct folder {
	char path[64];
};

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

static int
make_folder(void **state)
{
	struct folder *folder = calloc(1, sizeof(*folder));

	(void)snprintf(folder->path, sizeof(folder->path), "/tmp/parta-spool-XXXXXX");
	assert_non_null(mkdtemp(folder->path));
	*state = folder;
	return 0;
}

static int
remove_folder(void **state)
{
	struct folder *folder = *state;

	assert_int_equal(nftw(folder->path, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
	free(folder);
	return 0;
}

static struct spool *
opened(const char *path, uint64_t budget_bytes)
{
	struct spool_settings settings = {
	    .directory = path, .budget_bytes = budget_bytes, .age_max_s = 30 * 86400};
	struct spool *spool;

	assert_int_equal(spool_open(&settings, &spool), 0);
	return spool;
}

/* A report that tells its own number, so that a mixed-up file is seen. */
static int
put_sized(struct spool *spool, enum spool_weight weight, int64_t created_ms, size_t len)
{
	uint64_t seq = spool_next_seq(spool);
	uint8_t *report = malloc(len);
	int r;

	memset(report, (int)(seq & 0xff), len);
	r = spool_put(spool, seq, created_ms, weight, report, len);
	free(report);
	return r;
}

static int
put(struct spool *spool, enum spool_weight weight)
{
	return put_sized(spool, weight, NOON_MS, 100);
}

struct seen {
	uint64_t seqs[256];
	size_t count;
	bool wrong;
};

static int
see(void *arg, uint64_t seq, const void *report, size_t len)
{
	struct seen *seen = arg;
	const uint8_t *bytes = report;

	for (size_t i = 0; i < len; i++)
		if (bytes[i] != (uint8_t)(seq & 0xff))
			seen->wrong = true;
	seen->seqs[seen->count++] = seq;
	return seen->count < 256 ? 0 : 1;
}

static struct seen
all(struct spool *spool)
{
	struct seen seen = {0};

	assert_true(spool_peek(spool, 0, 256, SIZE_MAX, see, &seen) >= 0);
	assert_false(seen.wrong);
	return seen;
}

static struct spool_stat
stat_of(const struct spool *spool)
{
	struct spool_stat stat;

	spool_stat(spool, &stat);
	return stat;
}

static void
a_report_is_there_again_after_a_restart_in_order(void **state)
{
	const struct folder *folder = *state;
	struct spool *spool = opened(folder->path, 1 << 20);
	struct seen seen;

	for (int i = 0; i < 5; i++)
		assert_int_equal(put(spool, SPOOL_DETAIL), 0);
	spool_close(spool);

	spool = opened(folder->path, 1 << 20);
	seen = all(spool);
	assert_int_equal(seen.count, 5);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(seen.seqs[i], i + 1);
	assert_int_equal(spool_next_seq(spool), 6);
	spool_close(spool);
}

static void
a_number_is_never_given_twice_though_all_reports_are_gone(void **state)
{
	const struct folder *folder = *state;
	struct spool *spool = opened(folder->path, 1 << 20);

	for (int i = 0; i < 3; i++)
		assert_int_equal(put(spool, SPOOL_DETAIL), 0);
	for (uint64_t seq = 1; seq <= 3; seq++)
		assert_int_equal(spool_drop(spool, seq), 0);
	assert_int_equal(spool_drop(spool, 3), -ENOENT);
	assert_int_equal(all(spool).count, 0);
	spool_close(spool);

	spool = opened(folder->path, 1 << 20);
	assert_int_equal(spool_next_seq(spool), 4);
	assert_int_equal(spool_put(spool, 3, NOON_MS, SPOOL_KEEP, "x", 1), -EINVAL);
	spool_close(spool);
}

static void
an_unreadable_state_jumps_ahead_instead_of_repeating(void **state)
{
	const struct folder *folder = *state;
	struct spool *spool = opened(folder->path, 1 << 20);
	char path[128];
	FILE *file;

	assert_int_equal(put(spool, SPOOL_DETAIL), 0);
	assert_int_equal(spool_drop(spool, 1), 0);
	spool_close(spool);
	(void)snprintf(path, sizeof(path), "%s/sequence", folder->path);
	file = fopen(path, "wb");
	assert_non_null(file);
	for (int i = 0; i < 8192; i++)
		assert_int_equal(fputc(0x5a, file), 0x5a);
	assert_int_equal(fclose(file), 0);

	spool = opened(folder->path, 1 << 20);
	assert_true(spool_next_seq(spool) > 1000);
	assert_int_equal(put(spool, SPOOL_DETAIL), 0);
	spool_close(spool);
}

/* One slot ruined, as by a torn write: the other one tells. */
static void
one_ruined_slot_of_the_state_costs_nothing(void **state)
{
	const struct folder *folder = *state;

	for (off_t slot = 0; slot < 2; slot++) {
		struct spool *spool = opened(folder->path, 1 << 20);
		uint64_t next;
		char path[128];
		int fd;

		assert_int_equal(put(spool, SPOOL_DETAIL), 0);
		next = spool_next_seq(spool);
		assert_int_equal(spool_drop(spool, next - 1), 0);
		assert_int_equal(put(spool, SPOOL_DETAIL), 0);
		spool_close(spool);
		(void)snprintf(path, sizeof(path), "%s/sequence", folder->path);
		fd = open(path, O_WRONLY);
		assert_int_equal(pwrite(fd, "????", 4, slot * 4096 + 30), 4);
		assert_int_equal(close(fd), 0);
		spool = opened(folder->path, 1 << 20);
		assert_int_equal(spool_next_seq(spool), next + 1);
		spool_close(spool);
	}
}

static void
the_budget_lets_the_oldest_detail_go_first_and_a_gap_says_so(void **state)
{
	const struct folder *folder = *state;
	struct spool *spool = opened(folder->path, 8 * 4096);
	struct spool_gap gap;
	struct seen seen;

	assert_int_equal(put_sized(spool, SPOOL_KEEP, NOON_MS, 100), 0);
	for (int i = 0; i < 8; i++)
		assert_int_equal(put_sized(spool, SPOOL_DETAIL, NOON_MS + i, 100), 0);
	assert_int_equal(put_sized(spool, SPOOL_KEEP, NOON_MS + 9, 100), 0);
	seen = all(spool);
	assert_int_equal(seen.count, 8);
	assert_int_equal(seen.seqs[0], 1);
	assert_int_equal(seen.seqs[1], 4);
	assert_true(stat_of(spool).size_bytes <= 8 * 4096);
	assert_int_equal(stat_of(spool).dropped, 2);
	spool_close(spool);

	spool = opened(folder->path, 8 * 4096);
	assert_int_equal(spool_gap(spool, &gap), 1);
	assert_string_equal(gap.reason, "budget");
	assert_int_equal(gap.first_seq, 2);
	assert_int_equal(gap.last_seq, 3);
	assert_int_equal(gap.reports, 2);
	assert_int_equal(gap.size_bytes, 200);
	assert_int_equal(gap.first_created_ms, NOON_MS);
	assert_int_equal(gap.last_created_ms, NOON_MS + 1);
	assert_int_equal(spool_gap_taken(spool), 0);
	assert_int_equal(spool_gap(spool, &gap), 0);
	spool_close(spool);
}

static void
what_is_kept_goes_too_when_nothing_else_is_left(void **state)
{
	const struct folder *folder = *state;
	struct spool *spool = opened(folder->path, 4 * 4096);
	struct seen seen;

	for (int i = 0; i < 6; i++)
		assert_int_equal(put(spool, SPOOL_KEEP), 0);
	seen = all(spool);
	assert_int_equal(seen.count, 4);
	assert_int_equal(seen.seqs[0], 3);
	assert_int_equal(put_sized(spool, SPOOL_KEEP, NOON_MS, 5 * 4096), -EFBIG);
	assert_int_equal(all(spool).count, 4);
	spool_close(spool);
}

static void
age_counts_only_from_a_clock_that_was_set(void **state)
{
	const struct folder *folder = *state;
	struct spool *spool = opened(folder->path, 1 << 20);
	struct spool_gap gap;
	struct seen seen;

	assert_int_equal(put_sized(spool, SPOOL_KEEP, 5000, 10), 0);
	for (int i = 0; i < 100; i++)
		assert_int_equal(put_sized(spool, SPOOL_KEEP, NOON_MS - 31 * DAY_MS, 10), 0);
	assert_int_equal(put_sized(spool, SPOOL_KEEP, NOON_MS - 29 * DAY_MS, 10), 0);
	assert_int_equal(spool_expire(spool, NOON_MS), 100);
	seen = all(spool);
	assert_int_equal(seen.count, 2);
	assert_int_equal(seen.seqs[0], 1);
	assert_int_equal(seen.seqs[1], 102);
	assert_int_equal(spool_gap(spool, &gap), 1);
	assert_string_equal(gap.reason, "age");
	assert_int_equal(gap.reports, 100);
	spool_close(spool);
}

static void
tear(const char *folder, uint64_t seq, off_t length)
{
	struct spool_name name = {.seq = seq, .created_ms = NOON_MS, .weight = SPOOL_DETAIL};
	char file[SPOOL_NAME_SIZE], path[160];

	spool_name_format(&name, file);
	(void)snprintf(path, sizeof(path), "%s/%s", folder, file);
	assert_int_equal(truncate(path, length), 0);
}

static void
a_torn_report_is_set_aside_at_every_length(void **state)
{
	const struct folder *folder = *state;
	struct spool *spool = opened(folder->path, 1 << 22);
	struct spool_gap gap;
	struct seen seen;

	for (int i = 0; i < 134; i++)
		assert_int_equal(put(spool, SPOOL_DETAIL), 0);
	spool_close(spool);
	for (off_t len = 0; len < 132; len++)
		tear(folder->path, (uint64_t)len + 2, len);

	spool = opened(folder->path, 1 << 22);
	seen = all(spool);
	assert_int_equal(seen.count, 2);
	assert_int_equal(seen.seqs[0], 1);
	assert_int_equal(seen.seqs[1], 134);
	assert_int_equal(stat_of(spool).corrupt, 132);
	assert_int_equal(stat_of(spool).reports, 2);
	assert_int_equal(spool_gap(spool, &gap), 1);
	assert_string_equal(gap.reason, "corrupt");
	assert_int_equal(gap.reports, 132);
	assert_int_equal(spool_next_seq(spool), 135);
	spool_close(spool);
}

static void
a_flipped_bit_is_seen(void **state)
{
	const struct folder *folder = *state;
	struct spool *spool = opened(folder->path, 1 << 20);
	struct spool_name name = {.seq = 1, .created_ms = NOON_MS, .weight = SPOOL_DETAIL};
	char file[SPOOL_NAME_SIZE], path[160];
	int fd;

	assert_int_equal(put(spool, SPOOL_DETAIL), 0);
	spool_name_format(&name, file);
	(void)snprintf(path, sizeof(path), "%s/%s", folder->path, file);
	fd = open(path, O_WRONLY);
	assert_int_equal(pwrite(fd, "\x21", 1, 70), 1);
	assert_int_equal(close(fd), 0);
	assert_int_equal(all(spool).count, 0);
	assert_int_equal(stat_of(spool).corrupt, 1);
	spool_close(spool);
}

static void
strange_files_in_the_folder_are_left_alone(void **state)
{
	static const char *const names[] = {"README", "00000000000000000001-5", ".hidden",
	    "1-5.keep", "00000000000000000001-5.keeper", "00000000000000000001--.keep"};
	const struct folder *folder = *state;
	struct spool_name name;
	char path[160];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		int fd;

		assert_int_equal(spool_name_parse(names[i], &name), -EINVAL);
		(void)snprintf(path, sizeof(path), "%s/%s", folder->path, names[i]);
		fd = open(path, O_WRONLY | O_CREAT, 0600);
		assert_true(fd >= 0);
		assert_int_equal(close(fd), 0);
	}
	struct spool *spool = opened(folder->path, 1 << 20);
	assert_int_equal(all(spool).count, 0);
	assert_int_equal(spool_next_seq(spool), 1);
	spool_close(spool);
}

static void
a_second_agent_cannot_open_the_same_spool(void **state)
{
	const struct folder *folder = *state;
	struct spool_settings settings = {.directory = folder->path, .budget_bytes = 1 << 20};
	struct spool *spool = opened(folder->path, 1 << 20), *second = NULL;

	assert_int_equal(spool_open(&settings, &second), -EBUSY);
	assert_null(second);
	spool_close(spool);
}

static void
peeking_keeps_within_reports_and_bytes_but_gives_one(void **state)
{
	const struct folder *folder = *state;
	struct spool *spool = opened(folder->path, 1 << 20);
	struct seen seen = {0};

	for (int i = 0; i < 6; i++)
		assert_int_equal(put_sized(spool, SPOOL_DETAIL, NOON_MS, 1000), 0);
	assert_int_equal(spool_peek(spool, 0, 4, SIZE_MAX, see, &seen), 4);
	assert_int_equal(spool_peek(spool, 0, 10, 2500, see, &seen), 2);
	assert_int_equal(spool_peek(spool, 0, 10, 10, see, &seen), 1);
	assert_int_equal(spool_peek(spool, 4, 10, SIZE_MAX, see, &seen), 2);
	assert_int_equal(seen.seqs[seen.count - 1], 6);
	assert_int_equal(spool_peek(spool, 6, 10, SIZE_MAX, see, &seen), 0);
	spool_close(spool);
}

/* What a life of the spool consists of; run in a child that is killed at one system call of it.
 */
static void
live(const char *path, int told_fd)
{
	struct spool_settings settings = {
	    .directory = path, .budget_bytes = 5 * 4096, .age_max_s = 86400};
	struct spool *spool;

	if (spool_open(&settings, &spool) < 0)
		_exit(9);
	for (int i = 0; i < 8; i++) {
		uint64_t seq = spool_next_seq(spool);
		uint8_t report[100];

		memset(report, (int)(seq & 0xff), sizeof(report));
		if (spool_put(spool, seq, NOON_MS, i % 3 ? SPOOL_DETAIL : SPOOL_KEEP, report,
			sizeof(report)) < 0)
			_exit(9);
		if (write(told_fd, &seq, sizeof(seq)) != sizeof(seq))
			_exit(9);
		if (i == 3 && spool_drop(spool, seq) < 0)
			_exit(9);
	}
	_exit(0);
}

/* Runs live() in a child, killed when it enters its n-th system call. True when it lived to the
 * end. */
static bool
live_until(const char *path, unsigned n, int told_fd)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		(void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		(void)raise(SIGSTOP);
		live(path, told_fd);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	for (unsigned stops = 0; stops < 2 * n; stops++) {
		assert_int_equal(ptrace(PTRACE_SYSCALL, child, NULL, NULL), 0);
		assert_int_equal(waitpid(child, &status, 0), child);
		if (WIFEXITED(status)) {
			assert_int_equal(WEXITSTATUS(status), 0);
			return true;
		}
	}
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	return false;
}

/* After the kill: what was told to be stored is there, unless it was dropped or is in a gap. */
static void
nothing_told_is_missing(const char *path, const uint64_t told[], size_t n_told)
{
	struct spool *spool = opened(path, 1 << 20);
	struct spool_gap gap = {0};
	struct seen seen = all(spool);
	size_t missing = 0;

	for (size_t i = 0; i < n_told; i++) {
		bool there = false;

		for (size_t j = 0; j < seen.count; j++)
			there = there || seen.seqs[j] == told[i];
		missing += !there;
	}
	(void)spool_gap(spool, &gap);
	assert_true(missing <= gap.reports + (n_told >= 4 ? 1 : 0));
	if (n_told > 0)
		assert_true(spool_next_seq(spool) > told[n_told - 1]);
	assert_int_equal(stat_of(spool).corrupt, 0);
	assert_int_equal(put(spool, SPOOL_KEEP), 0);
	spool_close(spool);
}

static void
a_kill_at_any_system_call_loses_nothing_that_was_stored(void **state)
{
	const struct folder *folder = *state;
	unsigned kills = 0;
	bool ended = false;

	for (unsigned n = 1; !ended; n++) {
		char path[128];
		uint64_t told[16];
		ssize_t got;
		int ends[2];

		(void)snprintf(path, sizeof(path), "%s/%u", folder->path, n);
		assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
		ended = live_until(path, n, ends[1]);
		got = read(ends[0], told, sizeof(told));
		assert_int_equal(close(ends[0]) + close(ends[1]), 0);
		nothing_told_is_missing(
		    path, told, got > 0 ? (size_t)got / sizeof(told[0]) : 0);
		kills += !ended;
	}
	assert_true(kills > 60);
}

/* In a mount namespace of the child's own: a disk of 64 KiB that a file of ours fills. */
static int
full_disk_story(const char *path)
{
	struct spool_settings settings = {
	    .directory = path, .budget_bytes = 1 << 20, .age_max_s = 86400};
	char filler[160], block[4096] = {1};
	struct spool_gap gap;
	struct spool *spool;
	struct seen seen;
	size_t stored;
	int fd;

	if (unshare(CLONE_NEWNS) < 0 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("tmpfs", path, "tmpfs", 0, "size=128k,mode=0700") < 0)
		return 77;
	assert_int_equal(spool_open(&settings, &spool), 0);
	assert_int_equal(put(spool, SPOOL_KEEP), 0);
	assert_int_equal(put(spool, SPOOL_DETAIL), 0);
	(void)snprintf(filler, sizeof(filler), "%s/filler", path);
	fd = open(filler, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	while (write(fd, block, sizeof(block)) > 0)
		;
	assert_int_equal(close(fd), 0);

	/* The own oldest detail makes room for one report; the others wait in memory. */
	assert_int_equal(put(spool, SPOOL_KEEP), 0);
	assert_int_equal(spool_gap(spool, &gap), 1);
	assert_string_equal(gap.reason, "disk_full");
	assert_int_equal(gap.first_seq, 2);
	for (int i = 0; i < 3; i++)
		assert_int_equal(put(spool, SPOOL_KEEP), -ENOSPC);
	assert_int_equal(stat_of(spool).held, 3);
	assert_int_equal(all(spool).count, 5);
	assert_int_equal(spool_retry(spool), -ENOSPC);
	assert_int_equal(put_sized(spool, SPOOL_KEEP, NOON_MS, 1000000), -ENOSPC);
	assert_int_equal(put_sized(spool, SPOOL_KEEP, NOON_MS, 1000000), -ENOSPC);
	assert_int_equal(stat_of(spool).refused, 1);
	assert_int_equal(spool_drop(spool, 7), 0);

	/* Room again: all is stored, the numbers are as they were. */
	assert_int_equal(unlink(filler), 0);
	assert_int_equal(spool_retry(spool), 0);
	assert_int_equal(stat_of(spool).held, 0);
	stored = all(spool).count;
	spool_close(spool);
	assert_int_equal(spool_open(&settings, &spool), 0);
	seen = all(spool);
	assert_int_equal(seen.count, stored);
	assert_int_equal(seen.count, 5);
	assert_int_equal(seen.seqs[4], 6);
	assert_int_equal(spool_next_seq(spool), 9);
	spool_close(spool);
	return 0;
}

static void
a_full_disk_is_counted_waited_out_and_recovered_from(void **state)
{
	const struct folder *folder = *state;
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0)
		_exit(full_disk_story(folder->path));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* What waited in memory when the agent was killed is a gap, and its numbers stay given. */
static void
what_was_only_in_memory_becomes_a_gap_after_a_kill(void **state)
{
	const struct folder *folder = *state;
	struct spool_state killed = {.next_seq = 12,
	    .held = {.first_seq = 9,
		.last_seq = 11,
		.reports = 3,
		.size_bytes = 300,
		.first_created_ms = NOON_MS,
		.last_created_ms = NOON_MS + 2}};
	int dir_fd = open(folder->path, O_RDONLY | O_DIRECTORY), state_fd;
	struct spool_gap gap;
	struct spool *spool;

	assert_int_equal(spool_state_make(dir_fd, &killed, &state_fd), 0);
	assert_int_equal(close(state_fd) + close(dir_fd), 0);
	spool = opened(folder->path, 1 << 20);
	assert_int_equal(spool_next_seq(spool), 12);
	assert_int_equal(spool_gap(spool, &gap), 1);
	assert_string_equal(gap.reason, "disk_full");
	assert_int_equal(gap.reports, 3);
	assert_int_equal(gap.first_seq, 9);
	assert_int_equal(gap.last_seq, 11);
	assert_int_equal(stat_of(spool).refused, 3);
	spool_close(spool);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_report_is_there_again_after_a_restart_in_order),
	    TEST(a_number_is_never_given_twice_though_all_reports_are_gone),
	    TEST(an_unreadable_state_jumps_ahead_instead_of_repeating),
	    TEST(one_ruined_slot_of_the_state_costs_nothing),
	    TEST(the_budget_lets_the_oldest_detail_go_first_and_a_gap_says_so),
	    TEST(what_is_kept_goes_too_when_nothing_else_is_left),
	    TEST(age_counts_only_from_a_clock_that_was_set),
	    TEST(a_torn_report_is_set_aside_at_every_length),
	    TEST(a_flipped_bit_is_seen),
	    TEST(strange_files_in_the_folder_are_left_alone),
	    TEST(a_second_agent_cannot_open_the_same_spool),
	    TEST(peeking_keeps_within_reports_and_bytes_but_gives_one),
	    TEST(a_kill_at_any_system_call_loses_nothing_that_was_stored),
	    TEST(a_full_disk_is_counted_waited_out_and_recovered_from),
	    TEST(what_was_only_in_memory_becomes_a_gap_after_a_kill),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
