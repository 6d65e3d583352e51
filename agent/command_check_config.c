/*
 * `parta-agent check-config`: says whether the service could start with this
 * configuration, and with -v what is then in force. Nothing is sent or written.
 */
#include <string.h>
#include <unistd.h>

#include "agent/ask/snmp_users.h"
#include "agent/command.h"
#include "agent/neighbors.h"
#include "agent/probe/filter.h"

/* Files that an option names can be used. */
static int
check_files(const struct agent_settings *settings, FILE *err)
{
	struct snmp_user users[SNMP_USERS_MAX];
	struct filter_list list;
	char error[256] = "";
	size_t n_users;
	int status = COMMAND_DONE;

	if (*settings->credentials_file &&
	    snmp_users_read(settings->credentials_file, users, &n_users, error) < 0) {
		(void)fprintf(err, "parta-agent: credentials-file: %s\n", error);
		status = COMMAND_FAILED;
	}
	explicit_bzero(users, sizeof(users));
	if (*settings->filter_list) {
		if (filter_list_read(settings->filter_list, &list, error) < 0) {
			(void)fprintf(err, "parta-agent: filter-list: %s\n", error);
			status = COMMAND_FAILED;
		} else {
			filter_list_free(&list);
		}
	}
	if (*settings->speed_ca_file && access(settings->speed_ca_file, R_OK) < 0) {
		(void)fprintf(err, "parta-agent: speed-ca-file: cannot read '%s'\n",
		    settings->speed_ca_file);
		status = COMMAND_FAILED;
	}
	return status;
}

/* The machine around it: no reason not to start. */
static void
check_machine(FILE *err)
{
	uint64_t overflows;

	if (neighbors_overflows(&overflows) == 0 && overflows > 0)
		(void)fprintf(err,
		    "parta-agent: the kernel's neighbour table overflowed %llu times since the "
		    "machine started: raise net.ipv4.neigh.default.gc_thresh3\n",
		    (unsigned long long)overflows);
}

int
command_check_config(int argc, char *argv[], FILE *out, FILE *err)
{
	struct command_common common;
	struct agent_settings settings;
	int r = command_bare(
	    argc, argv, "usage: parta-agent check-config [-c FILE] [-v]\n", &common, out, err);

	if (r != COMMAND_DONE || common.help)
		return r;
	r = command_settings(&common, &settings, err);
	if (r == COMMAND_DONE)
		r = check_files(&settings, err);
	if (r != COMMAND_DONE)
		return r;
	check_machine(err);
	if (common.verbose)
		options_print(agent_options, agent_options_count, &settings, out);
	(void)fprintf(
	    out, "configuration is good: %s\n", common.config ? common.config : SETTINGS_FILE);
	return COMMAND_DONE;
}
