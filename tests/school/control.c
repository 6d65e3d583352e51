/*
 * Commands: "stats" (the counters as JSON), "down IP", "up IP", "fault IP NAME",
 * "announce". The answer is one line; it begins with "error" when it did not go.
 */
#include "tests/school/control.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "tests/school/school.h"

enum { COMMAND_MAX = 256, ANSWER_MAX = 4096 };

static int
socket_at(const char *path, struct sockaddr_un *ret)
{
	size_t len = strlen(path);

	if (len >= sizeof(ret->sun_path))
		return -ENAMETOOLONG;
	*ret = (struct sockaddr_un){.sun_family = AF_UNIX};
	memcpy(ret->sun_path, path, len + 1);
	return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
}

int
control_open(const char *path)
{
	struct sockaddr_un address;
	CLEANUP(close_at) int fd = socket_at(path, &address);

	if (fd < 0)
		return fd == -1 ? -errno : fd;
	(void)unlink(path);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, 8) < 0)
		return -errno;
	return TAKE(fd, -1);
}

void
control_print(const struct school *s, FILE *out)
{
	static const char *const names[] = {
#define X(name) #name,
	    SCHOOL_COUNTERS(X)
#undef X
	};
	const uint64_t *values = (const uint64_t *)&s->counters;
	size_t i;

	for (i = 0; i < sizeof(s->counters) / sizeof(uint64_t); i++)
		(void)fprintf(out, "%s\"%s\":%llu", i ? "," : "{", names[i],
		    (unsigned long long)values[i]);
	(void)fputs("}\n", out);
}

static struct host *
named_host(const struct school *s, const char *text)
{
	struct address ip;
	size_t i;

	if (!text || address_parse(text, &ip) < 0)
		return NULL;
	for (i = 0; i < s->scenario.n_hosts; i++) {
		if (address_equal(&s->scenario.hosts[i].ip, &ip))
			return &s->scenario.hosts[i];
	}
	return NULL;
}

static void
run_command(struct school *s, char *command, FILE *out)
{
	char *rest = command, *verb = strsep(&rest, " \n"), *where = strsep(&rest, " \n");
	struct host *h = named_host(s, where);
	size_t i;

	if (strcmp(verb, "stats") == 0) {
		control_print(s, out);
	} else if (strcmp(verb, "announce") == 0) {
		for (i = 0; i < s->scenario.n_hosts; i++)
			school_announce(s, &s->scenario.hosts[i]);
		(void)fputs("ok\n", out);
	} else if (h && strcmp(verb, "down") == 0) {
		h->down = true;
		(void)fputs("ok\n", out);
	} else if (h && strcmp(verb, "up") == 0) {
		h->down = false;
		school_announce(s, h);
		(void)fputs("ok\n", out);
	} else {
		(void)fputs("error: no such command or host\n", out);
	}
}

void
control_serve(struct school *s, int listening)
{
	CLEANUP(close_at) int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
	char command[COMMAND_MAX], answer[ANSWER_MAX] = "";
	CLEANUP(fclose_at) FILE *out = fmemopen(answer, sizeof(answer), "w");
	ssize_t len;

	if (fd < 0 || !out)
		return;
	len = recv(fd, command, sizeof(command) - 1, 0);
	if (len <= 0)
		return;
	command[len] = '\0';
	run_command(s, command, out);
	(void)fflush(out);
	(void)send(fd, answer, strlen(answer), MSG_NOSIGNAL);
}

int
control_send(const char *path, const char *command)
{
	struct sockaddr_un address;
	CLEANUP(close_at) int fd = socket_at(path, &address);
	char answer[ANSWER_MAX];
	ssize_t len;

	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    send(fd, command, strlen(command), MSG_NOSIGNAL) < 0) {
		(void)fprintf(stderr, "parta-school: no school listens at '%s'\n", path);
		return 1;
	}
	len = recv(fd, answer, sizeof(answer), 0);
	if (len <= 0)
		return 1;
	(void)fwrite(answer, 1, (size_t)len, stdout);
	return strncmp(answer, "error", 5) == 0;
}
