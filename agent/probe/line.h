/*
 * The school's line as its router counts it (IF-MIB by SNMP): what everybody's traffic
 * takes of it together. Looked at now and then, and often while a test runs. Of a
 * router that does not answer nothing is known.
 */
#ifndef PARTA_AGENT_PROBE_LINE_H
#define PARTA_AGENT_PROBE_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/address.h"

struct line;
struct loop;

struct line_settings {
	const char *const *communities; /* copied */
	size_t n_communities;           /* 1 to OPTION_LIST_MAX */
	struct address router; /* family ADDRESS_NONE: the gateway of the default route */
	uint32_t if_index;     /* of its way out; 0: that of its default route */
	double target_down_mbps, target_up_mbps; /* 0: none */
	/* Everybody's traffic together reached the target for a whole refresh of the router's
	 * counters: the line is proved without a byte of ours. At most once an hour for each
	 * direction. NULL: nobody wants to know. */
	void (*on_proof)(void *arg, bool upload, double ip_mbps, double duration_s);
	void *arg;
};

/* 0 or a negative errno. */
int line_new(struct loop *loop, const struct line_settings *settings, struct line **ret);
/* Other settings, whoever uses the line meanwhile; what is known of the router stays, if it is
 * asked as before. 0 or -ENOMEM: it is asked by none then. */
int line_set(struct line *line, const struct line_settings *settings);
void line_free(struct line *line); /* accepts NULL */

/* All traffic of the last half minute at the IP layer; < 0 unknown. */
double line_load_mbps(const struct line *line, bool upload);

/* Do others use more than 30 % of a target now? Then a test had better wait. Unknown is not
 * busy; accepts NULL. */
bool line_busy(const struct line *line);

/* A test begins or ends: until it ends the router is asked often. Accepts NULL. */
void line_watch(struct line *line, bool often);

/* All traffic between two moments (clock_boot_us()), by whole refreshes of the router's
 * counters within them; < 0 unknown, or they were too few. Accepts NULL. */
double line_between_mbps(
    const struct line *line, bool upload, uint64_t from_us, uint64_t to_us);

#endif
