/*
 * What a school's administrator may set. The table in settings.c is the one list
 * of options: the parser, `check-config`, the shipped file and the manual read it.
 * An option that the collector's policy also gives is empty or zero here until a
 * person sets it; then the local value holds (agent/effective.h).
 */
#ifndef PARTA_AGENT_SETTINGS_H
#define PARTA_AGENT_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/log.h"
#include "common/options.h"

enum { SETTINGS_PATH_MAX = 255, SETTINGS_NAME_MAX = 63, SETTINGS_URL_MAX = 255 };

#define SETTINGS_FILE "/etc/parta/parta-agent.conf"

struct agent_settings {
	char collector_url[SETTINGS_URL_MAX + 1];
	char state_dir[SETTINGS_PATH_MAX + 1];
	char data_dir[SETTINGS_PATH_MAX + 1];
	char log_level[SETTINGS_NAME_MAX + 1];
	char time_zone[SETTINGS_NAME_MAX + 1];
	int64_t report_every_s;

	struct option_list interfaces;
	struct option_list ranges;
	struct option_list communities;
	char credentials_file[SETTINGS_PATH_MAX + 1];
	char pjlink_password[SETTINGS_NAME_MAX + 1];
	int64_t scan_every_s;
	int64_t scan_rate;

	double target_down_mbps, target_up_mbps;
	char line_router[SETTINGS_NAME_MAX + 1];
	int64_t line_interface; /* ifIndex, 0: found */
	struct option_list speed_servers;
	char speed_backend[SETTINGS_NAME_MAX + 1];
	char speed_ca_file[SETTINGS_PATH_MAX + 1];
	struct option_list exams;
	char metered[SETTINGS_NAME_MAX + 1];
	int64_t speed_every_s;
	int64_t speed_budget_month_bytes;
	int64_t speed_budget_bytes;

	struct option_list targets; /* "icmp@77.88.8.8", "tcp:443@77.88.8.8", "dns@77.88.8.8" */
	char resolver[SETTINGS_NAME_MAX + 1];
	char public_resolver[SETTINGS_NAME_MAX + 1];
	char dns_name[SETTINGS_PATH_MAX + 1];
	char portal_url[SETTINGS_URL_MAX + 1];

	char filter_list[SETTINGS_PATH_MAX + 1];
	int64_t filter_every_s;

	int64_t host_listen; /* TCP port, 0 none */
	char host_key_file[SETTINGS_PATH_MAX + 1];

	int64_t spool_budget_bytes;
	int64_t spool_age_s;
};

extern const struct option_row agent_options[];
extern const size_t agent_options_count;

/*
 * Defaults, then the file at path (NULL: SETTINGS_FILE, which may be absent).
 * 0 or a negative errno; error then says in one sentence what to write instead.
 */
int settings_load(const char *path, struct agent_settings *ret, struct option_error *error);

/* What no single row can see: values that contradict each other. 0 or -EINVAL with words. */
int settings_check(const struct agent_settings *settings, struct option_error *error);

/* The level that log-level names. */
enum log_level settings_log_level(const struct agent_settings *settings);

#endif
