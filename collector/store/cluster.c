/*
 * initdb and postgres as children. Two locks of the state directory keep
 * processes apart: "use" is held shared by whoever needs the cluster, so that
 * the last one stops it; "start" is held while one makes or starts it. A killed
 * collector leaves PostgreSQL running and both locks free, and the next one
 * finds it by its answer on the socket. Settings are written once, when the
 * cluster is made: the file is the administrator's from then on.
 */
#include "collector/store/cluster.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "common/text.h"

enum {
	PATH_SIZE = 600,
	SOCKET_PATH_MAX = 107, /* sun_path of unix(7) */
	START_MS_MAX =
	    600 * 1000, /* recovery after a crash may take long; a refusal does not */
	SILENT_MS_MAX = 20 * 1000, /* as long may nothing be heard of a new one */
	STOP_MS_MAX = 60 * 1000,
	UNBURIED_MS_MAX = 5 * 1000,
	OLDEST_MAJOR = 15,
};

struct cluster {
	char room[PATH_SIZE]; /* state_dir/postgres: socket, locks, logs */
	char data[PATH_SIZE]; /* room/data */
	char bin[PATH_SIZE];  /* /usr/lib/postgresql/N/bin */
	char conninfo[2 * PATH_SIZE];
	char ping[2 * PATH_SIZE];
	char user[64];
	int use_fd;
	int keeper_fd; /* the keeper reads its end; closed: it leaves */
	pid_t keeper, server;
	char *error;
};

__attribute__((format(printf, 3, 4))) static int
complain(struct cluster *c, int r, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(c->error, CLUSTER_ERROR_SIZE, format, args);
	va_end(args);
	return r;
}

static void
wait_ms(int ms)
{
	(void)poll(NULL, 0, ms);
}

/* ---------------------------------------------------------------- where things are */

static int
major_of(const char *data)
{
	char path[PATH_SIZE + 16], text[16] = "";
	int64_t major = 0;
	CLEANUP(fclose_at) FILE *file = NULL;

	(void)snprintf(path, sizeof(path), "%s/PG_VERSION", data);
	file = fopen(path, "re");
	if (!file || !fgets(text, sizeof(text), file))
		return 0;
	text[strcspn(text, "\n")] = '\0';
	return text_i64(text, 1, 1000, &major) == 0 ? (int)major : 0;
}

/* The programs that fit the data; the newest when there are none yet. */
static int
find_programs(struct cluster *c)
{
	static const char top[] = "/usr/lib/postgresql";
	int wanted = major_of(c->data), best = 0;
	DIR *dir = opendir(top);

	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		char path[PATH_SIZE];
		int64_t major;

		if (text_i64(entry->d_name, OLDEST_MAJOR, 1000, &major) < 0)
			continue;
		(void)snprintf(path, sizeof(path), "%s/%d/bin/initdb", top, (int)major);
		if (access(path, X_OK) == 0 && (wanted ? major == wanted : major > best))
			best = (int)major;
	}
	if (dir)
		(void)closedir(dir);
	if (best == 0 && wanted)
		return complain(c, -ENOENT,
		    "'%s' was made by PostgreSQL %d, which is not installed in %s", c->data,
		    wanted, top);
	if (best == 0)
		return complain(c, -ENOENT, "PostgreSQL %d or newer is not installed in %s",
		    OLDEST_MAJOR, top);
	(void)snprintf(c->bin, sizeof(c->bin), "%s/%d/bin", top, best);
	return 0;
}

/* A value of a conninfo string, quoted. */
static void
quote(char *ret, size_t size, const char *value)
{
	size_t at = 0;

	for (; *value && at + 2 < size; value++) {
		if (*value == '\'' || *value == '\\')
			ret[at++] = '\\';
		ret[at++] = *value;
	}
	ret[at] = '\0';
}

static int
find_places(struct cluster *c, const char *state_dir)
{
	char quoted[PATH_SIZE];
	struct passwd record, *user = NULL;
	char buffer[4096];

	if (geteuid() == 0)
		return complain(c, -EPERM, "PostgreSQL does not run as root");
	if (state_dir[0] != '/')
		return complain(
		    c, -EINVAL, "state-dir '%s' is not an absolute path", state_dir);
	if (strlen(state_dir) + strlen("/postgres/.s.PGSQL.5432") > SOCKET_PATH_MAX)
		return complain(c, -ENAMETOOLONG,
		    "state-dir '%s' is too long for the path of a socket", state_dir);
	if (getpwuid_r(geteuid(), &record, buffer, sizeof(buffer), &user) != 0 || !user)
		return complain(c, -ENOENT, "user %u has no name", (unsigned)geteuid());
	(void)text_copy(c->user, sizeof(c->user), user->pw_name);
	(void)snprintf(c->room, sizeof(c->room), "%s/postgres", state_dir);
	(void)snprintf(c->data, sizeof(c->data), "%s/postgres/data", state_dir);
	quote(quoted, sizeof(quoted), c->room);
	(void)snprintf(c->conninfo, sizeof(c->conninfo),
	    "host='%s' port=5432 user=parta dbname=parta", quoted);
	(void)snprintf(
	    c->ping, sizeof(c->ping), "host='%s' port=5432 user=parta dbname=postgres", quoted);
	if ((mkdir(state_dir, 0700) < 0 && errno != EEXIST) ||
	    (mkdir(c->room, 0700) < 0 && errno != EEXIST))
		return complain(c, -errno, "could not make '%s': %s", c->room, strerror(errno));
	return find_programs(c);
}

/* ---------------------------------------------------------------- children */

/* Starts a program with its output in a file of the room. */
static pid_t
spawn(struct cluster *c, const char *log, char *const argv[])
{
	char path[PATH_SIZE + 64];
	pid_t pid = fork();
	int fd;

	if (pid != 0)
		return pid;
	(void)snprintf(path, sizeof(path), "%s/%s", c->room, log);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0 || dup2(fd, STDERR_FILENO) < 0)
		_exit(127);
	fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || dup2(fd, STDIN_FILENO) < 0 || chdir("/") < 0)
		_exit(127);
	/* Its own session: Ctrl-C at our terminal is ours, not the server's. */
	(void)setsid();
	(void)unsetenv("NOTIFY_SOCKET");
	(void)execv(argv[0], argv);
	_exit(127);
}

/* C strings that execv() does not change. */
static char *
arg(const char *text)
{
	union {
		const char *in;
		char *out;
	} u = {.in = text};

	return u.out;
}

static pid_t
spawn_server(struct cluster *c)
{
	char program[PATH_SIZE + 16], socket[PATH_SIZE + 64];

	(void)snprintf(program, sizeof(program), "%s/postgres", c->bin);
	(void)snprintf(socket, sizeof(socket), "unix_socket_directories=%s", c->room);
	return spawn(c, "start.log",
	    (char *[]){program, arg("-D"), c->data, arg("-c"), socket, arg("-c"),
		arg("unix_socket_permissions=0700"), arg("-c"), arg("listen_addresses="),
		arg("-c"), arg("port=5432"), NULL});
}

/* There, and not merely a dead child that its parent has not looked at. */
static bool
is_alive(pid_t pid)
{
	char path[64], text[256] = "";
	const char *state;
	CLEANUP(fclose_at) FILE *file = NULL;

	if (kill(pid, 0) < 0)
		return false;
	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (!file || !fgets(text, sizeof(text), file))
		return false;
	state = strrchr(text, ')');
	return state && state[1] == ' ' && state[2] != 'Z';
}

/* Whom the lock file of the data names; 0 nobody. */
static pid_t
locked_by(const struct cluster *c)
{
	char path[PATH_SIZE + 32], text[32] = "";
	int64_t pid;
	CLEANUP(fclose_at) FILE *file = NULL;

	(void)snprintf(path, sizeof(path), "%s/postmaster.pid", c->data);
	file = fopen(path, "re");
	if (!file || !fgets(text, sizeof(text), file))
		return 0;
	text[strcspn(text, "\n")] = '\0';
	return text_i64(text, 2, INT32_MAX, &pid) == 0 ? (pid_t)pid : 0;
}

/* Who runs the data; 0 nobody. */
static pid_t
server_pid(const struct cluster *c)
{
	pid_t pid = locked_by(c);

	return pid > 0 && is_alive(pid) ? pid : 0;
}

/* A dead server whose parent has not looked at it yet: PostgreSQL would take it for a running
 * one and refuse to start. */
static bool
is_unburied(const struct cluster *c)
{
	pid_t pid = locked_by(c);

	return pid > 0 && kill(pid, 0) == 0 && !is_alive(pid);
}

/* ---------------------------------------------------------------- making it */

static int
write_file(struct cluster *c, const char *folder, const char *name, const char *text)
{
	char path[PATH_SIZE + 32];
	FILE *file;
	int written;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "we");
	if (!file)
		return complain(c, -errno, "could not write '%s': %s", path, strerror(errno));
	written = fputs(text, file);
	if (fclose(file) != 0 || written < 0)
		return complain(c, -EIO, "could not write '%s'", path);
	return 0;
}

/* An eighth of the memory for pages, within 64 MB and 1 GB. */
static unsigned
buffers_mb(void)
{
	struct sysinfo info;
	unsigned long long mb;

	if (sysinfo(&info) < 0)
		return 128;
	mb = (unsigned long long)info.totalram * info.mem_unit / (8ULL << 20);
	return mb < 64 ? 64 : mb > 1024 ? 1024 : (unsigned)mb;
}

static int
write_settings(struct cluster *c, const char *folder)
{
	char text[2048];
	int r;

	(void)snprintf(text, sizeof(text),
	    "# Written once by parta-collector; yours to change. Restart parta-collector after "
	    "it.\n"
	    "# The socket and the absence of a TCP port are given on the command line.\n"
	    "max_connections = 40\n"
	    "shared_buffers = %uMB\n"
	    "max_wal_size = 2GB\n"
	    "checkpoint_timeout = 15min\n"
	    "wal_compression = lz4\n"
	    "# An acknowledged report is on disk. Leave these three as they are.\n"
	    "fsync = on\n"
	    "full_page_writes = on\n"
	    "synchronous_commit = on\n"
	    "# Each day is a partition of its own.\n"
	    "max_locks_per_transaction = 256\n"
	    "jit = off\n"
	    "max_parallel_workers_per_gather = 1\n"
	    "timezone = 'UTC'\n"
	    "log_timezone = 'UTC'\n"
	    "lc_messages = 'C.UTF-8'\n"
	    "logging_collector = on\n"
	    "log_directory = 'log'\n"
	    "log_filename = 'postgresql-%%a.log'\n"
	    "log_rotation_age = 1d\n"
	    "log_rotation_size = 0\n"
	    "log_truncate_on_rotation = on\n"
	    "log_line_prefix = '%%m [%%p] %%u '\n"
	    "log_min_duration_statement = 5s\n",
	    buffers_mb());
	r = write_file(c, folder, "postgresql.conf", text);
	if (r < 0)
		return r;
	(void)snprintf(text, sizeof(text),
	    "# The operating system says who is there; only the service's own user is let in "
	    "as the owner.\n"
	    "local all parta peer map=parta\n"
	    "local all all   peer\n");
	r = write_file(c, folder, "pg_hba.conf", text);
	if (r < 0)
		return r;
	(void)snprintf(text, sizeof(text), "parta %s parta\n", c->user);
	return write_file(c, folder, "pg_ident.conf", text);
}

/* A half-made one of an interrupted start. */
static void
remove_tree(const char *path)
{
	pid_t pid = fork();

	if (pid == 0) {
		(void)execl("/bin/rm", "rm", "-rf", "--", path, (char *)NULL);
		_exit(127);
	}
	if (pid > 0)
		(void)waitpid(pid, NULL, 0);
}

/* Made aside and renamed, so that a cluster is whole or not there. */
static int
make_data(struct cluster *c)
{
	char fresh[PATH_SIZE + 16], program[PATH_SIZE + 16];
	int status = 0, r;
	pid_t pid;

	if (major_of(c->data))
		return 0;
	(void)snprintf(fresh, sizeof(fresh), "%s.new", c->data);
	(void)snprintf(program, sizeof(program), "%s/initdb", c->bin);
	remove_tree(fresh);
	pid = spawn(c, "initdb.log",
	    (char *[]){program, arg("-D"), fresh, arg("-U"), arg("parta"), arg("-E"),
		arg("UTF8"), arg("--locale=C.UTF-8"), arg("-k"), arg("--auth=peer"),
		arg("--no-instructions"), NULL});
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return complain(c, -errno, "could not run '%s': %s", program, strerror(errno));
	if (status != 0)
		return complain(
		    c, -EIO, "initdb could not make '%s': see '%s/initdb.log'", fresh, c->room);
	r = write_settings(c, fresh);
	if (r < 0)
		return r;
	if (rename(fresh, c->data) < 0)
		return complain(c, -errno, "could not make '%s': %s", c->data, strerror(errno));
	return 0;
}

/* ---------------------------------------------------------------- starting it */

static int
wait_until_ready(struct cluster *c)
{
	uint64_t begun = clock_boot_ms(), heard = begun;

	for (;;) {
		PGPing ping = PQping(c->ping);
		uint64_t now = clock_boot_ms();
		int status;

		if (ping == PQPING_OK)
			return 0;
		if (ping == PQPING_REJECT)
			heard = now;
		if ((c->server > 0 && waitpid(c->server, &status, WNOHANG) == c->server) ||
		    (c->keeper > 0 && waitpid(c->keeper, &status, WNOHANG) == c->keeper)) {
			c->server = c->keeper = 0;
			return complain(c, -EIO,
			    "PostgreSQL ended at its start: see '%s/start.log' and '%s/log'",
			    c->room, c->data);
		}
		if (now - heard > SILENT_MS_MAX || now - begun > START_MS_MAX)
			return complain(c, -ETIMEDOUT,
			    "PostgreSQL does not answer in '%s': see '%s/log'", c->room,
			    c->data);
		wait_ms(50);
	}
}

static int
make_database(struct cluster *c)
{
	PGconn *conn = PQconnectdb(c->ping);
	PGresult *rows = PQexec(conn, "SELECT FROM pg_database WHERE datname = 'parta'");
	int r = 0;

	if (PQresultStatus(rows) == PGRES_TUPLES_OK && PQntuples(rows) == 0) {
		PQclear(rows);
		rows = PQexec(conn, "CREATE DATABASE parta");
	}
	if (PQresultStatus(rows) != PGRES_TUPLES_OK && PQresultStatus(rows) != PGRES_COMMAND_OK)
		r = complain(
		    c, -EIO, "could not make the database: %.200s", PQerrorMessage(conn));
	PQclear(rows);
	PQfinish(conn);
	return r;
}

/*
 * The keeper's whole life: a dead server is started again, by its own parent, who
 * alone can bury it; a closed pipe ends it. A server that never answered at all
 * is not tried twice: the end of the keeper tells so.
 */
static void
keep(struct cluster *c, int fd)
{
	struct pollfd parent = {.fd = fd, .events = POLLIN};
	pid_t server = server_pid(c), own = 0;
	bool has_answered = server > 0;

	for (;;) {
		int ready;

		if (own > 0 && waitpid(own, NULL, WNOHANG) == own) {
			own = 0;
			if (!has_answered)
				return;
		}
		if (server == 0 || !is_alive(server)) {
			/* Nobody but us starts it, but whoever did is as good. */
			server = server_pid(c);
			if (server == 0 && !is_unburied(c))
				server = own = spawn_server(c);
		}
		if (!has_answered)
			has_answered = PQping(c->ping) == PQPING_OK;
		ready = poll(&parent, 1, 300);
		if (ready > 0 || (ready < 0 && errno != EINTR))
			return;
	}
}

static int
start_keeper(struct cluster *c, int start_fd)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return complain(c, -errno, "could not make a pipe: %s", strerror(errno));
	c->keeper = fork();
	if (c->keeper < 0) {
		(void)close(ends[0]);
		(void)close(ends[1]);
		return complain(c, -errno, "could not fork: %s", strerror(errno));
	}
	if (c->keeper == 0) {
		/* Locks are the parent's to hold: a copy here would keep them locked for ever.
		 */
		(void)close(ends[1]);
		(void)close(c->use_fd);
		(void)close(start_fd);
		keep(c, ends[0]);
		_exit(0);
	}
	(void)close(ends[0]);
	c->keeper_fd = ends[1];
	return 0;
}

static int
lock_open(struct cluster *c, const char *name, int how)
{
	char path[PATH_SIZE + 32];
	int fd, r;

	(void)snprintf(path, sizeof(path), "%s/%s.lock", c->room, name);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return complain(c, -errno, "could not open '%s': %s", path, strerror(errno));
	do
		r = flock(fd, how);
	while (r < 0 && errno == EINTR);
	if (r < 0) {
		r = complain(c, -errno, "could not lock '%s': %s", path, strerror(errno));
		(void)close(fd);
		return r;
	}
	return fd;
}

static int
start(struct cluster *c, bool keep_it)
{
	CLEANUP(close_at) int start_fd = lock_open(c, "start", LOCK_EX);
	int r;

	if (start_fd < 0)
		return start_fd;
	c->use_fd = lock_open(c, "use", LOCK_SH);
	if (c->use_fd < 0)
		return c->use_fd;
	r = make_data(c);
	if (r < 0)
		return r;
	if (keep_it) {
		r = start_keeper(c, start_fd);
		if (r < 0)
			return r;
	} else if (server_pid(c) == 0) {
		for (int i = 0; i < UNBURIED_MS_MAX / 50 && is_unburied(c); i++)
			wait_ms(50);
		c->server = spawn_server(c);
		if (c->server < 0)
			return complain(c, -errno, "could not fork: %s", strerror(errno));
	}
	r = wait_until_ready(c);
	return r < 0 ? r : make_database(c);
}

int
cluster_open(const char *state_dir, bool keep_it, struct cluster **ret,
    char error[static CLUSTER_ERROR_SIZE])
{
	struct cluster *c = calloc(1, sizeof(*c));
	int r;

	if (!c)
		return -ENOMEM;
	c->error = error;
	c->use_fd = c->keeper_fd = -1;
	r = find_places(c, state_dir);
	if (r == 0)
		r = start(c, keep_it);
	if (r < 0) {
		cluster_close(c);
		return r;
	}
	*ret = c;
	return 0;
}

const char *
cluster_conninfo(const struct cluster *cluster)
{
	return cluster->conninfo;
}

/* ---------------------------------------------------------------- leaving it */

static void
stop_server(struct cluster *c)
{
	pid_t pid = server_pid(c);
	uint64_t begun = clock_boot_ms();

	if (pid <= 0 || kill(pid, SIGINT) < 0)
		return;
	while (clock_boot_ms() - begun < STOP_MS_MAX) {
		if (!is_alive(pid))
			break;
		wait_ms(20);
	}
	if (c->server > 0)
		(void)waitpid(c->server, NULL, WNOHANG);
}

void
cluster_close(struct cluster *c)
{
	if (!c)
		return;
	if (c->keeper_fd >= 0)
		(void)close(c->keeper_fd);
	if (c->keeper > 0)
		(void)waitpid(c->keeper, NULL, 0);
	if (c->use_fd >= 0) {
		CLEANUP(close_at) int start_fd = lock_open(c, "start", LOCK_EX);

		/* Alone: nobody else holds it, and nobody can take it before start is free. */
		if (start_fd >= 0 && flock(c->use_fd, LOCK_EX | LOCK_NB) == 0)
			stop_server(c);
		(void)close(c->use_fd);
	}
	free(c);
}
