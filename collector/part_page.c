/* The page's parts: each is begun and ended here, and does its work in a room of its own. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "collector/access/access.h"
#include "collector/http/site.h"
#include "collector/ingest/authority.h"
#include "collector/page/live.h"
#include "collector/parts.h"
#include "common/log.h"

int
site_begin(struct collector *c)
{
	char folder[sizeof(c->settings.data_dir) + 8];
	int r;

	(void)snprintf(folder, sizeof(folder), "%s/www", c->settings.data_dir);
	r = site_load(folder, &c->site);
	if (r < 0)
		return log_error(r, "could not load the page's files from '%s'", folder);
	if (site_files(c->site) == 0)
		(void)log_warn(0, "there are no files of the page in '%s'", folder);
	return 0;
}

void
site_end(struct collector *c)
{
	site_free(c->site);
}

int
access_begin(struct collector *c)
{
	return access_start(c->conninfo, &c->access);
}

void
access_end(struct collector *c)
{
	access_stop(c->access);
	access_free(c->access);
}

/* Where agents enrol and whom they trust stands in the command that the page shows. */
int
facts_begin(struct collector *c)
{
	char path[sizeof(c->settings.data_dir) + 16];
	int r;

	collector_own_url(&c->settings, c->settings.listen_page, c->facts.url);
	atomic_store(&c->facts.authority_sha256, authority_facts(c->authority)->sha256);
	(void)snprintf(path, sizeof(path), "%s/openapi.json", c->settings.data_dir);
	r = facts_load(path, &c->facts);
	return r == -ENOENT ? 0 : r;
}

void
facts_end(struct collector *c)
{
	facts_clear(&c->facts);
}

int
live_begin(struct collector *c)
{
	return live_start(c->conninfo, &c->live);
}

void
live_end(struct collector *c)
{
	live_free(c->live);
}
