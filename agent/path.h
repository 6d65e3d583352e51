/*
 * Which way the school goes to the Internet: its usual line, or a stand-in that may cost by
 * the byte. A way is its interface, its gateway, and the network of the public address
 * that the collector sees (IPv4 /16, IPv6 /32: what a provider hands out); the usual ones
 * are those that had a tenth of the last two weeks. Pure: looks come in with their time.
 */
#ifndef PARTA_AGENT_PATH_H
#define PARTA_AGENT_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/address.h"

enum { PATH_WAYS_MAX = 8, PATH_TEXT_SIZE = 1100 };

struct path_look {
	char interface[16]; /* "": there is no way out now, and nothing is noted */
	bool mobile;        /* a modem in this machine */
	struct address gateway;
	struct address public; /* family 0: not known yet, and nothing is noted of a usual way
				*/
};

struct path_way {
	char interface[16];
	struct address gateway, network;
	uint64_t used_s;
};

struct path {
	struct path_way ways[PATH_WAYS_MAX]; /* used last first */
	size_t n_ways;
	uint64_t looked_ms; /* clock_boot_ms() of the last look; 0 none */
};

enum path_kind { PATH_USUAL, PATH_OTHER, PATH_MOBILE };
const char *path_kind_name(enum path_kind kind); /* "usual", "other", "mobile" */

/* What way a look shows. The time since the last one is its. */
enum path_kind path_note(struct path *path, const struct path_look *look, uint64_t now_ms);

/* One line a way, to be kept and read again; what cannot be read is left out. */
void path_format(const struct path *path, char ret[static PATH_TEXT_SIZE]);
void path_parse(const char *text, struct path *ret);

#endif
