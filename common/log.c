/* One line an event to stderr: see log.h. Under systemd (JOURNAL_STREAM) a "<n>" prefix gives
 * the level, else a word does. */
#include "common/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LOG_LINE_BYTES = 1024 };

static struct {
	char ident[64];
	_Atomic(enum log_level) level; /* may change while threads write */
	bool journal;
} sink = {.ident = "parta", .level = LOG_LEVEL_INFO};

static const struct {
	const char *word;
	int priority; /* sd-daemon(3) */
} levels[] = {
    [LOG_LEVEL_ERROR] = {"error", 3},
    [LOG_LEVEL_WARN] = {"warning", 4},
    [LOG_LEVEL_INFO] = {"info", 6},
    [LOG_LEVEL_DEBUG] = {"debug", 7},
};

void
log_open(const char *ident, enum log_level level)
{
	(void)snprintf(sink.ident, sizeof(sink.ident), "%s", ident);
	sink.level = level;
	sink.journal = getenv("JOURNAL_STREAM") != NULL;
}

void
log_set_level(enum log_level level)
{
	sink.level = level;
}

__attribute__((format(printf, 3, 0))) static void
write_line(enum log_level level, int r, const char *format, va_list args)
{
	char line[LOG_LINE_BYTES], reason[128];
	size_t used = 0;

	if (level > sink.level)
		return;
	if (sink.journal)
		used = (size_t)snprintf(line, sizeof(line), "<%d>", levels[level].priority);
	else
		used = (size_t)snprintf(
		    line, sizeof(line), "%s: %s: ", sink.ident, levels[level].word);
	(void)vsnprintf(line + used, sizeof(line) - used, format, args);
	used = strlen(line);
	if (r < 0)
		(void)snprintf(line + used, sizeof(line) - used, ": %s",
		    strerror_r(-r, reason, sizeof(reason)));
	used = strlen(line);
	for (size_t i = 0; i < used; i++) /* one event, one line */
		if (line[i] == '\n' || line[i] == '\r')
			line[i] = ' ';
	if (used == sizeof(line) - 1)
		used--;
	line[used++] = '\n';
	(void)!write(STDERR_FILENO, line, used);
}

int
log_error(int r, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line(LOG_LEVEL_ERROR, r, format, args);
	va_end(args);
	return r;
}

int
log_warn(int r, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line(LOG_LEVEL_WARN, r, format, args);
	va_end(args);
	return r;
}

int
log_info(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line(LOG_LEVEL_INFO, 0, format, args);
	va_end(args);
	return 0;
}

int
log_debug(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line(LOG_LEVEL_DEBUG, 0, format, args);
	va_end(args);
	return 0;
}
