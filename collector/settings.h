/* What the collector may be told: the table of its options and the struct they fill. */
#ifndef PARTA_COLLECTOR_SETTINGS_H
#define PARTA_COLLECTOR_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/log.h"
#include "common/options.h"

struct collector_settings {
	char database[1024]; /* libpq connection string or URL; empty: the embedded cluster */
	char state_dir[256];
	char data_dir[256];
	char reference_dir[256];
	char user[64];
	char log_level[16];

	char listen_agents[128];
	char listen_page[128];
	char listen_measure[128];
	char listen_ndt7[128];
	char listen_plain[128];
	int64_t page_hsts_s;
	struct option_list
	    page_behind_proxy; /* addresses and ranges of proxies that are believed */
	struct option_list
	    server_names; /* subject alternative names of the listeners' certificate */
	char agents_url[256];
	int64_t connections_max;
	int64_t agent_requests_per_s, agent_requests_burst;
	int64_t enrol_per_minute;

	int64_t retention_raw_s, retention_hourly_s, retention_daily_s, retention_quarantine_s;
	char smtp_url[256], smtp_from[320], smtp_credentials[256], smtp_starttls[16];
	char alert_ca_file[256];

	int64_t queue_reports, queue_bytes;
	int64_t answer_within_s;

	int64_t measure_streams;
	int64_t measure_request_bytes, measure_client_bytes_a_day;
	int64_t measure_capacity_mbps;
	char measure_key[128];
};

extern const struct option_row collector_options[];
extern const size_t collector_options_count;

#define COLLECTOR_CONFIG_FILE "/etc/parta/parta-collector.conf"

/*
 * Defaults, then the file. path NULL: COLLECTOR_CONFIG_FILE, which may be missing.
 * 0 or a negative errno; error is then set.
 */
int settings_load(const char *path, struct collector_settings *ret, struct option_error *error);

/* The level that log-level names. */
enum log_level settings_log_level(const struct collector_settings *settings);

#endif
