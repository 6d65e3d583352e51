/*
 * What computers of this network tell of themselves by the host script, as a part
 * of the service: takes their posts and hands what they say of themselves, and of what
 * hangs on them, to the scan's inventory. Off until a port and a file of keys are named.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/host/host_listen.h"
#include "agent/parts.h"
#include "common/classify/rule.h"
#include "common/cleanup.h"
#include "common/clock.h"
#include "common/facts/facts.h"
#include "common/file.h"
#include "common/log.h"
#include "common/loop.h"

enum {
	LOOK_EVERY_MS = 5000,
	FACTS_BYTES = 128 * 1024,
	SOFTWARE_MAX = 150, /* the inventory holds no more of one kind */
	KEY_FILE_BYTES_MAX = 4096,
};

struct part_host {
	struct agent *agent;
	struct host_listener *listener;
	struct loop_event *timer;
	uint64_t cut; /* posts of which something found no room */
};

/* ---------------------------------------------------------------- facts */

static bool
has_mac(const struct facts *facts, const struct mac *mac)
{
	for (size_t i = 0; i < facts->n_macs; i++)
		if (mac_equal(&facts->macs[i], mac))
			return true;
	return false;
}

/* Where the computer is on the network. An address at which another card is seen is that of a
 * router or a translator on the way: it says nothing. */
static void
place_of(const struct agent *agent, const struct facts *facts, const struct address *from,
    struct observation *ret)
{
	const struct device *there = part_scan_device_at(agent, from);

	ret->ip = *from;
	for (size_t i = 0; there && i < there->n_macs; i++) {
		if (has_mac(facts, &there->macs[i])) {
			ret->mac = there->macs[i];
			return;
		}
	}
	if (there && there->n_macs > 0)
		ret->ip = (struct address){.family = ADDRESS_NONE};
	for (size_t i = 0; i < facts->n_macs; i++) {
		ret->mac = facts->macs[i];
		if (!mac_is_local(&facts->macs[i]))
			return;
	}
}

static void
keep_known(const struct agent *agent, struct facts *facts)
{
	char path[SETTINGS_PATH_MAX + 32], words[RULES_ERROR_SIZE] = "";
	struct rules *rules = NULL;

	if (file_path(path, sizeof(path), agent->settings.data_dir, "device_rule.csv") < 0 ||
	    rules_read(path, &rules, words) < 0) {
		(void)log_error(0, "cannot use the device rules: %s", words);
		facts->n_attached = 0;
		return;
	}
	facts_keep_known(facts, rules);
	rules_free(rules);
}

static int
on_facts(void *arg, const struct address *from, const char *body, size_t len)
{
	struct part_host *part = arg;
	struct observation observation = {.seen_ms = clock_wall_ms()};
	char words[FACTS_ERROR_SIZE], text[ADDRESS_TEXT_SIZE];
	struct facts *facts;
	int r = facts_new(FACTS_BYTES, SOFTWARE_MAX, &facts);

	if (r < 0)
		return r;
	address_format(from, text);
	r = facts_read(body, len, facts, words);
	if (r < 0) {
		(void)log_warn(0, "facts of a computer at %s were refused: %s", text, words);
	} else {
		keep_known(part->agent, facts);
		place_of(part->agent, facts, from, &observation);
		observation.evidence = facts->computer.evidence;
		observation.n_evidence = facts->computer.n_evidence;
		part_scan_observe(part->agent, &observation);
		part_scan_attached(part->agent, facts, observation.seen_ms);
		part->cut += facts->cut;
		(void)log_debug(
		    "facts of the computer at %s: attached=%zu", text, facts->n_attached);
	}
	facts_free(facts);
	return r;
}

/* ---------------------------------------------------------------- keys and places */

static void
keys_load(struct part_host *part)
{
	const char *path = part->agent->settings.host_key_file;
	struct bytes text = bytes_new(KEY_FILE_BYTES_MAX);
	struct host_keys keys = {.count = 0};
	char words[256];
	struct stat st;
	int r = 0;

	if (*path == '\0')
		r = log_error(
		    0, "host-listen is set and host-key-file is not: nobody can post");
	else if (stat(path, &st) == 0 && st.st_mode & S_IROTH)
		r = log_error(-EACCES,
		    "'%s' holds keys and may be read by everybody: chmod 640 it", path);
	else if ((r = file_read(path, &text)) < 0)
		(void)log_error(r, "could not read the keys of host scripts '%s'", path);
	else if ((r = host_keys_parse(path, (const char *)text.data, &keys, words)) < 0)
		(void)log_error(0, "cannot use the keys of host scripts: %s", words);
	if (r < 0)
		keys.count = 0;
	host_listen_keys(part->listener, &keys);
	explicit_bzero(&keys, sizeof(keys));
	if (text.data)
		explicit_bzero(text.data, text.len);
	bytes_clear(&text);
}

static void
look(void *arg)
{
	struct part_host *part = arg;
	const struct agent *agent = part->agent;
	struct address addresses[HOST_ADDRESSES_MAX];
	size_t n = 0;

	for (size_t i = 0; i < agent->n_interfaces && n < HOST_ADDRESSES_MAX; i++)
		if (agent->interfaces[i].ipv4.family == ADDRESS_IPV4)
			addresses[n++] = agent->interfaces[i].ipv4;
	if (agent->settings.host_listen == 0)
		n = 0;
	(void)host_listen_at(
	    part->listener, addresses, n, (uint16_t)agent->settings.host_listen);
	(void)loop_timer_set(part->timer, LOOK_EVERY_MS);
}

/* ---------------------------------------------------------------- the part */

static void
stop(struct agent *agent)
{
	struct part_host *part = agent->host;

	agent->host = NULL;
	if (!part)
		return;
	loop_event_free(part->timer);
	host_listen_stop(part->listener);
	free(part);
}

static void
reload(struct agent *agent)
{
	if (agent->settings.host_listen > 0)
		keys_load(agent->host);
	look(agent->host);
}

static int
start(struct agent *agent)
{
	struct part_host *part = calloc(1, sizeof(*part));
	int r;

	if (!part)
		return -ENOMEM;
	part->agent = agent;
	agent->host = part;
	r = host_listen_start(agent->loop, on_facts, part, &part->listener);
	if (r == 0)
		r = loop_timer(agent->loop, look, part, &part->timer);
	if (r < 0)
		stop(agent);
	else
		reload(agent);
	return r;
}

size_t
part_host_count(const struct agent *agent, struct report_counter ret[static HOST_COUNTERS_MAX])
{
	struct host_counters c;
	size_t n = 0;

	if (!agent->host)
		return 0;
	host_listen_counters(agent->host->listener, &c);
	ret[n++] = (struct report_counter){"host.taken", c.taken};
	ret[n++] = (struct report_counter){"host.unsigned", c.is_unsigned};
	ret[n++] = (struct report_counter){"host.clock", c.clock};
	ret[n++] = (struct report_counter){"host.replayed", c.replayed};
	ret[n++] = (struct report_counter){"host.limited", c.limited};
	ret[n++] = (struct report_counter){"host.malformed", c.malformed};
	ret[n++] = (struct report_counter){"host.too_large", c.too_large};
	ret[n++] = (struct report_counter){"host.foreign", c.foreign};
	ret[n++] = (struct report_counter){"host.connections_refused", c.connections_refused};
	ret[n++] = (struct report_counter){"host.broken", c.broken};
	ret[n++] = (struct report_counter){"host.cut", agent->host->cut};
	ret[n++] =
	    (struct report_counter){"host.attached_refused", part_scan_attached_refused(agent)};
	return n;
}

const struct part part_host = {
    .name = "host", .enrolled = true, .start = start, .stop = stop, .reload = reload};
