/* Messages for the agent that wait while it is behind: a bounded queue before the pipe. */
#ifndef PARTA_AGENT_SENSOR_OUTBOX_H
#define PARTA_AGENT_SENSOR_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;
struct outbox;

enum { OUTBOX_BYTES = 512 * 1024 };

/* fd is the pipe's; on_gone is called when the other end is. 0 or a negative errno. */
int outbox_new(
    struct loop *loop, int fd, void (*on_gone)(void *arg), void *arg, struct outbox **ret);
void outbox_free(struct outbox *outbox); /* accepts NULL */

/* Sent now, or kept; false when there is no room, and then it is lost. */
bool outbox_put(struct outbox *outbox, uint32_t type, const void *body, size_t len);

/* Bytes that are still free: what may be lost is not put when little is left. */
size_t outbox_room(const struct outbox *outbox);

#endif
