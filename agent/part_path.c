/*
 * The school's way to the Internet as a part of the service: looked at once a minute,
 * kept in the state folder, so that a stand-in is told from the usual line over
 * restarts too. What is usual is path.c's.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/parts.h"
#include "agent/path.h"
#include "agent/probe/route.h"
#include "agent/uplink/uplink.h"
#include "common/clock.h"
#include "common/file.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/text.h"

enum { FIRST_MS = 2000, LOOK_EVERY_MS = 60 * 1000, KEEP_EVERY_LOOKS = 10 };

struct part_path {
	struct path path;
	enum path_kind kind;
	unsigned looks;
	struct loop_event *timer;
};

static int
path_file(const struct agent *agent, char ret[static 512])
{
	return file_path(ret, 512, agent->settings.state_dir, "path");
}

static void
load(struct agent *agent)
{
	struct bytes text = bytes_new(PATH_TEXT_SIZE);
	char path[512];

	if (path_file(agent, path) == 0 && file_read(path, &text) == 0 && text.len > 0)
		path_parse((const char *)text.data, &agent->path->path);
	bytes_clear(&text);
}

static void
keep(struct agent *agent)
{
	char path[512], text[PATH_TEXT_SIZE];
	int r = path_file(agent, path);

	path_format(&agent->path->path, text);
	if (r == 0)
		r = file_write_lazily(path, text, strlen(text), 0600);
	if (r < 0)
		(void)log_warn(r, "could not keep which way out is the usual one");
}

void
part_path_look(struct agent *agent)
{
	struct part_path *part = agent->path;
	struct path_look look = {.mobile = false};
	struct uplink_stat uplink;
	enum path_kind kind;
	struct route route;

	uplink_stat(agent->uplink, &uplink);
	look.public = uplink.public_address;
	if (route_default(&route, NULL) == 0) {
		(void)text_copy(look.interface, sizeof(look.interface), route.interface);
		look.gateway = route.gateway;
		look.mobile = route_mobile(route.interface);
	}
	kind = path_note(&part->path, &look, clock_boot_ms());
	if (kind != part->kind)
		(void)log_info("the way out is another: way=%s", path_kind_name(kind));
	part->kind = kind;
}

static void
on_timer(void *arg)
{
	struct agent *agent = arg;
	struct part_path *part = agent->path;

	part_path_look(agent);
	if (++part->looks % KEEP_EVERY_LOOKS == 0)
		keep(agent);
	(void)loop_timer_set(part->timer, LOOK_EVERY_MS);
}

const char *
part_path_metered(const struct agent *agent)
{
	const char *said = agent->settings.metered;

	if (strcmp(said, "auto") != 0 || !agent->path)
		return strcmp(said, "yes") == 0 ? "yes" : "";
	return agent->path->kind == PATH_USUAL ? "" : path_kind_name(agent->path->kind);
}

static int
start(struct agent *agent)
{
	int r;

	agent->path = calloc(1, sizeof(*agent->path));
	if (!agent->path)
		return -ENOMEM;
	load(agent);
	r = loop_timer(agent->loop, on_timer, agent, &agent->path->timer);
	return r < 0 ? r : loop_timer_set(agent->path->timer, FIRST_MS);
}

static void
stop(struct agent *agent)
{
	if (!agent->path)
		return;
	keep(agent);
	loop_event_free(agent->path->timer);
	free(agent->path);
	agent->path = NULL;
}

const struct part part_path = {.name = "path", .enrolled = true, .start = start, .stop = stop};
