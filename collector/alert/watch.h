/*
 * The watch: a thread that every few seconds asks for the facts, lets the engine
 * judge them and keeps what changed, with the messages that follow, in one
 * transaction. Of many collectors one watches; another takes over when it has been
 * quiet for 20 seconds. Who begins to watch calls no agent silent before it has
 * listened as long itself.
 */
#ifndef PARTA_COLLECTOR_ALERT_WATCH_H
#define PARTA_COLLECTOR_ALERT_WATCH_H

struct watch;

/* conninfo is borrowed; passed (may be NULL) is called on the watch's thread after each look
 * that was kept. 0 or a negative errno. */
int watch_start(const char *conninfo, void (*passed)(void), struct watch **ret);

/* Ends the pass under way and gives the watch to others. Accepts NULL. */
void watch_stop(struct watch *watch);

#endif
