/*
 * The service: THE LIST of its parts, and what holds them together (signals, the
 * watchdog, the policy in force, the enrolment that may come later). What a part
 * does is in its own file. The sensor is born before the sandbox shuts; what
 * starts last stops first.
 */
#include "agent/service.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/parts.h"
#include "agent/schedule.h"
#include "agent/uplink/uplink.h"
#include "common/check.h"
#include "common/clock.h"
#include "common/file.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/resident.h"
#include "common/resolve.h"
#include "common/sandbox.h"
#include "common/text.h"
#include "common/transfer.h"
#include "common/unit.h"

enum {
	ENROLMENT_MS = 3000, /* between two looks whether we are enrolled by now */
	DRAIN_MS = 5000,     /* to send what waits when we are told to stop */
	DRAIN_STEP_MS = 50,
};

/* ---- small parts ---- */

static int
state_start(struct agent *agent)
{
	const char *dir = agent->settings.state_dir;
	struct bytes text = bytes_new(64);

	if (mkdir(dir, 0700) < 0 && errno != EEXIST)
		return log_error(-errno, "could not make the state folder '%s'", dir);
	if (access(dir, R_OK | W_OK | X_OK) < 0)
		return log_error(-errno,
		    "cannot use the state folder '%s': give it to the user that runs this "
		    "service",
		    dir);
	if (gethostname(agent->host_name, sizeof(agent->host_name) - 1) < 0)
		agent->host_name[0] = '\0';
	if (file_read("/proc/sys/kernel/random/boot_id", &text) < 0 || text.len < 36)
		return log_error(-EIO, "could not read the kernel's boot id");
	text.data[36] = '\0';
	(void)text_uuid_parse((const char *)text.data, agent->boot_id);
	bytes_clear(&text);
	agent->started_ms = clock_wall_ms();
	agent->started_boot_ms = clock_boot_ms();
	return 0;
}

static int
loop_start(struct agent *agent)
{
	return loop_new(&agent->loop);
}

static void
loop_end(struct agent *agent)
{
	loop_free(agent->loop);
	agent->loop = NULL;
}

static void
on_sighting(void *arg, const struct sighting *sighting)
{
	part_scan_sighting(arg, sighting);
}

static void
on_sweep(void *arg, const struct sweep_result *result)
{
	part_scan_sweep(arg, result);
}

static void
on_slowed(void *arg, uint32_t broadcasts_per_s)
{
	part_scan_slowed(arg, broadcasts_per_s);
}

static void
on_echo(void *arg, const struct echo_result *result)
{
	part_watch_echo(arg, result);
}

static void
on_counters(void *arg, const struct sensor_counters *counters)
{
	struct agent *agent = arg;

	agent->sensor_counters = *counters;
}

/* Without capability we cannot bear a second one: the supervisor starts both anew. */
static void
on_lost(void *arg, int error)
{
	struct agent *agent = arg;

	(void)log_error(
	    error, "the sensor is gone, ending so that the supervisor starts both again");
	agent->failed = true;
	loop_stop(agent->loop);
}

static int
sensor_begin(struct agent *agent)
{
	const struct sensor_events events = {.on_sighting = on_sighting,
	    .on_sweep = on_sweep,
	    .on_slowed = on_slowed,
	    .on_echo = on_echo,
	    .on_counters = on_counters,
	    .on_lost = on_lost};
	int r;

	agent_interfaces(agent);
	if (!sandbox_has_net_raw()) {
		(void)log_warn(0,
		    "no CAP_NET_RAW: devices that only talk by themselves are not heard; "
		    "the unit file of this package gives it");
		return 0;
	}
	if (agent->n_interfaces == 0) {
		(void)log_warn(
		    0, "no Ethernet interface is up: devices are not heard until there is one");
		return 0;
	}
	r = sensor_start(agent->loop, agent->interfaces, agent->n_interfaces, &events, agent,
	    &agent->sensor);
	return r == -EPERM ? 0 : r;
}

static void
sensor_end(struct agent *agent)
{
	sensor_stop(agent->sensor);
	agent->sensor = NULL;
}

static int
sandbox_start(struct agent *agent)
{
	int r = sandbox_drop_capabilities();

	(void)agent;
	resident_release();
	return r < 0 ? r : sandbox_enter(SANDBOX_SERVICE);
}

static int
names_start(struct agent *agent)
{
	const char *servers = agent->settings.resolver;

	return resolver_new(agent->loop, *servers ? servers : NULL, &agent->resolver);
}

static void
names_stop(struct agent *agent)
{
	resolver_free(agent->resolver);
	agent->resolver = NULL;
}

static int
transfers_start(struct agent *agent)
{
	return transfers_new(agent->loop, agent->resolver, &agent->transfers);
}

static void
transfers_stop(struct agent *agent)
{
	transfers_free(agent->transfers);
	agent->transfers = NULL;
}

static int
spool_start(struct agent *agent)
{
	struct spool_settings settings = {
	    .budget_bytes = (uint64_t)agent->settings.spool_budget_bytes,
	    .age_max_s = (uint64_t)agent->settings.spool_age_s};
	char path[512];
	int r = file_path(path, sizeof(path), agent->settings.state_dir, "spool");

	settings.directory = path;
	if (r == 0)
		r = spool_open(&settings, &agent->spool);
	if (r == -EBUSY)
		(void)log_error(0, "another parta-agent runs on '%s'", path);
	return r;
}

static void
spool_stop(struct agent *agent)
{
	spool_close(agent->spool);
	agent->spool = NULL;
}

/* ---- the policy in force ---- */

static int
policy_start(struct agent *agent)
{
	int r =
	    uplink_policy_load(agent->settings.state_dir, &agent->credentials, &agent->policy);

	if (r < 0 && r != -ENOENT)
		(void)log_warn(r, "cannot use the policy of the last run, asking for it again");
	effective_make(&agent->settings, agent->policy, &agent->effective);
	return 0;
}

static void
policy_stop(struct agent *agent)
{
	policy_free(agent->policy);
	policy_free(agent->policy_next);
	agent->policy = agent->policy_next = NULL;
}

static void policy_turn(struct agent *agent);

static void
on_policy(void *arg, struct policy *policy)
{
	struct agent *agent = arg;
	struct effective next;

	policy_free(agent->policy_next);
	agent->policy_next = policy;
	effective_make(&agent->settings, policy, &next);
	schedule_quiet(agent, &next);
	policy_turn(agent);
	part_filter_policy(agent);
}

static void
on_reach(void *arg, bool reached)
{
	(void)reached;
	agent_touch(arg);
}

static int
uplink_begin(struct agent *agent)
{
	const struct uplink_events events = {.on_policy = on_policy, .on_reach = on_reach};
	struct uplink_settings settings = {.spool = agent->spool,
	    .credentials = &agent->credentials,
	    .state_dir = agent->settings.state_dir,
	    .collector_url = agent->settings.collector_url,
	    .host_name = agent->host_name};
	int r;

	memcpy(settings.boot_id, agent->boot_id, sizeof(settings.boot_id));
	r = uplink_start(
	    agent->loop, agent->transfers, &settings, &events, agent, &agent->uplink);
	if (r == 0 && agent->policy)
		uplink_policy_is(agent->uplink, agent->policy);
	return r;
}

static void
uplink_end(struct agent *agent)
{
	uplink_stop(agent->uplink);
	agent->uplink = NULL;
}

/* THE LIST of tasks, in the order of the first round. */
static const struct task *const tasks[] = {&task_scan, &task_filter, &task_speed};

static int
tasks_start(struct agent *agent)
{
	return schedule_start(agent, tasks, COUNT_OF(tasks), policy_turn);
}

static const struct part
    part_state = {.name = "state folder", .start = state_start},
    part_loop = {.name = "loop", .start = loop_start, .stop = loop_end},
    part_sensor = {.name = "sensor", .start = sensor_begin, .stop = sensor_end},
    part_sandbox = {.name = "sandbox", .start = sandbox_start},
    part_names = {.name = "resolver", .start = names_start, .stop = names_stop},
    part_transfers = {.name = "transfers",
	.enrolled = true,
	.start = transfers_start,
	.stop = transfers_stop},
    part_spool = {.name = "spool", .start = spool_start, .stop = spool_stop},
    part_policy = {.name = "policy",
	.enrolled = true,
	.start = policy_start,
	.stop = policy_stop},
    part_uplink = {.name = "uplink",
	.enrolled = true,
	.start = uplink_begin,
	.stop = uplink_end},
    part_schedule = {.name = "schedule",
	.enrolled = true,
	.start = tasks_start,
	.stop = schedule_stop,
	.reload = schedule_reload};

/* THE LIST of parts, in the order they start; an enrolled agent's stand last, kept connections
 * among them, which are by a certificate. */
static const struct part *const parts[] = {&part_state, &part_loop, &part_sensor, &part_network,
    &part_sandbox, &part_names, &part_spool, &part_status, &part_transfers, &part_policy,
    &part_uplink, &part_path, &part_watch, &part_scan, &part_host, &part_filter, &part_line,
    &part_speed, &part_schedule, &part_health};

/* ---- starting and stopping ---- */

/* Starts parts until one needs an enrolment that is not there. 0 or a negative errno. */
static int
parts_start(struct agent *agent)
{
	for (; agent->started < COUNT_OF(parts); agent->started++) {
		const struct part *part = parts[agent->started];
		int r;

		if (part->enrolled && !agent->enrolled)
			return 0;
		r = part->start ? part->start(agent) : 0;
		if (r < 0)
			return log_error(r, "could not start %s", part->name);
	}
	return 0;
}

/* Stops the parts that only an enrolled agent has, or all of them. */
static void
parts_stop(struct agent *agent, bool all)
{
	agent->stopping = true;
	while (agent->started > 0 && (all || parts[agent->started - 1]->enrolled)) {
		const struct part *last = parts[--agent->started];

		if (last->stop)
			last->stop(agent);
	}
}

static void
parts_reload(struct agent *agent)
{
	effective_make(&agent->settings, agent->policy, &agent->effective);
	for (size_t i = 0; i < agent->started; i++)
		if (parts[i]->reload)
			parts[i]->reload(agent);
}

/* Puts policy_next in force, if there is one and no task is at work by the old one. The same
 * version asks nothing new: only what a control sees is. */
static void
policy_turn(struct agent *agent)
{
	struct policy *was = agent->policy;
	bool other;

	if (!agent->policy_next || agent->stopping ||
	    (schedule_busy(agent) && !part_filter_waits(agent)))
		return;
	agent->policy = agent->policy_next;
	agent->policy_next = NULL;
	other = !was || strcmp(was->version, agent->policy->version) != 0;
	policy_free(was);
	if (other)
		parts_reload(agent);
	else
		effective_make(&agent->settings, agent->policy, &agent->effective);
}

/* Which enrolment the state folder holds: another number for another, 0 for none. */
static uint64_t
enrolment_mark(const struct agent *agent)
{
	char path[512];
	struct stat st;

	if (file_path(path, sizeof(path), agent->settings.state_dir, "agent.id") < 0 ||
	    stat(path, &st) < 0)
		return 0;
	return (uint64_t)st.st_ino ^ (uint64_t)st.st_mtim.tv_sec << 32 ^
	       (uint64_t)st.st_mtim.tv_nsec;
}

static void
begin_enrolled(struct agent *agent)
{
	agent->enrolled = true;
	(void)log_info("enrolled: school='%s' collector='%s'", agent->credentials.school_name,
	    agent->credentials.collector_url);
	(void)unit_notify("STATUS=reporting");
	if (parts_start(agent) < 0) {
		agent->failed = true;
		loop_stop(agent->loop);
	}
}

/* Also an enrolled agent looks: one that was revoked may be enrolled anew. */
static void
look_for_enrolment(void *arg)
{
	char words[CREDENTIALS_WORDS_SIZE];
	struct agent *agent = arg;
	uint64_t mark = enrolment_mark(agent);
	int r;

	(void)loop_timer_set(agent->waiting, ENROLMENT_MS);
	if (mark == 0 || mark == agent->enrolment)
		return;
	agent->enrolment = mark;
	if (agent->enrolled) {
		parts_stop(agent, false);
		agent->stopping = false;
		agent->enrolled = false;
	}
	r = credentials_load(agent->settings.state_dir, &agent->credentials, words);
	if (r < 0)
		(void)log_error(0, "cannot use the enrolment, enrol again: %s", words);
	else
		begin_enrolled(agent);
}

/* Not enrolled yet: the service waits for `parta-agent enrol`, which needs no restart. */
static int
wait_for_enrolment(struct agent *agent)
{
	char words[CREDENTIALS_WORDS_SIZE];

	if (credentials_load(agent->settings.state_dir, &agent->credentials, words) < 0) {
		(void)log_warn(
		    0, "%s: run 'parta-agent enrol --collector URL --token TOKEN'", words);
		(void)unit_notify("STATUS=waiting for the enrolment");
	}
	return loop_timer_set(agent->waiting, 0);
}

/* ---- signals and the watchdog ---- */

static void
drain_step(void *arg)
{
	struct agent *agent = arg;

	if (agent->uplink && !uplink_idle(agent->uplink)) {
		(void)loop_timer_set(agent->waiting, DRAIN_STEP_MS);
		return;
	}
	loop_stop(agent->loop);
}

static void
on_drained(void *arg)
{
	struct agent *agent = arg;

	loop_stop(agent->loop);
}

/* What is unsaid goes into the spool, and from there as far as the line takes it in a few
 * seconds. */
static void
drain(struct agent *agent)
{
	if (agent->stopping) {
		loop_stop(agent->loop);
		return;
	}
	agent->stopping = true;
	(void)unit_notify("STOPPING=1");
	(void)log_info("stopping");
	for (size_t i = agent->started; i-- > 0;)
		if (parts[i]->drain)
			parts[i]->drain(agent);
	loop_event_free(agent->waiting);
	agent->waiting = NULL;
	if (!agent->uplink || loop_timer(agent->loop, drain_step, agent, &agent->waiting) < 0 ||
	    loop_timer(agent->loop, on_drained, agent, &agent->drained) < 0) {
		loop_stop(agent->loop);
		return;
	}
	(void)loop_timer_set(agent->waiting, DRAIN_STEP_MS);
	(void)loop_timer_set(agent->drained, DRAIN_MS);
}

void
agent_restart(struct agent *agent)
{
	agent->failed = true;
	drain(agent);
}

static void
reload(struct agent *agent)
{
	struct agent_settings *fresh = calloc(1, sizeof(*fresh));
	struct option_error error = {.text = "not enough memory"};
	size_t waiting;

	(void)unit_notify("RELOADING=1");
	if (!fresh || settings_load(agent->config, fresh, &error) < 0) {
		(void)log_error(0, "settings stay as they were: %s", error.text);
	} else {
		waiting =
		    options_reload(agent_options, agent_options_count, &agent->settings, fresh);
		log_set_level(settings_log_level(&agent->settings));
		(void)log_info("settings read again: need_restart=%zu", waiting);
		if (agent->enrolled) {
			parts_reload(agent);
			schedule_quiet(agent, &agent->effective);
		}
	}
	free(fresh);
	(void)unit_notify("READY=1");
}

static void
on_signal(int signo, void *arg)
{
	struct agent *agent = arg;

	if (signo == SIGHUP)
		reload(agent);
	else
		drain(agent);
}

static void
on_watchdog(void *arg)
{
	struct agent *agent = arg;

	(void)unit_notify("WATCHDOG=1");
	(void)loop_timer_set(agent->watchdog, unit_watchdog_ms());
}

static int
events_start(struct agent *agent)
{
	static const int signals[] = {SIGTERM, SIGINT, SIGHUP};
	int r = 0;

	for (size_t i = 0; r == 0 && i < COUNT_OF(signals); i++)
		r = loop_signal(agent->loop, signals[i], on_signal, agent, &agent->signals[i]);
	if (r == 0)
		r = loop_timer(agent->loop, look_for_enrolment, agent, &agent->waiting);
	if (r == 0 && unit_watchdog_ms() > 0) {
		r = loop_timer(agent->loop, on_watchdog, agent, &agent->watchdog);
		if (r == 0)
			r = loop_timer_set(agent->watchdog, 0);
	}
	return r;
}

static void
events_stop(struct agent *agent)
{
	for (size_t i = 0; i < COUNT_OF(agent->signals); i++)
		loop_event_free(agent->signals[i]);
	loop_event_free(agent->waiting);
	loop_event_free(agent->drained);
	loop_event_free(agent->watchdog);
}

int
service_run(const struct agent_settings *settings, const char *config)
{
	struct agent *agent = calloc(1, sizeof(*agent));
	int r;

	if (!agent)
		return -ENOMEM;
	agent->settings = *settings;
	agent->config = config;
	r = parts_start(agent);
	if (r == 0)
		r = events_start(agent);
	if (r == 0)
		r = wait_for_enrolment(agent);
	if (r == 0) {
		(void)unit_notify("READY=1");
		(void)log_info("parta-agent runs: version=%s", PARTA_VERSION);
		r = loop_run(agent->loop);
	}
	if (r == 0 && agent->failed)
		r = -EIO;
	events_stop(agent);
	parts_stop(agent, true);
	free(agent);
	return r;
}
