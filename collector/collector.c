/*
 * parta-collector as a list of parts. The main thread waits for signals and
 * seconds; listeners, committers and the clerk have threads of their own. What a
 * client brings is judged in http/ and ingest/, and kept by store/; here things
 * are only put together and taken apart in the right order.
 */
#include "collector/collector.h"

#include <errno.h>
#include <inttypes.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>

#include "collector/alert/delivery.h"
#include "collector/alert/watch.h"
#include "collector/http/listen.h"
#include "collector/http/measure.h"
#include "collector/http/metrics.h"
#include "collector/http/server.h"
#include "collector/ingest/authority.h"
#include "collector/ingest/clerk.h"
#include "collector/ingest/enrol.h"
#include "collector/ingest/ingest.h"
#include "collector/ingest/roll.h"
#include "collector/ingest/rollup.h"
#include "collector/parts.h"
#include "collector/store/cluster.h"
#include "collector/store/migrate.h"
#include "collector/store/store.h"
#include "common/check.h"
#include "common/classify/rule.h"
#include "common/cleanup.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/sandbox.h"
#include "common/text.h"
#include "common/unit.h"

enum {
	TICK_MS = 1000,
	IDENTITY_EVERY_S = 3600,
	HOUSE_EVERY_S = 3600,
	HOUSE_RETRY_S = 30,
	TRIM_EVERY_S = 10,
	DAY_S = 86400,
	SPARE_DESCRIPTORS = 256,
	MMAP_THRESHOLD_BYTES = 1024 * 1024,
	TRIM_THRESHOLD_BYTES = 8 * 1024 * 1024,
	HEAPS_MAX = 4,
};

/* ---------------------------------------------------------------- names */

size_t
collector_names(const struct collector_settings *settings,
    char ret_own[static OPTION_LIST_TEXT], const char *ret[static OPTION_LIST_MAX])
{
	struct utsname machine;

	for (size_t i = 0; i < settings->server_names.count; i++)
		ret[i] = settings->server_names.text[i];
	if (settings->server_names.count > 0)
		return settings->server_names.count;
	(void)text_copy(
	    ret_own, OPTION_LIST_TEXT, uname(&machine) < 0 ? "localhost" : machine.nodename);
	ret[0] = ret_own;
	return 1;
}

void
collector_own_url(
    const struct collector_settings *settings, const char *listener, char ret[static 256])
{
	const char *names[OPTION_LIST_MAX];
	char own[OPTION_LIST_TEXT];
	struct address address;
	uint16_t port = 0;

	(void)collector_names(settings, own, names);
	(void)endpoint_parse(listener, &address, &port);
	if (strchr(names[0], ':'))
		(void)snprintf(ret, 256, "https://[%.230s]:%u", names[0], (unsigned)port);
	else
		(void)snprintf(ret, 256, "https://%.230s:%u", names[0], (unsigned)port);
}

/* Where agents are sent: the option, or made of the first name and the port of the listener. */
static void
agents_url(const struct collector_settings *settings, char ret[static 256])
{
	if (settings->agents_url[0])
		(void)text_copy(ret, 256, settings->agents_url);
	else
		collector_own_url(settings, settings->listen_agents, ret);
}

/* Where agents measure; "" when nothing listens. */
static void
measure_url(const struct collector_settings *settings, char ret[static 512])
{
	char url[256];

	ret[0] = '\0';
	if (settings->listen_measure[0] == '\0')
		return;
	collector_own_url(settings, settings->listen_measure, url);
	(void)snprintf(ret, 512, "%s%s%s", url, settings->measure_key[0] ? "/?key=" : "",
	    settings->measure_key);
}

/* ---------------------------------------------------------------- the database */

static int
schema_bring(struct collector *c)
{
	char words[MIGRATE_ERROR_SIZE] = "", sql_dir[sizeof(c->settings.data_dir) + 8];
	struct migrate_settings settings = {.conninfo = c->conninfo,
	    .sql_dir = sql_dir,
	    .reference_dir = c->settings.reference_dir};
	int r;

	(void)snprintf(sql_dir, sizeof(sql_dir), "%s/sql", c->settings.data_dir);
	r = migrate_run(&settings, words);
	return r < 0 ? log_error(0, "could not bring the database to this version: %s", words),
	       r     : 0;
}

/* The embedded cluster is ours to bring up to date; another's is brought by `migrate`, and may
 * be away while we start. */
static int
database_start(struct collector *c)
{
	char words[CLUSTER_ERROR_SIZE] = "";
	int r;

	if (c->settings.database[0]) {
		c->conninfo = c->settings.database;
		return 0;
	}
	r = cluster_open(c->settings.state_dir, true, &c->cluster, words);
	if (r < 0) {
		(void)log_error(0, "could not start the embedded database: %s", words);
		return r;
	}
	c->conninfo = cluster_conninfo(c->cluster);
	r = schema_bring(c);
	if (r < 0) {
		cluster_close(c->cluster);
		c->cluster = NULL;
	}
	return r;
}

static void
database_stop(struct collector *c)
{
	if (c->cluster)
		cluster_close(c->cluster);
}

/* ---------------------------------------------------------------- rules, authority */

static int
rules_start(struct collector *c)
{
	char words[RULES_ERROR_SIZE] = "", path[sizeof(c->settings.data_dir) + 32];
	int r;

	(void)snprintf(path, sizeof(path), "%s/device_rule.csv", c->settings.data_dir);
	r = rules_read(path, &c->rules, words);
	if (r < 0)
		(void)log_error(0, "could not read the device rules: %s", words);
	return r;
}

static void
rules_stop(struct collector *c)
{
	rules_free(c->rules);
}

/* What `ca renew` left; the key is the same, so nobody loses trust. The page's facts follow. */
static bool
authority_follow(struct collector *c)
{
	int r = authority_reload(c->authority);

	if (r < 0)
		(void)log_error(r,
		    "cannot use the authority's certificate in '%s/ca', going on with the one "
		    "before",
		    c->settings.state_dir);
	if (r <= 0)
		return false;
	atomic_store(&c->facts.authority_sha256, authority_facts(c->authority)->sha256);
	(void)log_info("took the authority's renewed certificate");
	return true;
}

/* Shows the listeners' certificate, made anew when names or time ask for it. */
static int
identity_keep(struct collector *c)
{
	CLEANUP(free_at) char *chain = NULL;
	CLEANUP(free_at) char *key = NULL;
	const char *names[OPTION_LIST_MAX];
	char own[OPTION_LIST_TEXT];
	size_t count = collector_names(&c->settings, own, names);
	bool fresh = false, first = c->identity_at_ms == 0, renewed = authority_follow(c);
	int r = authority_server(
	    c->authority, names, count, clock_wall_ms(), false, &chain, &key, &fresh);

	c->identity_at_ms = clock_boot_ms() + (uint64_t)IDENTITY_EVERY_S * 1000;
	if (r < 0)
		return log_error(
		    r, "could not issue the listeners' certificate for '%s'", names[0]);
	if (fresh)
		(void)log_info("issued a certificate for the listeners name='%s' names=%zu",
		    names[0], count);
	return fresh || first || renewed ? server_identity(chain, key) : 0;
}

static int
authority_start(struct collector *c)
{
	const char *dir = c->settings.state_dir;
	int r = authority_create(dir, clock_wall_ms());

	if (r == 0)
		r = authority_open(dir, &c->authority);
	if (r < 0)
		return log_error(r, "could not open the certificate authority in '%s/ca'", dir);
	r = identity_keep(c);
	if (r < 0)
		authority_close(c->authority);
	return r;
}

static void
authority_stop(struct collector *c)
{
	authority_close(c->authority);
}

/* ---------------------------------------------------------------- the door shuts */

/* Each connection is a descriptor, and the soft limit is often lower than what we may have. */
static void
descriptors_raise(const struct collector *c)
{
	rlim_t need = (rlim_t)c->settings.connections_max + PAGE_CONNECTIONS +
		      MEASURE_CONNECTIONS + SPARE_DESCRIPTORS;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= need)
		return;
	limit.rlim_cur = need < limit.rlim_max ? need : limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur < need)
		(void)log_warn(0,
		    "only %llu descriptors are allowed, fewer agents than connections-max can "
		    "connect",
		    (unsigned long long)limit.rlim_cur);
}

/* Memory that every request takes and gives back is not handed to the kernel between, and eight
 * threads do not need a heap each. What a rush left behind goes by and by: memory_trim(). */
static void
memory_tune(void)
{
	(void)mallopt(M_MMAP_THRESHOLD, MMAP_THRESHOLD_BYTES);
	(void)mallopt(M_TRIM_THRESHOLD, TRIM_THRESHOLD_BYTES);
	(void)mallopt(M_ARENA_MAX, HEAPS_MAX);
}

static void
memory_trim(struct collector *c)
{
	uint64_t now_ms = clock_boot_ms();

	if (now_ms < c->trim_at_ms)
		return;
	c->trim_at_ms = now_ms + (uint64_t)TRIM_EVERY_S * 1000;
	(void)malloc_trim(0);
}

static int
sandbox_start(struct collector *c)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	int r = sandbox_drop_capabilities();

	memory_tune();
	descriptors_raise(c);
	(void)sigaction(SIGPIPE, &ignore, NULL);
	if (r == 0)
		r = sandbox_enter(SANDBOX_SERVICE);
	return r < 0 ? log_error(r, "could not enter the sandbox") : 0;
}

/* ---------------------------------------------------------------- taking reports in */

static int
clerk_begin(struct collector *c)
{
	int r = roll_new(&c->roll);

	if (r == 0)
		r = clerk_start(c->conninfo, c->roll, &c->clerk);
	if (r < 0)
		roll_free(c->roll);
	return r;
}

static void
clerk_end(struct collector *c)
{
	clerk_stop(c->clerk);
	clerk_free(c->clerk);
	roll_free(c->roll);
}

static int
ingest_begin(struct collector *c)
{
	struct ingest_config config = {
	    .conninfo = c->conninfo,
	    .authority = c->authority,
	    .clerk = c->clerk,
	    .rules = c->rules,
	    .queue_reports = (size_t)c->settings.queue_reports,
	    .queue_bytes = (size_t)c->settings.queue_bytes,
	};
	struct enrol_config enrolment = {
	    .authority = c->authority,
	    .roll = c->roll,
	    .clerk = c->clerk,
	    .per_minute = (double)c->settings.enrol_per_minute,
	};
	int r;

	agents_url(&c->settings, enrolment.agents_url);
	r = enrol_new(&enrolment, &c->enrol);
	if (r == 0)
		r = ingest_start(&config, &c->ingest);
	if (r < 0)
		enrol_free(c->enrol);
	return r;
}

static void
ingest_end(struct collector *c)
{
	ingest_stop(c->ingest);
	ingest_free(c->ingest);
	enrol_free(c->enrol);
}

static int
rollup_begin(struct collector *c)
{
	return rollup_start(c->conninfo, &c->rollup);
}

static void
rollup_end(struct collector *c)
{
	rollup_stop(c->rollup);
}

/* ---------------------------------------------------------------- alerts */

static void
count_pass(void)
{
	metric_add(METRIC_ALERT_PASSES, 1);
}

static void
count_message(enum compose_outcome outcome)
{
	metric_add(outcome == COMPOSE_DELIVERED ? METRIC_MESSAGES_DELIVERED
		   : outcome == COMPOSE_DEAD    ? METRIC_MESSAGES_DEAD
						: METRIC_MESSAGES_RETRY,
	    1);
}

static int
alerts_begin(struct collector *c)
{
	const struct collector_settings *s = &c->settings;
	struct delivery_config config = {
	    .conninfo = c->conninfo,
	    .smtp_url = s->smtp_url,
	    .smtp_from = s->smtp_from,
	    .smtp_credentials = s->smtp_credentials,
	    .starttls = strcmp(s->smtp_starttls, "required") == 0 ? TRANSFER_STARTTLS_REQUIRED
			: strcmp(s->smtp_starttls, "try") == 0    ? TRANSFER_STARTTLS_TRY
								  : TRANSFER_STARTTLS_NEVER,
	    .ca_file = s->alert_ca_file,
	    .attempted = count_message,
	};
	int r = delivery_start(&config, &c->delivery);

	if (r < 0)
		return log_error(r, "could not prepare the delivery of alerts%s",
		    s->smtp_credentials[0] ? " (look at smtp-credentials)" : "");
	r = watch_start(c->conninfo, count_pass, &c->watch);
	if (r < 0)
		delivery_stop(c->delivery);
	return r;
}

static void
alerts_end(struct collector *c)
{
	watch_stop(c->watch);
	delivery_stop(c->delivery);
}

/* ---------------------------------------------------------------- signals and seconds */

static void
reload(struct collector *c)
{
	CLEANUP(free_at) struct collector_settings *fresh = malloc(sizeof(*fresh));
	struct option_error error = {""};
	char url[256];
	size_t waiting;

	if (!fresh || settings_load(c->config, fresh, &error) < 0) {
		(void)log_error(0,
		    "could not read the configuration again, going on as before: %s",
		    error.text);
		return;
	}
	waiting =
	    options_reload(collector_options, collector_options_count, &c->settings, fresh);
	log_set_level(settings_log_level(&c->settings));
	measure_reload(c);
	agents_url(&c->settings, url);
	enrol_change(c->enrol, (double)c->settings.enrol_per_minute, url);
	limits_apply(c);
	(void)identity_keep(c);
	(void)log_info("read the configuration again restart_needed=%zu", waiting);
}

static void
on_signal(int signo, void *arg)
{
	struct collector *c = arg;

	if (signo == SIGHUP) {
		(void)unit_notify("RELOADING=1");
		reload(c);
		(void)unit_notify("READY=1");
		return;
	}
	(void)unit_notify("STOPPING=1");
	(void)log_info("ending, what was received is stored first");
	loop_stop(c->loop);
}

/* What the clerk is to do, as the settings were when it was asked: they may be read again
 * meanwhile. */
struct house_errand {
	struct collector *c;
	struct store_retention retention;
	char url[512], capacity_mbps[24];
};

/* Once an hour, and until it was done: partitions ahead, what is too old goes, and agents learn
 * where to measure and in which turns. On the clerk's thread. */
static int
house_keep(struct store *store, void *work)
{
	CLEANUP(free_at) struct house_errand *errand = work;
	int r = store ? store_keep_house(store, clock_wall_ms(), &errand->retention) : 0;

	if (store && r == 0)
		r = store_announce(store, "measure_url", errand->url);
	if (store && r == 0)
		r = store_announce(store, "measure_capacity_mbps", errand->capacity_mbps);
	if (store && r == 0)
		errand->c->house_at_ms = clock_boot_ms() + (uint64_t)HOUSE_EVERY_S * 1000;
	return r;
}

static void
house_post(struct collector *c)
{
	CLEANUP(free_at) struct house_errand *errand = NULL;
	const struct collector_settings *s = &c->settings;
	uint64_t now = clock_boot_ms();

	if (now < c->house_at_ms)
		return;
	c->house_at_ms = now + (uint64_t)HOUSE_RETRY_S * 1000;
	errand = malloc(sizeof(*errand));
	if (!errand)
		return;
	*errand = (struct house_errand){.c = c,
	    .retention = {.raw_days = s->retention_raw_s / DAY_S,
		.hourly_days = s->retention_hourly_s / DAY_S,
		.daily_days = s->retention_daily_s / DAY_S,
		.quarantine_days = s->retention_quarantine_s / DAY_S}};
	measure_url(s, errand->url);
	(void)snprintf(errand->capacity_mbps, sizeof(errand->capacity_mbps), "%" PRId64,
	    s->measure_capacity_mbps);
	if (clerk_post(c->clerk, house_keep, errand) == 0)
		errand = NULL;
}

static void
on_tick(void *arg)
{
	struct collector *c = arg;

	for (size_t i = 0; i < LISTENERS; i++) {
		if (c->servers[i])
			server_tick(c->servers[i]);
	}
	measure_tick(c->measure);
	if (clock_boot_ms() >= c->identity_at_ms)
		(void)identity_keep(c);
	house_post(c);
	memory_trim(c);
	if (unit_watchdog_ms() > 0)
		(void)unit_notify("WATCHDOG=1");
	(void)loop_timer_set(c->tick, TICK_MS);
}

static void
loop_end(struct collector *c)
{
	for (size_t i = 0; i < COUNT_OF(c->events); i++)
		loop_event_free(c->events[i]);
	loop_event_free(c->tick);
	loop_free(c->loop);
}

static int
loop_begin(struct collector *c)
{
	static const int signals[] = {SIGHUP, SIGTERM, SIGINT};
	int r = loop_new(&c->loop);

	if (r < 0)
		return r;
	for (size_t i = 0; r == 0 && i < COUNT_OF(signals); i++)
		r = loop_signal(c->loop, signals[i], on_signal, c, &c->events[i]);
	if (r == 0)
		r = loop_timer(c->loop, on_tick, c, &c->tick);
	if (r == 0)
		r = loop_timer_set(c->tick, TICK_MS);
	if (r < 0)
		loop_end(c);
	return r;
}

/* ---------------------------------------------------------------- the list */

/* Order is meaning: the database's keeper is born before the sandbox shuts, threads after it,
 * and what starts last stops first. */
static const struct part {
	const char *name;
	int (*start)(struct collector *c);
	void (*stop)(struct collector *c);
} parts[] = {
    {"the database", database_start, database_stop},
    {"the device rules", rules_start, rules_stop},
    {"the sandbox", sandbox_start, NULL},
    {"the certificate authority", authority_start, authority_stop},
    {"the signals", loop_begin, loop_end},
    {"the clerk", clerk_begin, clerk_end},
    {"the committers", ingest_begin, ingest_end},
    {"who sums up", rollup_begin, rollup_end},
    {"measuring", measure_begin, measure_end},
    {"alerts", alerts_begin, alerts_end},
    {"the page's files", site_begin, site_end},
    {"the page's facts", facts_begin, facts_end},
    {"the page's workers", access_begin, access_end},
    {"live changes", live_begin, live_end},
    {"the listeners", listeners_start, listeners_stop},
};

static void
collector_stop(struct collector *c)
{
	while (c->started > 0) {
		const struct part *last = &parts[--c->started];

		if (last->stop)
			last->stop(c);
	}
}

static int
collector_start(struct collector *c)
{
	for (; c->started < COUNT_OF(parts); c->started++) {
		const struct part *part = &parts[c->started];
		int r = part->start(c);

		if (r < 0) {
			collector_stop(c);
			return log_error(r, "could not start %s", part->name);
		}
	}
	return 0;
}

int
collector_run(const struct collector_settings *settings, const char *config)
{
	struct collector *c = calloc(1, sizeof(*c));
	int r;

	if (!c)
		return -ENOMEM;
	c->settings = *settings;
	c->config = config;
	r = collector_start(c);
	if (r == 0) {
		(void)unit_notify("READY=1");
		r = loop_run(c->loop);
		collector_stop(c);
		(void)log_info("ended");
	}
	free(c);
	return r;
}
