/*
 * One line an event, "words key=value", to stderr (with sd-daemon(3) level
 * prefixes when systemd listens). Words by PostgreSQL's guide: lower case, no
 * full stop, name the object and quote it, "could not" might work next time,
 * "cannot" never will.
 */
#ifndef PARTA_COMMON_LOG_H
#define PARTA_COMMON_LOG_H

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* ident stands before each line ("parta-agent[sensor]"); lines above the level are not written.
 */
void log_open(const char *ident, enum log_level level);
void log_set_level(enum log_level level);

/* r is a negative errno whose text is appended after ": ", or 0 for none. Each returns r, so
 * that a caller may `return log_error(r, ...)`. */
int log_error(int r, const char *format, ...) __attribute__((format(printf, 2, 3)));
int log_warn(int r, const char *format, ...) __attribute__((format(printf, 2, 3)));
int log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
int log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
