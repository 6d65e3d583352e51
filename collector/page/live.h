/*
 * Live changes as server-sent events (HTML, 9.2): who looks hears at most once a
 * second which lists show something new. One thread with a connection of its own
 * asks the database for a few counts, and only while somebody looks: taking reports
 * in costs nothing more for it.
 */
#ifndef PARTA_COLLECTOR_PAGE_LIVE_H
#define PARTA_COLLECTOR_PAGE_LIVE_H

struct live;

/* Whoever comes beyond them asks again and again instead. */
enum {
	LIVE_LOOKERS_MAX = 256, /* half of the listener's connections */
	LIVE_ACCOUNT_MAX = 32,
};

/* conninfo is borrowed. The database may be away. 0 or a negative errno. */
int live_start(const char *conninfo, struct live **ret);
/* Ends every stream. Accepts NULL. */
void live_stop(struct live *live);
void live_free(struct live *live); /* when no listener is left; accepts NULL */

#endif
