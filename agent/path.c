/* Ways and how long each was used: see path.h. Old use fades by halves, so that another
 * provider's line becomes the usual one in a day or two, and a stand-in of some hours does not.
 */
#include "agent/path.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"

enum {
	FADE_S = 14 * 86400,
	YOUNG_S = 3600, /* so much is learned before anything is unusual */
	USUAL_SHARE = 10,
	LOOK_APART_S_MAX = 600, /* what was not looked at longer is nobody's time */
	NETWORK_V4_BYTES = 2,
	NETWORK_V6_BYTES = 4,
};

const char *
path_kind_name(enum path_kind kind)
{
	static const char *const names[] = {
	    [PATH_USUAL] = "usual", [PATH_OTHER] = "other", [PATH_MOBILE] = "mobile"};

	return names[kind];
}

static struct address
network_of(const struct address *address)
{
	struct address network = *address;
	size_t kept = address->family == ADDRESS_IPV4 ? NETWORK_V4_BYTES : NETWORK_V6_BYTES;

	for (size_t i = kept; i < address_len(address); i++)
		network.bytes[i] = 0;
	return network;
}

static bool
is_way(const struct path_way *way, const struct path_look *look, const struct address *network)
{
	return strcmp(way->interface, look->interface) == 0 &&
	       address_equal(&way->gateway, &look->gateway) &&
	       address_equal(&way->network, network);
}

/* The way of a look, brought to the front. */
static struct path_way *
way_of(struct path *path, const struct path_look *look)
{
	struct address network = network_of(&look->public);
	struct path_way way = {.gateway = look->gateway, .network = network};
	size_t at = 0;

	(void)text_copy(way.interface, sizeof(way.interface), look->interface);
	while (at < path->n_ways && !is_way(&path->ways[at], look, &network))
		at++;
	if (at < path->n_ways)
		way = path->ways[at];
	else if (path->n_ways < PATH_WAYS_MAX)
		path->n_ways++;
	else
		at--;
	memmove(path->ways + 1, path->ways, at * sizeof(path->ways[0]));
	path->ways[0] = way;
	return path->ways;
}

static uint64_t
used_together(const struct path *path)
{
	uint64_t used_s = 0;

	for (size_t i = 0; i < path->n_ways; i++)
		used_s += path->ways[i].used_s;
	return used_s;
}

enum path_kind
path_note(struct path *path, const struct path_look *look, uint64_t now_ms)
{
	uint64_t apart_s = path->looked_ms ? (now_ms - path->looked_ms) / 1000 : 0, all_s;
	struct path_way *way;

	path->looked_ms = now_ms;
	if (look->mobile)
		return PATH_MOBILE;
	if (!look->interface[0] || look->public.family == ADDRESS_NONE)
		return PATH_USUAL;
	way = way_of(path, look);
	way->used_s += apart_s < LOOK_APART_S_MAX ? apart_s : LOOK_APART_S_MAX;
	all_s = used_together(path);
	for (size_t i = 0; all_s > FADE_S && i < path->n_ways; i++)
		path->ways[i].used_s /= 2;
	return all_s < YOUNG_S || way->used_s * USUAL_SHARE >= used_together(path) ? PATH_USUAL
										   : PATH_OTHER;
}

void
path_format(const struct path *path, char ret[static PATH_TEXT_SIZE])
{
	size_t len = 0;

	ret[0] = '\0';
	for (size_t i = 0; i < path->n_ways && len < PATH_TEXT_SIZE; i++) {
		const struct path_way *way = &path->ways[i];
		char gateway[ADDRESS_TEXT_SIZE] = "-", network[ADDRESS_TEXT_SIZE];
		int n;

		if (way->gateway.family != ADDRESS_NONE)
			address_format(&way->gateway, gateway);
		address_format(&way->network, network);
		n = snprintf(ret + len, PATH_TEXT_SIZE - len, "%s %s %s %" PRIu64 "\n",
		    way->interface, gateway, network, way->used_s);
		len += n > 0 ? (size_t)n : 0;
	}
}

/* The next word of a line; false: there is none that fits. */
static bool
word(const char **at, char *ret, size_t size)
{
	size_t len = strcspn(*at, " \n");

	if (len == 0 || len >= size)
		return false;
	memcpy(ret, *at, len);
	ret[len] = '\0';
	*at += len + ((*at)[len] == ' ');
	return true;
}

static bool
parse_way(const char *line, struct path_way *ret)
{
	char gateway[ADDRESS_TEXT_SIZE], network[ADDRESS_TEXT_SIZE], used[12];
	struct path_way way = {.used_s = 0};
	int64_t used_s;

	if (!word(&line, way.interface, sizeof(way.interface)) ||
	    !word(&line, gateway, sizeof(gateway)) || !word(&line, network, sizeof(network)) ||
	    !word(&line, used, sizeof(used)) || text_i64(used, 0, FADE_S, &used_s) < 0 ||
	    address_parse(network, &way.network) < 0 ||
	    (strcmp(gateway, "-") != 0 && address_parse(gateway, &way.gateway) < 0))
		return false;
	way.used_s = (uint64_t)used_s;
	*ret = way;
	return true;
}

void
path_parse(const char *text, struct path *ret)
{
	memset(ret, 0, sizeof(*ret));
	while (*text && ret->n_ways < PATH_WAYS_MAX) {
		ret->n_ways += parse_way(text, &ret->ways[ret->n_ways]);
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
}
