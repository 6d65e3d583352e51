/* Readiness, status and watchdog for systemd (sd_notify(3) protocol), without libsystemd.
 * Silent without NOTIFY_SOCKET. */
#ifndef PARTA_COMMON_UNIT_H
#define PARTA_COMMON_UNIT_H

#include <stdint.h>

/* "READY=1", "STATUS=...", "RELOADING=1", "STOPPING=1", "WATCHDOG=1". 0, also when nobody
 * listens, or a negative errno. */
int unit_notify(const char *state);

/* How often to send WATCHDOG=1, in ms (half of WATCHDOG_USEC), or 0 when no watchdog is set. */
uint64_t unit_watchdog_ms(void);

#endif
