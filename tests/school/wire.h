/* The packet socket of the school and the frames that wait for their time. */
#ifndef PARTA_TESTS_SCHOOL_WIRE_H
#define PARTA_TESTS_SCHOOL_WIRE_H

#include <stddef.h>
#include <stdint.h>

struct wire;
struct host;

typedef void (*wire_frame_fn)(void *arg, const uint8_t *frame, size_t len);

enum { WIRE_FRAME_MAX = 1514 };

/* 0 or a negative errno. */
int wire_open(const char *interface, struct wire **ret);
void wire_close(struct wire *w);
int wire_fd(const struct wire *w);

/* Sends now, or at a time (CLOCK_MONOTONIC); host may be NULL: its `outstanding` falls when the
 * frame is on the wire. 0 or a negative errno. */
int wire_send(
    struct wire *w, const uint8_t *frame, size_t len, int64_t at_us, struct host *host);

/* Hands what has arrived to `on_frame`, at most one batch. Returns the number of frames. */
size_t wire_receive(struct wire *w, wire_frame_fn on_frame, void *arg);

/* Sends what is due; returns when the next frame is (INT64_MAX: none waits). */
int64_t wire_flush(struct wire *w, int64_t now_us);

#endif
