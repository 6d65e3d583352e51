/*
 * `parta-agent watch`: the connectivity ladder live, a line for each change of
 * state. It probes what the service would probe (settings, and the policy when it
 * can be read), but the upper rungs as often as somebody who looks on wants it;
 * keeps nothing and reports nothing. What it heard can be kept (--samples) and
 * judged again (--replay).
 */
#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "agent/command.h"
#include "agent/effective.h"
#include "agent/probe/connectivity.h"
#include "agent/probe/ladder_samples.h"
#include "agent/sensor/sensor.h"
#include "agent/uplink/uplink.h"
#include "agent/witness.h"
#include "common/check.h"
#include "common/clock.h"
#include "common/loop.h"
#include "common/resolve.h"
#include "common/sandbox.h"
#include "common/text.h"
#include "common/transfer.h"
#include "common/words.h"

enum { TIME_SIZE = 25, FOR_S_MAX = 7 * 86400 };

struct watch {
	FILE *out, *samples; /* samples NULL: they are not kept */
	enum command_format format;
	struct loop *loop;
	struct loop_event *timer, *signals[2];
	struct sensor *sensor;
	struct resolver *resolver;
	struct transfers *transfers;
	struct connectivity *connectivity;
	struct witness *witness;
	uint8_t told_id[16]; /* the outage of which the last line was */
	enum outage_class told_class;
};

static json_t *
time_json(int64_t at_ms)
{
	char time[TIME_SIZE];

	if (at_ms == 0)
		return json_null();
	clock_format(at_ms, time);
	return json_string(time);
}

static json_t *
evidence_json(const struct outage *outage)
{
	json_t *list = json_array();

	for (size_t i = 0; i < outage->n_evidence; i++)
		(void)json_array_append_new(
		    list, json_pack("{s:s, s:s, s:s, s:o}", "rung", outage->evidence[i].rung,
			      "target", outage->evidence[i].target, "observed",
			      outage->evidence[i].observed, "at",
			      time_json(outage->evidence[i].at_ms)));
	return list;
}

static void
print_json(const struct watch *watch, json_t *change)
{
	(void)json_dumpf(change, watch->out, JSON_COMPACT);
	(void)fputc('\n', watch->out);
	json_decref(change);
}

static void
print_line(const struct watch *watch, int64_t at_ms, const char *state, const char *class,
    const struct outage *outage)
{
	enum language language = words_language();
	char time[TIME_SIZE], key[40];

	clock_format(at_ms, time);
	(void)snprintf(key, sizeof(key), "state.%s", state);
	(void)fprintf(watch->out, "%s  %s  %s", time, words_of(language, key),
	    *class ? words_of(language, class) : "");
	for (size_t i = 0; outage && i < outage->n_evidence; i++)
		(void)fprintf(watch->out, "%s%s %s: %s", i ? "; " : "  (",
		    outage->evidence[i].rung, outage->evidence[i].target,
		    outage->evidence[i].observed);
	(void)fprintf(watch->out, "%s\n", outage && outage->n_evidence > 0 ? ")" : "");
}

/* More evidence alone is no change; it is told with the next one. */
static bool
is_change(struct watch *watch, const struct outage *outage)
{
	bool same = watch->told_class == outage->class && outage->end_ms == 0 &&
		    memcmp(watch->told_id, outage->outage_id, sizeof(watch->told_id)) == 0;

	watch->told_class = outage->class;
	memcpy(watch->told_id, outage->outage_id, sizeof(watch->told_id));
	return !same;
}

static void
on_outage(void *arg, const struct outage *outage)
{
	struct watch *watch = arg;
	const char *state =
	    connectivity_state_name(outage->end_ms ? CONNECTIVITY_UP : outage->state);

	if (!is_change(watch, outage))
		return;
	if (watch->format == FORMAT_JSON)
		print_json(watch,
		    json_pack("{s:s, s:s, s:o, s:o, s:o}", "state", state, "class",
			outage_class_name(outage->class), "onset", time_json(outage->onset_ms),
			"end", time_json(outage->end_ms), "evidence", evidence_json(outage)));
	else
		print_line(watch, outage->end_ms ? outage->end_ms : outage->onset_ms, state,
		    outage_class_name(outage->class), outage);
	(void)fflush(watch->out);
}

/* An outage says its own change; here come the others, the first word among them. */
static void
on_state(void *arg, enum connectivity_state state, int64_t at_ms)
{
	const struct watch *watch = arg;

	if (watch->witness)
		witness_state(watch->witness, state);
	if (watch->format == FORMAT_JSON)
		print_json(watch, json_pack("{s:s, s:n, s:o, s:n, s:[]}", "state",
				      connectivity_state_name(state), "class", "onset",
				      time_json(at_ms), "end", "evidence"));
	else
		print_line(watch, at_ms, connectivity_state_name(state), "", NULL);
	(void)fflush(watch->out);
}

static void
on_sample(void *arg, const char *line)
{
	const struct watch *watch = arg;

	(void)fprintf(watch->samples, "%s\n", line);
}

static void
on_echo(void *arg, const struct echo_result *result)
{
	const struct watch *watch = arg;

	if (watch->connectivity)
		connectivity_echo(watch->connectivity, result);
}

static void
on_lost(void *arg, int error)
{
	const struct watch *watch = arg;

	(void)log_error(error, "the sensor is gone");
	loop_stop(watch->loop);
}

static void
ignore_sighting(void *arg, const struct sighting *sighting)
{
	(void)arg;
	(void)sighting;
}

static void
on_signal(int signo, void *arg)
{
	const struct watch *watch = arg;

	(void)signo;
	loop_stop(watch->loop);
}

static void
on_timer(void *arg)
{
	const struct watch *watch = arg;

	loop_stop(watch->loop);
}

static int
sensor_begin(struct watch *watch)
{
	const struct sensor_events events = {
	    .on_sighting = ignore_sighting, .on_echo = on_echo, .on_lost = on_lost};
	struct interface interfaces[SENSOR_INTERFACES_MAX];
	int n;

	if (!sandbox_has_net_raw()) {
		(void)log_warn(
		    0, "no CAP_NET_RAW (run as root for more): pings are replaced by TCP");
		return 0;
	}
	n = interfaces_list(interfaces);
	return n <= 0 ? 0
		      : sensor_start(
			    watch->loop, interfaces, (size_t)n, &events, watch, &watch->sensor);
}

static int
network_begin(struct watch *watch, const struct agent_settings *settings)
{
	int r = resolver_new(
	    watch->loop, *settings->resolver ? settings->resolver : NULL, &watch->resolver);

	if (r == 0)
		r = transfers_new(watch->loop, watch->resolver, &watch->transfers);
	return r < 0 ? r : sensor_begin(watch);
}

static void
network_end(struct watch *watch)
{
	witness_free(watch->witness);
	connectivity_stop(watch->connectivity);
	transfers_free(watch->transfers);
	resolver_free(watch->resolver);
	sensor_stop(watch->sensor);
}

static int
run(struct watch *watch, struct connectivity_settings *to, const struct agent_settings *own,
    struct witness_settings *witness, int64_t for_s)
{
	const struct connectivity_events events = {.on_outage = on_outage,
	    .on_state = on_state,
	    .on_sample = watch->samples ? on_sample : NULL};
	int r = loop_new(&watch->loop);

	if (r == 0)
		r = network_begin(watch, own);
	if (r == 0)
		r = loop_signal(watch->loop, SIGINT, on_signal, watch, &watch->signals[0]);
	if (r == 0)
		r = loop_signal(watch->loop, SIGTERM, on_signal, watch, &watch->signals[1]);
	if (r == 0)
		r = loop_timer(watch->loop, on_timer, watch, &watch->timer);
	if (r == 0 && for_s > 0)
		r = loop_timer_set(watch->timer, (uint64_t)for_s * 1000);
	to->names = watch->resolver;
	to->transfers = watch->transfers;
	if (r == 0)
		r = connectivity_start(
		    watch->loop, watch->sensor, to, &events, watch, &watch->connectivity);
	witness->connectivity = watch->connectivity;
	if (r == 0)
		r = witness_new(watch->loop, witness, &watch->witness);
	if (r == 0)
		r = loop_run(watch->loop);
	network_end(watch);
	for (size_t i = 0; i < COUNT_OF(watch->signals); i++)
		loop_event_free(watch->signals[i]);
	loop_event_free(watch->timer);
	loop_free(watch->loop);
	return r;
}

static int
watch_with(struct watch *watch, const struct agent_settings *settings, int64_t for_s, FILE *err)
{
	struct effective *effective = calloc(1, sizeof(*effective));
	struct connectivity_settings to = {.live = true};
	struct witness_settings witness = {0};
	char words[CREDENTIALS_WORDS_SIZE], host[256], dns_name[260];
	struct credentials credentials = {0};
	struct policy *policy = NULL;
	int r;

	if (!effective)
		return COMMAND_FAILED;
	if (credentials_load(settings->state_dir, &credentials, words) == 0) {
		(void)uplink_policy_load(settings->state_dir, &credentials, &policy);
		to.ca_file = credentials.ca_file;
	}
	effective_make(settings, policy, effective);
	memcpy(to.targets, effective->targets, sizeof(to.targets));
	to.n_targets = effective->n_targets;
	effective_host(
	    *settings->collector_url ? settings->collector_url : credentials.collector_url,
	    host, sizeof(host), &to.collector_port);
	effective_dns_name(settings, host, dns_name, sizeof(dns_name));
	to.collector_host = host;
	to.portal_url = settings->portal_url;
	to.resolver = *settings->resolver ? settings->resolver : NULL;
	to.public_resolver = *settings->public_resolver ? settings->public_resolver : NULL;
	to.dns_name = *dns_name ? dns_name : NULL;
	if (to.n_targets == 0)
		(void)fprintf(err, "parta-agent: no Internet targets are known: only the way "
				   "to the gateway is watched; "
				   "set 'targets' or enrol\n");
	witness.communities = effective->communities;
	witness.n_communities = effective->n_communities;
	r = run(watch, &to, settings, &witness, for_s);
	policy_free(policy);
	free(effective);
	if (r == 0)
		return COMMAND_DONE;
	(void)fprintf(err, "parta-agent: could not watch the line: %s\n", strerror(-r));
	return COMMAND_FAILED;
}

/* ---- what was heard before ---- */

static int
replay(struct watch *watch, const char *path, FILE *err)
{
	struct samples_replay *again = calloc(1, sizeof(*again));
	FILE *file = fopen(path, "re");
	char line[SAMPLES_LINE_BYTES + 2];
	unsigned number = 0;
	int r = again && file ? 0 : -errno;

	if (again) {
		samples_replay_init(again, true);
		again->on_outage = on_outage;
		again->on_state = on_state;
		again->arg = watch;
	}
	for (; r == 0 && fgets(line, sizeof(line), file); number++)
		r = samples_replay_line(again, line);
	if (r < 0)
		(void)fprintf(err, "parta-agent: %s, line %u: %s\n", path, number,
		    r == -EBADMSG ? "not a line of samples" : strerror(-r));
	if (file)
		(void)fclose(file);
	free(again);
	return r < 0 ? COMMAND_FAILED : COMMAND_DONE;
}

static int
watch_live(struct watch *watch, const struct command_common *common, const char *samples,
    int64_t for_s, FILE *err)
{
	struct agent_settings settings;
	int r = command_settings(common, &settings, err);

	if (r != COMMAND_DONE)
		return r;
	if (samples) {
		watch->samples = fopen(samples, "we");
		if (!watch->samples) {
			(void)fprintf(err, "parta-agent: %s: %s\n", samples, strerror(errno));
			return COMMAND_FAILED;
		}
	}
	r = watch_with(watch, &settings, for_s, err);
	if (watch->samples && fclose(watch->samples) != 0)
		r = COMMAND_FAILED;
	return r;
}

int
command_watch(int argc, char *argv[], FILE *out, FILE *err)
{
	const char *for_text = NULL, *samples = NULL, *heard = NULL;
	struct command_common common;
	struct watch watch = {.out = out};
	int64_t for_s = 0;
	int r = command_common(&argc, argv, &common, err);

	if (r != COMMAND_DONE)
		return r;
	for (int i = 1; r == COMMAND_DONE && i < argc; i += command_used(argv[i]))
		if (!command_value(argv, i, "--for", &for_text) &&
		    !command_value(argv, i, "--samples", &samples) &&
		    !command_value(argv, i, "--replay", &heard))
			r = COMMAND_USAGE;
	if (for_text && text_i64(for_text, 1, FOR_S_MAX, &for_s) < 0)
		r = COMMAND_USAGE;
	if (heard && (for_text || samples))
		r = COMMAND_USAGE;
	if (r != COMMAND_DONE || common.help || common.format == FORMAT_CSV) {
		(void)fprintf(common.help ? out : err,
		    "usage: parta-agent watch [--for SECONDS] [--samples FILE | --replay FILE] "
		    "[--format table|json] [-c FILE] [-v]\n");
		return common.help ? COMMAND_DONE : COMMAND_USAGE;
	}
	watch.format = common.format;
	return heard ? replay(&watch, heard, err)
		     : watch_live(&watch, &common, samples, for_s, err);
}
