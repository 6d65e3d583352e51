/*
 * Descriptors, timers and signals on one thread; the only user of libevent and
 * the only place where an agent process waits.
 */
#ifndef PARTA_COMMON_LOOP_H
#define PARTA_COMMON_LOOP_H

#include <stdint.h>

struct loop;
struct loop_event;

enum { LOOP_READ = 1, LOOP_WRITE = 2 };

typedef void (*loop_io_fn)(int fd, unsigned what, void *arg);
typedef void (*loop_timer_fn)(void *arg);
typedef void (*loop_signal_fn)(int signo, void *arg);

int loop_new(struct loop **ret);
void loop_free(struct loop *loop);

/* Runs until loop_stop() or until no event is left. Returns 0 or a negative errno. */
int loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* Calls fn whenever fd is ready; stays until loop_event_free(). The caller owns fd and *ret. */
int loop_io(struct loop *loop, int fd, unsigned what, loop_io_fn fn, void *arg,
    struct loop_event **ret);
/* Changes what an io event waits for (0: nothing for now). */
int loop_io_want(struct loop_event *event, unsigned what);

/* A timer, not yet armed. It fires once for each loop_timer_set(); setting it again moves it.
 */
int loop_timer(struct loop *loop, loop_timer_fn fn, void *arg, struct loop_event **ret);
int loop_timer_set(struct loop_event *timer, uint64_t delay_ms);
int loop_timer_set_us(struct loop_event *timer, uint64_t delay_us);
void loop_timer_cancel(struct loop_event *timer);

int loop_signal(
    struct loop *loop, int signo, loop_signal_fn fn, void *arg, struct loop_event **ret);

/* Accepts NULL. Safe inside the event's own callback. */
void loop_event_free(struct loop_event *event);

#endif
