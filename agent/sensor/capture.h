/*
 * Frames off an interface, or out of a file, and ARP requests onto it: with
 * capture_file.c the only users of libpcap.
 */
#ifndef PARTA_AGENT_SENSOR_CAPTURE_H
#define PARTA_AGENT_SENSOR_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/decode/frame.h"
#include "agent/sensor/sensor.h"

struct capture;

enum { CAPTURE_ERROR_BYTES = 256 };

/* len: as it was on the wire; captured: what of it there is. */
typedef void (*capture_frame_fn)(void *arg, const uint8_t *bytes, size_t captured, size_t len);

/* An open, non-blocking handle that sees what others send and the filter takes. 0 or a negative
 * errno, with words in error. */
int capture_open(const char *interface, uint32_t ifindex, const char *filter,
    char error[static CAPTURE_ERROR_BYTES], struct capture **ret);
void capture_close(struct capture *capture); /* accepts NULL */

int capture_fd(const struct capture *capture); /* readable when there are frames; borrowed */

/*
 * At most max frames. Returns how many; -ENETDOWN while the interface is down (it
 * comes back by itself); another negative errno when the handle is of no more use.
 */
int capture_read(struct capture *capture, int max, capture_frame_fn fn, void *arg);

/* The interface was taken away, which is not always told while it is down. */
bool capture_gone(const struct capture *capture);

/* 0; -EAGAIN when the queue is full; -ENETDOWN; another negative errno. */
int capture_send(struct capture *capture, const void *frame, size_t len);

/* Frames that the kernel dropped because we were slow, since it was opened. */
uint64_t capture_dropped(struct capture *capture);

enum { CAPTURE_SIGHTINGS_MAX = 2 }; /* of one frame: whom it is about, and who sent it */

/* One frame through the decoders, counted. Returns how many sightings it gave. */
size_t capture_judge(enum frame_link link, const uint8_t *bytes, size_t captured, size_t len,
    struct sensor_counters *counters, struct sighting ret[static CAPTURE_SIGHTINGS_MAX]);
void capture_counters_name(struct sensor_counters *ret); /* cleared, with the decoders' names */

#endif
