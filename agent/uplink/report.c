/*
 * Builds the messages of parta.v1 that a report consists of, in an arena, from
 * the agent's own structs, and packs them (common/wire). Texts and lists are cut
 * to common/wire/limits.h here, so that no report of ours is refused for its
 * size. A value that was not measured (negative in our structs) travels as 0. It
 * knows nothing of files, of time or of how a report leaves.
 */
#include "agent/uplink/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/arena.h"
#include "common/check.h"
#include "common/cleanup.h"
#include "common/text.h"
#include "common/wire/limits.h"
#include "common/wire/report_codec.h"
#include "parta/v1/report.pb-c.h"

enum {
	BUILD_BYTES = 8 * 1024 * 1024, /* address space; only what is touched costs memory */
	RANGES_MAX = 64,
};

/* A message under construction. Once memory ran out everything it gives is empty, and packing
 * says so. */
struct build {
	struct arena arena;
	bool full;
};

static void *
take(struct build *b, size_t n)
{
	void *taken = b->full ? NULL : arena_take(&b->arena, n);

	if (!taken)
		b->full = true;
	return taken;
}

/* An array of pointers to count zeroed messages; *ret_count is 0 when there is no room. */
static void *
take_list(struct build *b, size_t count, size_t size, size_t *ret_count)
{
	void **pointers = count > 0 ? take(b, count * sizeof(*pointers)) : NULL;
	char *messages = pointers ? take(b, count * size) : NULL;

	*ret_count = 0;
	if (!messages)
		return NULL;
	memset(messages, 0, count * size);
	for (size_t i = 0; i < count; i++)
		pointers[i] = messages + i * size;
	*ret_count = count;
	return pointers;
}

/* message->field becomes a list of count messages that each start as INIT says. */
#define LIST(b, message, field, count, init)                                                   \
	do {                                                                                   \
		(message)->field =                                                             \
		    take_list(b, count, sizeof(*(message)->field[0]), &(message)->n_##field);  \
		for (size_t i_ = 0; i_ < (message)->n_##field; i_++)                           \
			init((message)->field[i_]);                                            \
	} while (0)

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Text as the wire takes it: as it is when it is clean and short, else a mended copy. */
static char *
text(struct build *b, const char *from)
{
	size_t len = from ? strnlen(from, WIRE_TEXT_BYTES_MAX + 1) : 0;
	char *copy;

	if (len == 0)
		return (char *)protobuf_c_empty_string;
	if (len <= WIRE_TEXT_BYTES_MAX && text_is_clean(from, len))
		return (char *)from;
	copy = take(b, WIRE_TEXT_BYTES_MAX + 1);
	if (!copy)
		return (char *)protobuf_c_empty_string;
	(void)text_clean(copy, WIRE_TEXT_BYTES_MAX + 1, from, least(len, WIRE_TEXT_BYTES_MAX));
	return copy;
}

static ProtobufCBinaryData
binary(const void *data, size_t len)
{
	return (ProtobufCBinaryData){.len = len, .data = (uint8_t *)data};
}

static ProtobufCBinaryData
address(const struct address *a)
{
	return binary(a->bytes, address_len(a));
}

static ProtobufCBinaryData *
take_binaries(struct build *b, size_t count, size_t *ret_count)
{
	ProtobufCBinaryData *list = count > 0 ? take(b, count * sizeof(*list)) : NULL;

	*ret_count = list ? count : 0;
	return list;
}

static ProtobufCBinaryData *
addresses(struct build *b, const struct address from[], size_t count, size_t *ret_count)
{
	ProtobufCBinaryData *list = take_binaries(b, count, ret_count);

	for (size_t i = 0; i < *ret_count; i++)
		list[i] = address(&from[i]);
	return list;
}

static ProtobufCBinaryData *
hashes(struct build *b, const uint8_t from[][32], size_t count, size_t *ret_count)
{
	ProtobufCBinaryData *list = take_binaries(b, count, ret_count);

	for (size_t i = 0; i < *ret_count; i++)
		list[i] = binary(from[i], 32);
	return list;
}

/* The non-empty parts of a text between separators, as a list of texts. */
static char **
split(struct build *b, const char *from, char separator, size_t *ret_count)
{
	size_t len = strlen(from), most = 1, n = 0;
	char *copy = take(b, len + 1);
	char **list;

	*ret_count = 0;
	for (size_t i = 0; i < len; i++)
		most += from[i] == separator;
	list = take(b, most * sizeof(*list));
	if (!copy || !list)
		return NULL;
	memcpy(copy, from, len + 1);
	for (char *at = copy, *end; at; at = end) {
		end = strchr(at, separator);
		if (end)
			*end++ = '\0';
		if (*at)
			list[n++] = text(b, at);
	}
	*ret_count = n;
	return n > 0 ? list : NULL;
}

static double
measured(double value)
{
	return value > 0 ? value : 0;
}

static int
build_start(struct build *b, void **ret_memory)
{
	void *memory = malloc(BUILD_BYTES);

	if (!memory)
		return -ENOMEM;
	*b = (struct build){.arena = arena_over(memory, BUILD_BYTES)};
	*ret_memory = memory;
	return 0;
}

static void
head_fill(const struct report_head *head, Parta__V1__Report *report)
{
	parta__v1__report__init(report);
	report->agent_id = binary(head->agent_id, sizeof(head->agent_id));
	report->boot_id = binary(head->boot_id, sizeof(head->boot_id));
	report->seq = head->seq;
	report->created_ms = head->created_ms;
	report->clock_synchronised = head->clock_synchronised;
	report->agent_version = (char *)PARTA_VERSION;
}

static int
build_pack(const struct build *b, const Parta__V1__Report *report, struct bytes *ret)
{
	if (b->full ||
	    protobuf_c_message_get_packed_size(&report->base) > WIRE_REPORT_BYTES_MAX)
		return -EFBIG;
	return wire_pack(&report->base, ret);
}

/* What may be told of a person's own device: what kind it is, not whose. */
static bool
tells_no_name(const struct device_evidence *evidence)
{
	static const char *const keys[] = {
	    "answered", "service", "model", "vendor", "capabilities", "version"};

	for (size_t i = 0; i < COUNT_OF(keys); i++)
		if (strcmp(evidence->key, keys[i]) == 0)
			return true;
	return false;
}

static void
evidence_fill(struct build *b, const struct device *from, Parta__V1__Device *to)
{
	size_t n = 0;

	LIST(b, to, evidence, least(from->n_evidence, WIRE_EVIDENCE_MAX),
	    parta__v1__evidence__init);
	for (size_t i = 0; i < from->n_evidence && n < to->n_evidence; i++) {
		const struct device_evidence *evidence = &from->evidence[i];
		Parta__V1__Evidence *told = to->evidence[n];

		if (from->randomized_mac && !tells_no_name(evidence))
			continue;
		told->source = text(b, evidence->source);
		told->key = text(b, evidence->key);
		told->value = text(b, evidence->value);
		told->seen_ms = evidence->seen_ms;
		n++;
	}
	to->n_evidence = n;
}

static void
port_fill(struct build *b, const struct port *from, Parta__V1__Port *to)
{
	to->index = from->index;
	to->name = text(b, from->name);
	to->alias = text(b, from->alias);
	to->type = from->type;
	if (!mac_is_zero(&from->mac))
		to->mac = binary(from->mac.bytes, sizeof(from->mac.bytes));
	to->speed_bps = from->speed_bps;
	to->admin_status = from->admin_status;
	to->oper_status = from->oper_status;
	to->vlan = from->vlan;
	to->poe_status = from->poe_status;
}

static void
neighbor_fill(struct build *b, const struct neighbor *from, Parta__V1__Neighbor *to)
{
	to->local_port = text(b, from->local_port);
	to->chassis_id = text(b, from->chassis_id);
	to->port_id = text(b, from->port_id);
	to->system_name = text(b, from->system_name);
	to->protocol = text(b, from->protocol);
	to->management_address = text(b, from->management_address);
}

/* Where a person's own device is, is nobody's business. */
static void
place_fill(struct build *b, const struct device *from, Parta__V1__Device *to)
{
	const struct place *place = &from->place;
	Parta__V1__Place *told;

	if (from->randomized_mac || (!*place->bridge && !*place->ssid))
		return;
	told = take(b, sizeof(*told));
	if (!told)
		return;
	parta__v1__place__init(told);
	told->switch_key = text(b, place->bridge);
	told->port = text(b, place->port);
	told->if_index = place->if_index;
	told->port_load = place->port_load;
	told->vlan = place->vlan;
	told->access_point_key = text(b, place->access_point);
	told->ssid = text(b, place->ssid);
	told->seen_ms = place->seen_ms;
	to->place = told;
}

static void
device_fill(struct build *b, const struct device *from, Parta__V1__Device *to)
{
	to->mac = take_binaries(b, from->n_macs, &to->n_mac);
	for (size_t i = 0; i < to->n_mac; i++)
		to->mac[i] = binary(from->macs[i].bytes, sizeof(from->macs[i].bytes));
	to->ip = addresses(b, from->ips, from->n_ips, &to->n_ip);
	evidence_fill(b, from, to);
	LIST(b, to, ports, least(from->n_ports, WIRE_PORTS_MAX), parta__v1__port__init);
	for (size_t i = 0; i < to->n_ports; i++)
		port_fill(b, &from->ports[i], to->ports[i]);
	LIST(b, to, neighbors, least(from->n_neighbors, WIRE_PORTS_MAX),
	    parta__v1__neighbor__init);
	for (size_t i = 0; i < to->n_neighbors; i++)
		neighbor_fill(b, &from->neighbors[i], to->neighbors[i]);
	place_fill(b, from, to);
	to->first_seen_ms = from->first_seen_ms;
	to->last_seen_ms = from->last_seen_ms;
	to->randomized_mac = from->randomized_mac;
	to->key = text(b, from->key);
}

size_t
report_inventory_fit(const struct device *const devices[], size_t count, size_t max_bytes)
{
	CLEANUP(free_at) void *memory = NULL;
	size_t bytes = 0, n = 0;
	struct build b;

	if (count == 0 || build_start(&b, &memory) < 0)
		return count > 0;
	for (; n < count && n < WIRE_DEVICES_MAX; n++) {
		Parta__V1__Device device = PARTA__V1__DEVICE__INIT;

		arena_reset(&b.arena);
		device_fill(&b, devices[n], &device);
		bytes += protobuf_c_message_get_packed_size(&device.base) + 6;
		if (bytes > max_bytes)
			break;
	}
	return n > 0 ? n : 1;
}

int
report_inventory(const struct report_head *head, const struct report_scan *scan, uint32_t part,
    uint32_t parts, const struct device *const devices[], size_t count, struct bytes *ret)
{
	Parta__V1__Inventory inventory = PARTA__V1__INVENTORY__INIT;
	char ranges[RANGES_MAX][ADDRESS_RANGE_TEXT_SIZE];
	char *range_at[RANGES_MAX];
	CLEANUP(free_at) void *memory = NULL;
	Parta__V1__Report report;
	struct build b;

	if (build_start(&b, &memory) < 0)
		return -ENOMEM;
	if (count > WIRE_DEVICES_MAX)
		return -EFBIG;
	inventory.scan_id = binary(scan->scan_id, sizeof(scan->scan_id));
	inventory.part = part;
	inventory.parts = parts;
	inventory.started_ms = scan->started_ms;
	inventory.finished_ms = scan->finished_ms;
	inventory.complete = scan->complete;
	inventory.n_ranges = least(scan->n_ranges, COUNT_OF(ranges));
	inventory.ranges = range_at;
	for (size_t i = 0; i < inventory.n_ranges; i++) {
		address_range_format(&scan->ranges[i], ranges[i]);
		range_at[i] = ranges[i];
	}
	LIST(&b, &inventory, devices, count, parta__v1__device__init);
	for (size_t i = 0; i < inventory.n_devices; i++)
		device_fill(&b, devices[i], inventory.devices[i]);

	head_fill(head, &report);
	report.body_case = PARTA__V1__REPORT__BODY_INVENTORY;
	report.inventory = &inventory;
	return build_pack(&b, &report, ret);
}

static void
tcp_fill(const struct speed_tcp *from, Parta__V1__TcpInfo *to)
{
	to->rtt_us = from->rtt_us;
	to->rttvar_us = from->rttvar_us;
	to->min_rtt_us = from->min_rtt_us;
	to->total_retrans = from->total_retrans;
	to->bytes_acked = from->bytes_acked;
	to->bytes_received = from->bytes_received;
	to->busy_us = from->busy_us;
	to->rwnd_limited_us = from->rwnd_limited_us;
	to->sndbuf_limited_us = from->sndbuf_limited_us;
	to->snd_mss_bytes = from->snd_mss_bytes;
	to->rcv_mss_bytes = from->rcv_mss_bytes;
	to->delivery_rate_bytes_per_s = from->delivery_rate_bytes_per_s;
}

static void
tcp_sample_fill(const struct speed_tcp_sample *from, Parta__V1__TcpSample *to)
{
	to->elapsed_ms = from->elapsed_ms;
	to->stream = from->stream;
	to->rtt_us = from->rtt_us;
	to->cwnd_segments = from->cwnd_segments;
	to->total_retrans = from->total_retrans;
	to->size_bytes = from->size_bytes;
	to->delivery_rate_bytes_per_s = from->delivery_rate_bytes_per_s;
}

static void
limits_fill(const struct speed_limits *from, Parta__V1__SpeedLimits *to)
{
	parta__v1__speed_limits__init(to);
	to->cpu_pct = from->cpu_pct;
	to->steal_pct = from->steal_pct;
	to->softirq_pct = from->softirq_pct;
	to->stalled_pct = from->stalled_pct;
	to->cipher_mbps = from->cipher_mbps;
	to->lan_speed_mbps = from->lan_speed_mbps;
	to->packet_bytes = from->packet_bytes;
	to->extra_bytes = from->extra_bytes;
	to->half_duplex = from->half_duplex;
	to->wireless = from->wireless;
	to->nic_bad_pct = from->nic_bad_pct;
	to->rwnd_limited = from->rwnd_limited;
	to->sndbuf_limited = from->sndbuf_limited;
	to->server_cpu_pct = from->server_cpu_pct;
	to->server_rwnd_limited = from->server_rwnd_limited;
	to->server_sndbuf_limited = from->server_sndbuf_limited;
	to->server_refused = from->server_refused;
	to->broke_off = from->broke_off;
}

static void
direction_fill(
    struct build *b, const struct speed_direction *from, Parta__V1__SpeedDirection *to)
{
	to->upload = from->upload;
	to->ip_mbps = measured(from->ip_mbps);
	to->goodput_mbps = measured(from->goodput_mbps);
	to->streams = from->streams;
	to->duration_s = measured(from->duration_s);
	to->size_bytes = from->size_bytes;
	to->verdict = (Parta__V1__SpeedVerdict)from->verdict;
	to->confidence = measured(from->confidence);
	to->mss_bytes = from->mss_bytes;
	to->sample_ms = SPEED_SAMPLE_MS;
	to->n_sample_bytes = least(from->n_samples, SPEED_SAMPLES_MAX);
	to->sample_bytes = (uint32_t *)from->sample_bytes;
	to->warmup_samples = (uint32_t)least(from->warmup_samples, to->n_sample_bytes);
	to->step = (Parta__V1__SpeedStepKind)from->step;
	to->server = text(b, from->server);
	to->cause = text(b, speed_cause_name(from->cause));
	to->n_sender_sample_bytes = least(from->n_sender, SPEED_SAMPLES_MAX);
	to->sender_sample_bytes = (uint32_t *)from->sender_bytes;
	to->n_sample_us = from->n_sender > 0 ? to->n_sender_sample_bytes : to->n_sample_bytes;
	to->sample_us = (uint32_t *)from->sample_us;
	to->first_sample = (uint32_t)from->first_sample;
	to->queued_sample = (uint32_t)from->queued_sample;
	to->ip_per_payload = from->ip_per_payload;
	to->target_mbps = measured(from->target_mbps);
	to->line_mbps = from->line_mbps;
	to->n_ping_us = least(from->n_pings, SPEED_PINGS_MAX);
	to->ping_us = (uint32_t *)from->ping_us;
	to->rpm = measured(from->rpm);
	to->rpm_confidence = text(b, rpm_confidence_name(from->rpm_confidence));
	to->limits = take(b, sizeof(*to->limits));
	if (to->limits)
		limits_fill(&from->limits, to->limits);
	LIST(b, to, tcp, least(from->n_tcp, SPEED_STREAMS_MAX), parta__v1__tcp_info__init);
	for (size_t i = 0; i < to->n_tcp; i++)
		tcp_fill(&from->tcp[i], to->tcp[i]);
	LIST(b, to, tcp_samples, least(from->n_tcp_samples, SPEED_TCP_SAMPLES_MAX),
	    parta__v1__tcp_sample__init);
	for (size_t i = 0; i < to->n_tcp_samples; i++)
		tcp_sample_fill(&from->tcp_samples[i], to->tcp_samples[i]);
}

/* Whether the runs say more than those that decided: there were others, or one of these says
 * another thing than all together. */
static bool
steps_say_more(const struct speed_result *result)
{
	bool more = result->n_steps > result->n_directions;

	for (size_t i = 0; !more && i < result->n_steps; i++)
		more = result->steps[i].verdict != result->directions[i].verdict;
	return more;
}

int
report_speed(const struct report_head *head, const struct speed_result *result,
    const char *lesson, struct bytes *ret)
{
	Parta__V1__SpeedTest speed = PARTA__V1__SPEED_TEST__INIT;
	char server_address[ADDRESS_TEXT_SIZE] = "";
	CLEANUP(free_at) void *memory = NULL;
	Parta__V1__Report report;
	struct build b;

	if (build_start(&b, &memory) < 0)
		return -ENOMEM;
	if (address_len(&result->server_address) > 0)
		address_format(&result->server_address, server_address);
	speed.test_id = binary(result->test_id, sizeof(result->test_id));
	speed.started_ms = result->started_ms;
	speed.backend = text(&b, result->backend);
	speed.server = text(&b, result->server);
	speed.server_address = server_address;
	speed.target_mbps = result->target_mbps[0] > 0 ? result->target_mbps[0]
						       : measured(result->target_mbps[1]);
	speed.latency_idle_ms = measured(result->latency_idle_ms);
	speed.latency_loaded_ms = measured(result->latency_loaded_ms);
	speed.loss_pct = measured(result->loss_pct);
	speed.lan_speed_mbps = result->lan_speed_mbps;
	speed.cpu_pct = measured(result->cpu_pct);
	speed.congestion_control = text(&b, result->congestion_control);
	speed.lesson = text(&b, lesson);
	speed.mode = (char *)speed_mode_name(result->mode);
	LIST(&b, &speed, directions, least(result->n_directions, COUNT_OF(result->directions)),
	    parta__v1__speed_direction__init);
	for (size_t i = 0; i < speed.n_directions; i++)
		direction_fill(&b, &result->directions[i], speed.directions[i]);
	if (steps_say_more(result))
		LIST(&b, &speed, steps, least(result->n_steps, COUNT_OF(result->steps)),
		    parta__v1__speed_direction__init);
	for (size_t i = 0; i < speed.n_steps; i++)
		direction_fill(&b, &result->steps[i], speed.steps[i]);
	speed.cross_traffic_mbps = result->cross_traffic_mbps;
	speed.cipher = text(&b, result->cipher);

	head_fill(head, &report);
	report.body_case = PARTA__V1__REPORT__BODY_SPEED;
	report.speed = &speed;
	return build_pack(&b, &report, ret);
}

static void
window_fill(
    struct build *b, const struct connectivity_window *from, Parta__V1__ConnectivityWindow *to)
{
	to->rung = text(b, from->rung);
	to->target = text(b, from->target);
	to->from_ms = from->from_ms;
	to->to_ms = from->to_ms;
	to->sent = from->sent;
	to->received = from->received;
	to->late = from->late;
	to->rtt_min_ms = measured(from->rtt_min_ms);
	to->rtt_median_ms = measured(from->rtt_median_ms);
	to->rtt_max_ms = measured(from->rtt_max_ms);
	to->micro_outages = from->micro_outages;
}

static void
outage_fill(struct build *b, const struct outage *from, Parta__V1__Outage *to)
{
	to->outage_id = binary(from->outage_id, sizeof(from->outage_id));
	to->class_ = (Parta__V1__OutageClass)from->class;
	to->state = (Parta__V1__ConnectivityState)from->state;
	to->onset_ms = from->onset_ms;
	to->end_ms = from->end_ms;
	LIST(b, to, evidence, least(from->n_evidence, CONNECTIVITY_EVIDENCE_MAX),
	    parta__v1__outage_evidence__init);
	for (size_t i = 0; i < to->n_evidence; i++) {
		to->evidence[i]->rung = text(b, from->evidence[i].rung);
		to->evidence[i]->target = text(b, from->evidence[i].target);
		to->evidence[i]->observed = text(b, from->evidence[i].observed);
		to->evidence[i]->at_ms = from->evidence[i].at_ms;
	}
}

int
report_connectivity(const struct report_head *head, const struct connectivity_window windows[],
    size_t n_windows, const struct outage outages[], size_t n_outages, struct bytes *ret)
{
	Parta__V1__Connectivity connectivity = PARTA__V1__CONNECTIVITY__INIT;
	CLEANUP(free_at) void *memory = NULL;
	Parta__V1__Report report;
	struct build b;

	if (build_start(&b, &memory) < 0)
		return -ENOMEM;
	LIST(&b, &connectivity, windows, n_windows, parta__v1__connectivity_window__init);
	for (size_t i = 0; i < connectivity.n_windows; i++)
		window_fill(&b, &windows[i], connectivity.windows[i]);
	LIST(&b, &connectivity, outages, n_outages, parta__v1__outage__init);
	for (size_t i = 0; i < connectivity.n_outages; i++)
		outage_fill(&b, &outages[i], connectivity.outages[i]);

	head_fill(head, &report);
	report.body_case = PARTA__V1__REPORT__BODY_CONNECTIVITY;
	report.connectivity = &connectivity;
	return build_pack(&b, &report, ret);
}

static void
dns_fill(
    struct build *b, const struct filter_observation *from, Parta__V1__FilterObservation *to)
{
	Parta__V1__FilterDns *dns = take(b, sizeof(*dns));

	if (!dns)
		return;
	parta__v1__filter_dns__init(dns);
	dns->rcode = from->dns.rcode;
	dns->addresses = addresses(b, from->dns.addresses,
	    least(from->dns.n_addresses, FILTER_ADDRESSES_MAX), &dns->n_addresses);
	dns->n_cnames = least(from->dns.n_cnames, COUNT_OF(from->dns.cnames));
	dns->cnames = take(b, (dns->n_cnames + 1) * sizeof(*dns->cnames));
	if (!dns->cnames)
		dns->n_cnames = 0;
	for (size_t i = 0; i < dns->n_cnames; i++)
		dns->cnames[i] = text(b, from->dns.cnames[i]);
	dns->ttl_s = from->dns.ttl_s;
	dns->ede = from->dns.ede;
	dns->rtt_ms = measured(from->dns.rtt_ms);
	dns->resolver = text(b, from->dns.resolver);
	to->dns = dns;
}

static void
tcp_tls_fill(
    struct build *b, const struct filter_observation *from, Parta__V1__FilterObservation *to)
{
	Parta__V1__FilterTcp *tcp = take(b, sizeof(*tcp));
	Parta__V1__FilterTls *tls = take(b, sizeof(*tls));

	if (!tcp || !tls)
		return;
	parta__v1__filter_tcp__init(tcp);
	tcp->error = from->tcp.error;
	tcp->rtt_ms = measured(from->tcp.rtt_ms);
	tcp->address = address(&from->tcp.address);
	to->tcp = tcp;
	if (from->reached < FILTER_STAGE_TLS)
		return;
	parta__v1__filter_tls__init(tls);
	tls->error = from->tls.error;
	tls->chain_sha256 = hashes(b, from->tls.chain_sha256,
	    least(from->tls.n_chain, FILTER_CHAIN_MAX), &tls->n_chain_sha256);
	tls->issuer = text(b, from->tls.issuer);
	tls->trusted_public = from->tls.trusted_public;
	to->tls = tls;
}

static void
http_fill(
    struct build *b, const struct filter_observation *from, Parta__V1__FilterObservation *to)
{
	static const uint8_t none[32];
	Parta__V1__FilterHttp *http = take(b, sizeof(*http));

	if (!http)
		return;
	parta__v1__filter_http__init(http);
	http->error = from->http.error;
	http->status = from->http.status;
	http->location = text(b, from->http.location);
	http->header_names = split(b, from->http.headers, '\n', &http->n_header_names);
	http->body_bytes = from->http.body_bytes;
	http->title = text(b, from->http.title);
	if (memcmp(from->http.body_sha256, none, sizeof(none)) != 0)
		http->body_sha256 = binary(from->http.body_sha256, sizeof(none));
	http->fingerprints = split(b, from->http.fingerprint, ',', &http->n_fingerprints);
	to->http = http;
}

static void
observation_fill(
    struct build *b, const struct filter_observation *from, Parta__V1__FilterObservation *to)
{
	to->id = text(b, from->entry->id);
	to->url = text(b, from->entry->url);
	to->expect = (Parta__V1__FilterExpect)from->entry->expect;
	to->verdict = (Parta__V1__FilterVerdict)from->verdict;
	to->outcome = (Parta__V1__FilterOutcome)from->outcome;
	to->layer = text(b, from->layer);
	to->rule_id = text(b, from->rule_id);
	to->confidence = measured(from->confidence);
	to->flags = split(b, from->flags, ',', &to->n_flags);
	to->at_ms = from->at_ms;
	if (from->reached >= FILTER_STAGE_DNS)
		dns_fill(b, from, to);
	if (from->reached >= FILTER_STAGE_TCP)
		tcp_tls_fill(b, from, to);
	if (from->reached >= FILTER_STAGE_HTTP_HEAD)
		http_fill(b, from, to);
}

int
report_filter(const struct report_head *head, const uint8_t run_id[static 16],
    int64_t started_ms, int64_t finished_ms, const char *list_version,
    const struct filter_observation observations[], size_t count, struct bytes *ret)
{
	Parta__V1__FilterRun run = PARTA__V1__FILTER_RUN__INIT;
	CLEANUP(free_at) void *memory = NULL;
	Parta__V1__Report report;
	struct build b;

	if (build_start(&b, &memory) < 0)
		return -ENOMEM;
	run.run_id = binary(run_id, 16);
	run.started_ms = started_ms;
	run.finished_ms = finished_ms;
	run.list_version = text(&b, list_version);
	LIST(&b, &run, observations, count, parta__v1__filter_observation__init);
	for (size_t i = 0; i < run.n_observations; i++)
		observation_fill(&b, &observations[i], run.observations[i]);

	head_fill(head, &report);
	report.body_case = PARTA__V1__REPORT__BODY_FILTER;
	report.filter = &run;
	return build_pack(&b, &report, ret);
}

static void
measurements_fill(struct build *b, const struct report_measurement from[], size_t count,
    Parta__V1__Report *report)
{
	LIST(b, report, measurements, least(count, WIRE_MEASUREMENTS_MAX),
	    parta__v1__measurement__init);
	for (size_t i = 0; i < report->n_measurements; i++) {
		report->measurements[i]->metric = text(b, from[i].metric);
		report->measurements[i]->subject = text(b, from[i].subject);
		report->measurements[i]->at_ms = from[i].at_ms;
		report->measurements[i]->value = from[i].value;
	}
}

static void
health_fill(struct build *b, const struct report_health *from, Parta__V1__AgentHealth *to)
{
	to->started_ms = from->started_ms;
	to->uptime_s = from->uptime_s;
	to->rss_bytes = from->rss_bytes;
	to->spool_bytes = from->spool.size_bytes;
	to->spool_limit_bytes = from->spool.budget_bytes;
	to->spool_reports = from->spool.reports;
	to->os = text(b, from->os);
	to->policy_version = text(b, from->policy_version);
	to->certificate_ends_ms = from->certificate_ends_ms;
	LIST(b, to, counters, from->n_counters, parta__v1__counter__init);
	for (size_t i = 0; i < to->n_counters; i++) {
		to->counters[i]->name = text(b, from->counters[i].name);
		to->counters[i]->value = from->counters[i].value;
	}
	to->warnings =
	    from->n_warnings ? take(b, from->n_warnings * sizeof(*to->warnings)) : NULL;
	to->n_warnings = to->warnings ? from->n_warnings : 0;
	for (size_t i = 0; i < to->n_warnings; i++)
		to->warnings[i] = text(b, from->warnings[i]);
}

int
report_health(const struct report_head *head, const struct report_health *health,
    const struct report_measurement measurements[], size_t n_measurements, struct bytes *ret)
{
	Parta__V1__AgentHealth told = PARTA__V1__AGENT_HEALTH__INIT;
	CLEANUP(free_at) void *memory = NULL;
	Parta__V1__Report report;
	struct build b;

	if (build_start(&b, &memory) < 0)
		return -ENOMEM;
	health_fill(&b, health, &told);
	head_fill(head, &report);
	measurements_fill(&b, measurements, n_measurements, &report);
	report.body_case = PARTA__V1__REPORT__BODY_HEALTH;
	report.health = &told;
	return build_pack(&b, &report, ret);
}

int
report_gap(const struct report_head *head, const struct spool_gap *gap, struct bytes *ret)
{
	Parta__V1__Gap told = PARTA__V1__GAP__INIT;
	Parta__V1__Report report;
	const struct build b = {0};

	told.first_seq = gap->first_seq;
	told.last_seq = gap->last_seq;
	told.first_created_ms = gap->first_created_ms;
	told.last_created_ms = gap->last_created_ms;
	told.reports = gap->reports;
	told.size_bytes = gap->size_bytes;
	told.reason = (char *)gap->reason;
	head_fill(head, &report);
	report.body_case = PARTA__V1__REPORT__BODY_GAP;
	report.gap = &told;
	return build_pack(&b, &report, ret);
}
