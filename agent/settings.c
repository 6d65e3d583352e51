/*
 * The one list of the agent's options. Each row is its own manual; what a value
 * alone can get wrong is checked by its row, what two values can get wrong by
 * settings_check(). It does not know what the collector's policy says.
 */
#include "agent/settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/effective.h"
#include "agent/probe/speed_backend.h"
#include "common/address.h"
#include "common/check.h"

#define AT(field) offsetof(struct agent_settings, field)

static int
valid_https(const char *value)
{
	return *value == '\0' || (strncmp(value, "https://", 8) == 0 && value[8]) ? 0 : -EINVAL;
}

static int
valid_url(const char *value)
{
	if (strncmp(value, "http://", 7) == 0 && value[7])
		return 0;
	return strncmp(value, "https://", 8) == 0 && value[8] ? 0 : -EINVAL;
}

static int
valid_http(const char *value)
{
	return *value == '\0' || (strncmp(value, "http://", 7) == 0 && value[7]) ? 0 : -EINVAL;
}

static int
valid_path(const char *value)
{
	return *value == '\0' || *value == '/' ? 0 : -EINVAL;
}

static int
valid_range(const char *value)
{
	struct address_range range;

	if (address_range_parse(value, &range) < 0 || range.base.family != ADDRESS_IPV4)
		return -EINVAL;
	return range.prefix_len >= 16 ? 0 : -EINVAL;
}

static int
valid_address(const char *value)
{
	struct address address;

	return *value == '\0' ? 0 : address_parse(value, &address);
}

static int
valid_target(const char *value)
{
	struct connectivity_target target;

	return effective_target(value, &target);
}

static int
valid_exam(const char *value)
{
	struct calendar_exam exam;

	return calendar_exam_parse(value, &exam);
}

static int
valid_metered(const char *value)
{
	static const char *const words[] = {"auto", "yes", "no"};

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (strcmp(value, words[i]) == 0)
			return 0;
	return -EINVAL;
}

static int
valid_level(const char *value)
{
	static const char *const levels[] = {"error", "warn", "info", "debug"};

	for (size_t i = 0; i < COUNT_OF(levels); i++)
		if (strcmp(value, levels[i]) == 0)
			return 0;
	return -EINVAL;
}

static int
valid_zone(const char *value)
{
	return *value == '/' || strstr(value, "..") ? -EINVAL : 0;
}

static int
valid_interface(const char *value)
{
	return *value && strlen(value) < 16 && !strchr(value, '/') ? 0 : -EINVAL;
}

static int
valid_backend(const char *value)
{
	return speed_backend_find(value) ? 0 : -EINVAL;
}

/* clang-format off */
const struct option_row agent_options[] = {
	{ .name = "collector-url", .type = OPTION_TEXT, .at = AT(collector_url), .max = SETTINGS_URL_MAX, .valid = valid_https,
	  .text = "Where reports go, https://host:port of the collector's agents listener. "
		  "Empty: what the enrolment said." },
	{ .name = "state-dir", .type = OPTION_TEXT, .at = AT(state_dir), .fallback = "/var/lib/parta-agent", .min = 1,
	  .max = SETTINGS_PATH_MAX, .valid = valid_path,
	  .text = "The folder of the agent's key and certificate, of reports that wait for the collector, "
		  "and of what must outlive a restart." },
	{ .name = "data-dir", .type = OPTION_TEXT, .at = AT(data_dir), .fallback = PARTA_DATADIR, .min = 1,
	  .max = SETTINGS_PATH_MAX, .valid = valid_path,
	  .text = "The folder of device rules and maker names that come with the program." },
	{ .name = "log-level", .type = OPTION_TEXT, .at = AT(log_level), .fallback = "info", .min = 1, .max = SETTINGS_NAME_MAX,
	  .reload = true, .valid = valid_level,
	  .text = "How much is logged: error, warn, info or debug." },
	{ .name = "time-zone", .type = OPTION_TEXT, .at = AT(time_zone), .max = SETTINGS_NAME_MAX, .reload = true, .valid = valid_zone,
	  .text = "The school's time zone as an IANA name, for example Asia/Yekaterinburg. "
		  "Empty: the policy's, else the machine's." },
	{ .name = "report-every", .type = OPTION_SECONDS, .at = AT(report_every_s), .max = 86400, .reload = true,
	  .text = "How often connectivity windows and the agent's health are reported; at least 10 s. "
		  "0: as the policy says, else every 5 minutes." },

	{ .name = "exams", .type = OPTION_LIST, .at = AT(exams), .max = OPTION_LIST_MAX, .reload = true, .valid = valid_exam,
	  .text = "When examinations are held, by the school's clock, as from/to: 2027-05-31T09:00/2027-05-31T14:30. Meanwhile nothing is "
		  "scanned, no filter is checked and no test loads the line; how it does is reported every minute. "
		  "Those of the policy hold besides." },

	{ .name = "interfaces", .type = OPTION_LIST, .at = AT(interfaces), .max = 16, .valid = valid_interface,
	  .text = "Ethernet interfaces to listen on and to ask through. Empty: all that are up." },
	{ .name = "ranges", .type = OPTION_LIST, .at = AT(ranges), .max = OPTION_LIST_MAX, .reload = true, .valid = valid_range,
	  .text = "IPv4 networks that are inventoried, in CIDR form, none larger than a /16. "
		  "Empty: the policy's, else the own subnets of the interfaces." },
	{ .name = "communities", .type = OPTION_LIST, .at = AT(communities), .max = OPTION_LIST_MAX, .reload = true,
	  .text = "SNMP v1 and v2c communities to read with, tried in this order. "
		  "Empty: the policy's, else public." },
	{ .name = "credentials-file", .type = OPTION_TEXT, .at = AT(credentials_file), .max = SETTINGS_PATH_MAX, .reload = true,
	  .valid = valid_path,
	  .text = "A file of SNMPv3 users, one a line: name auth-protocol auth-passphrase priv-protocol priv-passphrase. "
		  "It must not be readable by others." },
	{ .name = "pjlink-password", .type = OPTION_TEXT, .at = AT(pjlink_password), .max = 32, .reload = true,
	  .text = "Password of projectors that tell what they are to its holder only (PJLink). Empty: such projectors are noted as locked." },
	{ .name = "scan-every", .type = OPTION_SECONDS, .at = AT(scan_every_s), .max = 604800, .reload = true,
	  .text = "How often the network is inventoried; at least 60 s. 0: as the policy says, else every 4 hours." },
	{ .name = "scan-rate", .type = OPTION_NUMBER, .at = AT(scan_rate), .fallback = "250", .min = 1, .max = 5000, .reload = true,
	  .text = "The most ARP broadcasts a second while scanning." },

	{ .name = "target-down-mbps", .type = OPTION_REAL, .at = AT(target_down_mbps), .max = 100000, .reload = true,
	  .text = "The download rate at the IP layer that the line owes, in Mbit/s. 0: as the policy says." },
	{ .name = "target-up-mbps", .type = OPTION_REAL, .at = AT(target_up_mbps), .max = 100000, .reload = true,
	  .text = "The upload rate at the IP layer that the line owes, in Mbit/s. 0: as the policy says." },
	{ .name = "line-router", .type = OPTION_TEXT, .at = AT(line_router), .max = SETTINGS_NAME_MAX, .reload = true, .valid = valid_address,
	  .text = "Address of the router that counts the line (SNMP, communities). Empty: the gateway of the default route." },
	{ .name = "line-interface", .type = OPTION_NUMBER, .at = AT(line_interface), .max = 2147483647, .reload = true,
	  .text = "ifIndex of that router's interface towards the provider. 0: that of its default route." },
	{ .name = "speed-servers", .type = OPTION_LIST, .at = AT(speed_servers), .max = 8, .reload = true, .valid = valid_url,
	  .text = "URLs of measuring servers; the first that answers is used. Empty: the policy's." },
	{ .name = "speed-backend", .type = OPTION_TEXT, .at = AT(speed_backend), .max = SETTINGS_NAME_MAX, .reload = true,
	  .valid = valid_backend,
	  .text = "What the measuring servers speak: parta, librespeed, ndt7, rpm or iperf3. Empty: the policy's, else parta." },
	{ .name = "speed-ca-file", .type = OPTION_TEXT, .at = AT(speed_ca_file), .max = SETTINGS_PATH_MAX, .reload = true,
	  .valid = valid_path,
	  .text = "Certificates that a measuring server is verified by, PEM. "
		  "Empty: the collector's authority for the parta backend, the system's store for others." },
	{ .name = "speed-every", .type = OPTION_SECONDS, .at = AT(speed_every_s), .max = 604800, .reload = true,
	  .text = "How often the line is measured on a school day; at least 60 s. From an hour on that is an average: each part "
		  "of the day (lessons, breaks, evening, night) has its tests, half of them are in lessons, and a day without "
		  "lessons has a quarter of them. Oftener: evenly all day. 0: as the policy says, else every hour." },
	{ .name = "speed-budget", .type = OPTION_BYTES, .at = AT(speed_budget_bytes), .max = 0x1p40, .reload = true,
	  .text = "The most bytes a day, both directions together, that measuring the line may cost. "
		  "0: as the policy says, else 2G." },
	{ .name = "speed-budget-month", .type = OPTION_BYTES, .at = AT(speed_budget_month_bytes), .max = 0x1p40, .reload = true,
	  .text = "The same a month of the calendar. 0: as the policy says, else 30G." },

	{ .name = "metered", .type = OPTION_TEXT, .at = AT(metered), .fallback = "auto", .min = 1, .max = SETTINGS_NAME_MAX, .reload = true,
	  .valid = valid_metered,
	  .text = "Does the way to the Internet cost by the byte? Then the line is only tried lightly: a tenth of the target, at most 8 "
		  "MiB. yes, no, or auto: while it is a modem of this machine, or another way than the school's usual one (interface, "
		  "gateway, or the network that the collector sees)." },

	{ .name = "targets", .type = OPTION_LIST, .at = AT(targets), .max = 8, .reload = true, .valid = valid_target,
	  .text = "Internet addresses that are probed to tell whether the line works, as kind@address: "
		  "icmp@77.88.8.8, tcp:443@77.88.8.8 or dns@77.88.8.8. Empty: the policy's." },
	{ .name = "resolver", .type = OPTION_TEXT, .at = AT(resolver), .max = SETTINGS_NAME_MAX, .valid = valid_address,
	  .text = "Address of the school's DNS resolver. Empty: those of /etc/resolv.conf." },
	{ .name = "public-resolver", .type = OPTION_TEXT, .at = AT(public_resolver), .max = SETTINGS_NAME_MAX, .reload = true,
	  .valid = valid_address,
	  .text = "Address of a public DNS resolver, asked to tell a fault of the school's resolver from one of the line. "
		  "Empty: none is asked." },
	{ .name = "dns-name", .type = OPTION_TEXT, .at = AT(dns_name), .max = SETTINGS_PATH_MAX, .reload = true,
	  .text = "A name that must resolve while the line works; a star stands for a label that nobody has asked for before, "
		  "as in *.example.org. Empty: such a label under the host of the collector's URL." },
	{ .name = "portal-url", .type = OPTION_TEXT, .at = AT(portal_url), .max = SETTINGS_URL_MAX, .reload = true, .valid = valid_http,
	  .text = "Where the collector's plain listener is asked over HTTP, to see whether a portal answers in its place. "
		  "Empty: /v1/nonce at port 80 of the collector's host." },

	{ .name = "filter-list", .type = OPTION_TEXT, .at = AT(filter_list), .max = SETTINGS_PATH_MAX, .reload = true, .valid = valid_path,
	  .text = "A CSV file of URLs whose filtering is checked (id,url,expect,max_stage,category). "
		  "Empty: the policy's list." },
	{ .name = "filter-every", .type = OPTION_SECONDS, .at = AT(filter_every_s), .max = 604800, .reload = true,
	  .text = "How often the filter is checked; at least 60 s. 0: as the policy says, else every 12 hours." },

	{ .name = "host-listen", .type = OPTION_NUMBER, .at = AT(host_listen), .fallback = "0", .max = 65535, .reload = true,
	  .text = "TCP port where computers post what they tell of themselves by the host script, at the IPv4 addresses "
		  "of the interfaces; above 1023. 0: nobody may." },
	{ .name = "host-key-file", .type = OPTION_TEXT, .at = AT(host_key_file), .max = SETTINGS_PATH_MAX, .reload = true,
	  .valid = valid_path,
	  .text = "The school's keys for the host script, one a line, 64 hexadecimal digits each; while keys are being "
		  "replaced, at most 4. It must not be readable by others." },

	{ .name = "spool-budget", .type = OPTION_BYTES, .at = AT(spool_budget_bytes), .fallback = "128M", .min = 1 << 20, .max = 0x1p40,
	  .text = "The most disk that unacknowledged reports may take. Beyond it the oldest raw detail goes first, "
		  "and a gap is reported." },
	{ .name = "spool-age", .type = OPTION_SECONDS, .at = AT(spool_age_s), .fallback = "33d", .min = 3600, .max = 35 * 86400,
	  .text = "How long an unacknowledged report is kept." },
};
/* clang-format on */

const size_t agent_options_count = COUNT_OF(agent_options);

int
settings_load(const char *path, struct agent_settings *ret, struct option_error *error)
{
	struct agent_settings *settings = calloc(1, sizeof(*settings));
	int r = 0;

	if (!settings)
		return -ENOMEM;
	options_default(agent_options, agent_options_count, settings);
	if (path || access(SETTINGS_FILE, F_OK) == 0)
		r = options_load(agent_options, agent_options_count, settings,
		    path ? path : SETTINGS_FILE, error);
	if (r == 0)
		r = settings_check(settings, error);
	if (r == 0)
		*ret = *settings;
	free(settings);
	return r;
}

static int
refuse_short(const char *name, int64_t value_s, int64_t min_s, struct option_error *error)
{
	if (value_s == 0 || value_s >= min_s)
		return 0;
	(void)snprintf(error->text, sizeof(error->text),
	    "%s is %llds, it must be 0 or at least %llds", name, (long long)value_s,
	    (long long)min_s);
	return -EINVAL;
}

int
settings_check(const struct agent_settings *settings, struct option_error *error)
{
	int r = refuse_short("report-every", settings->report_every_s, 10, error);

	if (r == 0)
		r = refuse_short("scan-every", settings->scan_every_s, 60, error);
	if (r == 0)
		r = refuse_short("speed-every", settings->speed_every_s, 60, error);
	if (r == 0)
		r = refuse_short("filter-every", settings->filter_every_s, 60, error);
	return r;
}

enum log_level
settings_log_level(const struct agent_settings *settings)
{
	switch (settings->log_level[0]) {
	case 'e':
		return LOG_LEVEL_ERROR;
	case 'w':
		return LOG_LEVEL_WARN;
	case 'd':
		return LOG_LEVEL_DEBUG;
	default:
		return LOG_LEVEL_INFO;
	}
}
