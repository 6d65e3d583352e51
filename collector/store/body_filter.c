/* A pass over the filter list as columns. A layer that was not reached leaves its columns null.
 */
#include "collector/store/body.h"

static void
verdict_columns(struct call *call, const Parta__V1__FilterRun *run)
{
	struct array *entry = call_column(call, ARRAY_TEXT);
	struct array *url = call_column(call, ARRAY_TEXT);
	struct array *expect = call_column(call, ARRAY_TEXT);
	struct array *verdict = call_column(call, ARRAY_TEXT);
	struct array *outcome = call_column(call, ARRAY_TEXT);
	struct array *layer = call_column(call, ARRAY_TEXT);
	struct array *rule = call_column(call, ARRAY_TEXT);
	struct array *confidence = call_column(call, ARRAY_REAL);
	struct array *at = call_column(call, ARRAY_TIME);

	for (size_t i = 0; i < run->n_observations; i++) {
		const Parta__V1__FilterObservation *o = run->observations[i];
		char word[WORD_SIZE];

		array_add_text(entry, o->id);
		array_add_text(url, o->url);
		body_word(word, &parta__v1__filter_expect__descriptor, (int)o->expect,
		    "FILTER_EXPECT_");
		array_add_text(expect, word);
		body_word(word, &parta__v1__filter_verdict__descriptor, (int)o->verdict,
		    "FILTER_VERDICT_");
		array_add_text(verdict, word);
		body_word(word, &parta__v1__filter_outcome__descriptor, (int)o->outcome,
		    "FILTER_OUTCOME_");
		array_add_text(outcome, word);
		array_add_text(layer, o->layer);
		array_add_text(rule, o->rule_id);
		array_add_number(confidence, o->confidence);
		array_add_time(at, o->at_ms);
	}
}

static void
dns_columns(struct call *call, const Parta__V1__FilterRun *run)
{
	struct array *rcode = call_column(call, ARRAY_INTEGER);
	struct array *ede = call_column(call, ARRAY_INTEGER);
	struct array *rtt = call_column(call, ARRAY_DOUBLE);
	struct array *resolver = call_column(call, ARRAY_TEXT);

	for (size_t i = 0; i < run->n_observations; i++) {
		const Parta__V1__FilterDns *dns = run->observations[i]->dns;

		if (!dns) {
			array_add_null(rcode);
			array_add_null(ede);
			array_add_null(rtt);
			array_add_null(resolver);
			continue;
		}
		array_add_int(rcode, dns->rcode);
		array_add_int(ede, dns->ede);
		array_add_number(rtt, dns->rtt_ms);
		array_add_text(resolver, dns->resolver);
	}
}

static void
tcp_columns(struct call *call, const Parta__V1__FilterRun *run)
{
	struct array *error = call_column(call, ARRAY_INTEGER);
	struct array *rtt = call_column(call, ARRAY_DOUBLE);
	struct array *address = call_column(call, ARRAY_INET);

	for (size_t i = 0; i < run->n_observations; i++) {
		const Parta__V1__FilterTcp *tcp = run->observations[i]->tcp;

		if (!tcp) {
			array_add_null(error);
			array_add_null(rtt);
			array_add_null(address);
			continue;
		}
		array_add_int(error, tcp->error);
		array_add_number(rtt, tcp->rtt_ms);
		array_add_inet(address, tcp->address.data, tcp->address.len);
	}
}

static void
tls_columns(struct call *call, const Parta__V1__FilterRun *run)
{
	struct array *error = call_column(call, ARRAY_INTEGER);
	struct array *issuer = call_column(call, ARRAY_TEXT);
	struct array *trusted = call_column(call, ARRAY_BOOLEAN);

	for (size_t i = 0; i < run->n_observations; i++) {
		const Parta__V1__FilterTls *tls = run->observations[i]->tls;

		if (!tls) {
			array_add_null(error);
			array_add_null(issuer);
			array_add_null(trusted);
			continue;
		}
		array_add_int(error, tls->error);
		array_add_text(issuer, tls->issuer);
		array_add_bool(trusted, tls->trusted_public);
	}
}

static void
http_columns(struct call *call, const Parta__V1__FilterRun *run)
{
	struct array *error = call_column(call, ARRAY_INTEGER);
	struct array *status = call_column(call, ARRAY_INTEGER);
	struct array *location = call_column(call, ARRAY_TEXT);
	struct array *body = call_column(call, ARRAY_BIGINT);
	struct array *title = call_column(call, ARRAY_TEXT);
	struct array *sha256 = call_column(call, ARRAY_BYTEA);

	for (size_t i = 0; i < run->n_observations; i++) {
		const Parta__V1__FilterHttp *http = run->observations[i]->http;

		if (!http) {
			array_add_null(error);
			array_add_null(status);
			array_add_null(location);
			array_add_null(body);
			array_add_null(title);
			array_add_null(sha256);
			continue;
		}
		array_add_int(error, http->error);
		array_add_int(status, http->status);
		array_add_text(location, http->location);
		array_add_count(body, http->body_bytes);
		array_add_text(title, http->title);
		array_add_bytes(sha256, http->body_sha256.data, http->body_sha256.len);
	}
}

static void
flag_columns(struct call *call, const Parta__V1__FilterRun *run)
{
	struct array *of = call_column(call, ARRAY_INTEGER);
	struct array *flag = call_column(call, ARRAY_TEXT);

	for (size_t i = 0; i < run->n_observations; i++)
		for (size_t n = 0; n < run->observations[i]->n_flags; n++) {
			array_add_int(of, (int64_t)i + 1);
			array_add_text(flag, run->observations[i]->flags[n]);
		}
}

static void
address_columns(struct call *call, const Parta__V1__FilterRun *run)
{
	struct array *of = call_column(call, ARRAY_INTEGER);
	struct array *address = call_column(call, ARRAY_INET);

	for (size_t i = 0; i < run->n_observations; i++) {
		const Parta__V1__FilterDns *dns = run->observations[i]->dns;

		for (size_t n = 0; dns && n < dns->n_addresses; n++) {
			array_add_int(of, (int64_t)i + 1);
			array_add_inet(address, dns->addresses[n].data, dns->addresses[n].len);
		}
	}
}

static void
chain_columns(struct call *call, const Parta__V1__FilterRun *run)
{
	struct array *of = call_column(call, ARRAY_INTEGER);
	struct array *sha256 = call_column(call, ARRAY_BYTEA);

	for (size_t i = 0; i < run->n_observations; i++) {
		const Parta__V1__FilterTls *tls = run->observations[i]->tls;

		for (size_t n = 0; tls && n < tls->n_chain_sha256; n++) {
			array_add_int(of, (int64_t)i + 1);
			array_add_bytes(
			    sha256, tls->chain_sha256[n].data, tls->chain_sha256[n].len);
		}
	}
}

static void
fingerprint_columns(struct call *call, const Parta__V1__FilterRun *run)
{
	struct array *of = call_column(call, ARRAY_INTEGER);
	struct array *print = call_column(call, ARRAY_TEXT);

	for (size_t i = 0; i < run->n_observations; i++) {
		const Parta__V1__FilterHttp *http = run->observations[i]->http;

		for (size_t n = 0; http && n < http->n_fingerprints; n++) {
			array_add_int(of, (int64_t)i + 1);
			array_add_text(print, http->fingerprints[n]);
		}
	}
}

int
body_filter(struct body *body, const Parta__V1__FilterRun *run)
{
	struct call *call = body->call;

	body_start(body);
	call_uuid_of(call, run->run_id.data, run->run_id.len);
	call_time(call, run->started_ms);
	call_time(call, run->finished_ms);
	call_text(call, run->list_version);
	verdict_columns(call, run);
	dns_columns(call, run);
	tcp_columns(call, run);
	tls_columns(call, run);
	http_columns(call, run);
	flag_columns(call, run);
	address_columns(call, run);
	chain_columns(call, run);
	fingerprint_columns(call, run);
	return call_run(call, body->db, STATEMENT_TAKE_FILTER, NULL);
}
