/*
 * Content filtering both ways: observes DNS, TCP, TLS and HTTP of each URL of a
 * list, never further than its max_stage, and judges by a decision table
 * (filter_judge.h, pure) against the control taken outside the school.
 */
#ifndef PARTA_AGENT_PROBE_FILTER_H
#define PARTA_AGENT_PROBE_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/address.h"

struct loop;
struct transfers;
struct filter_run;

/* The numbers of all enums are those of parta.v1. */
enum filter_expect { FILTER_EXPECT_UNSPECIFIED, FILTER_BLOCK, FILTER_ALLOW, FILTER_INFO };
enum filter_stage {
	FILTER_STAGE_UNSPECIFIED,
	FILTER_STAGE_DNS,
	FILTER_STAGE_TCP,
	FILTER_STAGE_TLS,
	FILTER_STAGE_HTTP_HEAD,
	FILTER_STAGE_HTTP_BODY
};
enum filter_verdict {
	FILTER_VERDICT_UNSPECIFIED,
	FILTER_ALLOWED,
	FILTER_BLOCKED_DNS,
	FILTER_BLOCKED_TCP,
	FILTER_BLOCKED_TLS,
	FILTER_BLOCKED_HTTP,
	FILTER_BLOCKED_PAGE,
	FILTER_REDIRECTED,
	FILTER_THROTTLED,
	FILTER_SITE_DOWN,
	FILTER_ANOMALY,
	FILTER_NOT_MEASURED,
};
enum filter_outcome {
	FILTER_OUTCOME_UNSPECIFIED,
	FILTER_PASS,
	FILTER_LEAK,
	FILTER_OVERBLOCK,
	FILTER_EXCLUDED
};
const char *filter_expect_name(enum filter_expect expect); /* "block", "allow", "info" */
const char *filter_verdict_name(
    enum filter_verdict verdict); /* "allowed", "blocked_dns", ... */
const char *filter_outcome_name(
    enum filter_outcome outcome); /* "pass", "leak", "overblock", "excluded" */

enum { FILTER_ADDRESSES_MAX = 8, FILTER_CHAIN_MAX = 6 };

struct filter_control {
	bool known, reachable;
	int64_t at_ms;
	struct address addresses[FILTER_ADDRESSES_MAX];
	size_t n_addresses;
	unsigned status;
	uint64_t body_bytes;
	char title[128];
	uint8_t body_sha256[32];
	bool has_body_sha256;
	uint8_t chain_sha256[FILTER_CHAIN_MAX][32];
	size_t n_chain;
};

struct filter_entry {
	char id[64], url[512], category[32];
	enum filter_expect expect;
	enum filter_stage max_stage;
	struct filter_control control;
};

struct filter_list {
	char version[64];
	const struct filter_entry *entries;
	size_t n_entries;
	char canary_url[512]; /* "" none */
	uint8_t canary_sha256[32];
	bool has_canary_sha256;
	const char *const
	    *block_addresses; /* addresses and host names that stand for "blocked" */
	size_t n_block_addresses;
	const char *const *block_hosts;
	size_t n_block_hosts;
};

struct filter_observation {
	const struct filter_entry *entry;
	int64_t at_ms;
	enum filter_stage reached;
	struct {           /* DNS */
		int rcode; /* -1 no answer */
		struct address addresses[FILTER_ADDRESSES_MAX];
		size_t n_addresses;
		char cnames[4][128];
		size_t n_cnames;
		uint32_t ttl_s;
		int ede; /* -1 none */
		double rtt_ms;
		char resolver[64];
	} dns;
	struct {
		int error;
		double rtt_ms;
		struct address address;
	} tcp; /* error: errno */
	struct {
		int error; /* 0, else CURLcode */
		int os_errno;
		uint8_t chain_sha256[FILTER_CHAIN_MAX][32];
		size_t n_chain;
		char issuer[128];
		bool trusted_public;
	} tls;
	struct {
		int error, os_errno;
		unsigned status;
		char location[256];
		char headers[1024]; /* names, one a line */
		uint64_t body_bytes;
		char title[128];
		uint8_t body_sha256[32];
		char fingerprint[64];
	} http;
	/* The judgement. */
	enum filter_verdict verdict;
	enum filter_outcome outcome;
	char layer[8], rule_id[16], flags[128]; /* flags comma-separated */
	double confidence;
};

struct filter_settings {
	const char *resolver; /* address of the school's resolver, NULL: /etc/resolv.conf */
	const char *ca_file;  /* the public store to judge chains by, NULL: the system's */
	size_t at_once;       /* 0: 4 */
	bool repeat_doubtful; /* ask anomalies twice more and vote 2 of 3 */
};

/* on_observation once for each entry, on_done at the end (error 0 or a negative errno). */
int filter_start(struct loop *loop, struct transfers *transfers, const struct filter_list *list,
    const struct filter_settings *settings,
    void (*on_observation)(void *arg, const struct filter_observation *observation),
    void (*on_done)(void *arg, int error), void *arg, struct filter_run **ret);
void filter_cancel(struct filter_run *run);

/* A list from a CSV file (id,url,expect,max_stage,category) for `filter --list`; words with the
 * line in error. Free with filter_list_free. */
int filter_list_read(const char *path, struct filter_list *ret, char error[static 256]);
void filter_list_free(struct filter_list *list);

#endif
