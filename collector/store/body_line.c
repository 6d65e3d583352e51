/* What was measured of the line, as columns: throughput tests, windows of the ladder, outages.
 */
#include "collector/store/body.h"

static void
direction_columns(struct call *call, const Parta__V1__SpeedTest *test)
{
	struct array *direction = call_column(call, ARRAY_TEXT);
	struct array *ip = call_column(call, ARRAY_DOUBLE);
	struct array *goodput = call_column(call, ARRAY_DOUBLE);
	struct array *streams = call_column(call, ARRAY_INTEGER);
	struct array *duration = call_column(call, ARRAY_DOUBLE);
	struct array *size = call_column(call, ARRAY_BIGINT);
	struct array *verdict = call_column(call, ARRAY_TEXT);
	struct array *confidence = call_column(call, ARRAY_REAL);
	struct array *mss = call_column(call, ARRAY_INTEGER);
	struct array *sample_ms = call_column(call, ARRAY_INTEGER);
	struct array *warmup = call_column(call, ARRAY_INTEGER);
	struct array *target = call_column(call, ARRAY_DOUBLE);

	for (size_t i = 0; i < test->n_directions; i++) {
		const Parta__V1__SpeedDirection *d = test->directions[i];
		char word[WORD_SIZE];

		body_word(word, &parta__v1__speed_verdict__descriptor, (int)d->verdict,
		    "SPEED_VERDICT_");
		array_add_text(direction, d->upload ? "up" : "down");
		array_add_number(ip, d->ip_mbps);
		array_add_number(goodput, d->goodput_mbps);
		array_add_int(streams, d->streams);
		array_add_number(duration, d->duration_s);
		array_add_count(size, d->size_bytes);
		array_add_text(verdict, word);
		array_add_number(confidence, d->confidence);
		array_add_int(mss, d->mss_bytes);
		array_add_int(sample_ms, d->sample_ms);
		array_add_int(warmup, d->warmup_samples);
		array_add_number(target, d->target_mbps);
	}
}

static void
sample_columns(struct call *call, const Parta__V1__SpeedTest *test)
{
	struct array *of = call_column(call, ARRAY_INTEGER);
	struct array *bytes = call_column(call, ARRAY_BIGINT);

	for (size_t i = 0; i < test->n_directions; i++)
		for (size_t n = 0; n < test->directions[i]->n_sample_bytes; n++) {
			array_add_int(of, (int64_t)i + 1);
			array_add_int(bytes, test->directions[i]->sample_bytes[n]);
		}
}

static void
stream_columns(struct call *call, const Parta__V1__SpeedTest *test)
{
	struct array *of = call_column(call, ARRAY_INTEGER);
	struct array *rtt = call_column(call, ARRAY_BIGINT);
	struct array *rttvar = call_column(call, ARRAY_BIGINT);
	struct array *min_rtt = call_column(call, ARRAY_BIGINT);
	struct array *retrans = call_column(call, ARRAY_BIGINT);
	struct array *acked = call_column(call, ARRAY_BIGINT);
	struct array *received = call_column(call, ARRAY_BIGINT);
	struct array *busy = call_column(call, ARRAY_BIGINT);
	struct array *rwnd = call_column(call, ARRAY_BIGINT);
	struct array *sndbuf = call_column(call, ARRAY_BIGINT);
	struct array *snd_mss = call_column(call, ARRAY_BIGINT);
	struct array *rcv_mss = call_column(call, ARRAY_BIGINT);
	struct array *rate = call_column(call, ARRAY_BIGINT);

	for (size_t i = 0; i < test->n_directions; i++)
		for (size_t n = 0; n < test->directions[i]->n_tcp; n++) {
			const Parta__V1__TcpInfo *tcp = test->directions[i]->tcp[n];

			array_add_int(of, (int64_t)i + 1);
			array_add_int(rtt, tcp->rtt_us);
			array_add_int(rttvar, tcp->rttvar_us);
			array_add_int(min_rtt, tcp->min_rtt_us);
			array_add_int(retrans, tcp->total_retrans);
			array_add_count(acked, tcp->bytes_acked);
			array_add_count(received, tcp->bytes_received);
			array_add_count(busy, tcp->busy_us);
			array_add_count(rwnd, tcp->rwnd_limited_us);
			array_add_count(sndbuf, tcp->sndbuf_limited_us);
			array_add_int(snd_mss, tcp->snd_mss_bytes);
			array_add_int(rcv_mss, tcp->rcv_mss_bytes);
			array_add_count(rate, tcp->delivery_rate_bytes_per_s);
		}
}

int
body_speed(struct body *body, const Parta__V1__SpeedTest *test)
{
	struct call *call = body->call;
	int r;

	body_start(body);
	call_uuid_of(call, test->test_id.data, test->test_id.len);
	call_time(call, test->started_ms);
	call_text(call, test->backend);
	call_text(call, test->server);
	call_text(call, test->server_address);
	call_number(call, test->target_mbps);
	call_number(call, test->latency_idle_ms);
	call_number(call, test->latency_loaded_ms);
	call_number(call, test->loss_pct);
	call_int(call, ARRAY_BIGINT, test->lan_speed_mbps);
	call_number(call, test->cpu_pct);
	call_text(call, test->congestion_control);
	call_text(call, test->lesson);
	call_text(call, test->mode);
	direction_columns(call, test);
	sample_columns(call, test);
	stream_columns(call, test);
	r = call_run(call, body->db, STATEMENT_TAKE_SPEED, NULL);
	return r < 0 ? r : body_speed_runs(body, test);
}

static void
window_columns(struct call *call, const Parta__V1__Connectivity *connectivity)
{
	struct array *rung = call_column(call, ARRAY_TEXT);
	struct array *target = call_column(call, ARRAY_TEXT);
	struct array *from = call_column(call, ARRAY_TIME);
	struct array *to = call_column(call, ARRAY_TIME);
	struct array *sent = call_column(call, ARRAY_BIGINT);
	struct array *received = call_column(call, ARRAY_BIGINT);
	struct array *late = call_column(call, ARRAY_BIGINT);
	struct array *min = call_column(call, ARRAY_DOUBLE);
	struct array *median = call_column(call, ARRAY_DOUBLE);
	struct array *max = call_column(call, ARRAY_DOUBLE);
	struct array *micro = call_column(call, ARRAY_BIGINT);

	for (size_t i = 0; i < connectivity->n_windows; i++) {
		const Parta__V1__ConnectivityWindow *w = connectivity->windows[i];

		array_add_text(rung, w->rung);
		array_add_text(target, w->target);
		array_add_time(from, w->from_ms);
		array_add_time(to, w->to_ms);
		array_add_int(sent, w->sent);
		array_add_int(received, w->received);
		array_add_int(late, w->late);
		array_add_number(min, w->rtt_min_ms);
		array_add_number(median, w->rtt_median_ms);
		array_add_number(max, w->rtt_max_ms);
		array_add_int(micro, w->micro_outages);
	}
}

static void
outage_columns(struct call *call, const Parta__V1__Connectivity *connectivity)
{
	struct array *id = call_column(call, ARRAY_UUID);
	struct array *class = call_column(call, ARRAY_TEXT);
	struct array *state = call_column(call, ARRAY_TEXT);
	struct array *onset = call_column(call, ARRAY_TIME);
	struct array *end = call_column(call, ARRAY_TIME);

	for (size_t i = 0; i < connectivity->n_outages; i++) {
		const Parta__V1__Outage *outage = connectivity->outages[i];
		char word[WORD_SIZE];

		column_uuid_of(id, outage->outage_id.data, outage->outage_id.len);
		body_word(word, &parta__v1__outage_class__descriptor, (int)outage->class_,
		    "OUTAGE_CLASS_");
		array_add_text(class, word);
		body_word(word, &parta__v1__connectivity_state__descriptor, (int)outage->state,
		    "CONNECTIVITY_STATE_");
		array_add_text(state, word);
		array_add_time(onset, outage->onset_ms);
		if (outage->end_ms == 0)
			array_add_null(end);
		else
			array_add_time(end, outage->end_ms);
	}
}

static void
outage_evidence_columns(struct call *call, const Parta__V1__Connectivity *connectivity)
{
	struct array *of = call_column(call, ARRAY_INTEGER);
	struct array *rung = call_column(call, ARRAY_TEXT);
	struct array *target = call_column(call, ARRAY_TEXT);
	struct array *observed = call_column(call, ARRAY_TEXT);
	struct array *at = call_column(call, ARRAY_TIME);

	for (size_t i = 0; i < connectivity->n_outages; i++)
		for (size_t n = 0; n < connectivity->outages[i]->n_evidence; n++) {
			const Parta__V1__OutageEvidence *e =
			    connectivity->outages[i]->evidence[n];

			array_add_int(of, (int64_t)i + 1);
			array_add_text(rung, e->rung);
			array_add_text(target, e->target);
			array_add_text(observed, e->observed);
			array_add_time(at, e->at_ms);
		}
}

int
body_connectivity(struct body *body, const Parta__V1__Connectivity *connectivity)
{
	struct call *call = body->call;

	body_start(body);
	call_time(call, body->item->report->created_ms);
	window_columns(call, connectivity);
	outage_columns(call, connectivity);
	outage_evidence_columns(call, connectivity);
	return call_run(call, body->db, STATEMENT_TAKE_CONNECTIVITY, NULL);
}
