/*
 * Keeps one connection. Says once that the database went away and once that it is
 * back, however often it was tried between.
 */
#include "collector/ingest/link.h"

#include <stddef.h>

#include "collector/http/metrics.h"
#include "collector/store/store.h"
#include "common/clock.h"
#include "common/log.h"

enum { RETRY_MS = 1000 };

struct store *
link_store(struct link *link)
{
	char words[256] = "";
	uint64_t now_ms;
	int r;

	if (link->store)
		return link->store;
	now_ms = clock_boot_ms();
	if (now_ms < link->retry_at_ms)
		return NULL;
	r = store_open(link->conninfo, &link->store, words);
	if (r < 0) {
		link->store = NULL;
		link->retry_at_ms = now_ms + RETRY_MS;
		if (!link->complained)
			(void)log_warn(r,
			    "%s could not reach the database, trying each second (%s)",
			    link->name, words);
		link->complained = true;
		return NULL;
	}
	if (link->complained)
		(void)log_info("%s reached the database again", link->name);
	link->complained = false;
	metric_add(METRIC_DATABASE_UP, 1);
	return link->store;
}

void
link_lost(struct link *link, int error, const char *words)
{
	if (!link->store)
		return;
	(void)log_warn(error, "%s lost the database, agents are asked to come again (%s)",
	    link->name, words);
	metric_add(METRIC_DATABASE_LOST, 1);
	link_close(link);
	link->complained = true;
	link->retry_at_ms = 0;
}

void
link_close(struct link *link)
{
	if (!link->store)
		return;
	metric_add(METRIC_DATABASE_UP, -1);
	store_close(link->store);
	link->store = NULL;
}
