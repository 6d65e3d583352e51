/*
 * The one list of the collector's options. Defaults, bounds, SIGHUP, the shipped
 * configuration file and its manual are all read from here.
 */
#include "collector/settings.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "collector/http/listen.h"
#include "common/check.h"

#define AT(field)  offsetof(struct collector_settings, field)
#define LEN(field) (sizeof(((struct collector_settings *)NULL)->field) - 1)

static const char *const levels[] = {"error", "warn", "info", "debug"};

static int
valid_path(const char *value)
{
	return *value == '/' ? 0 : -EINVAL;
}

static int
valid_level(const char *value)
{
	for (size_t i = 0; i < COUNT_OF(levels); i++) {
		if (strcmp(levels[i], value) == 0)
			return 0;
	}
	return -EINVAL;
}

static int
valid_endpoint(const char *value)
{
	struct address address;
	uint16_t port;

	return *value == '\0' ? 0 : endpoint_parse(value, &address, &port);
}

static int
valid_range(const char *value)
{
	struct address_range range;

	return address_range_parse(value, &range);
}

static int
valid_https(const char *value)
{
	return *value == '\0' || strncmp(value, "https://", 8) == 0 ? 0 : -EINVAL;
}

static int
valid_smtp(const char *value)
{
	return *value == '\0' || strncmp(value, "smtp://", 7) == 0 ||
		       strncmp(value, "smtps://", 8) == 0
		   ? 0
		   : -EINVAL;
}

static int
valid_mailbox(const char *value)
{
	const char *at = strchr(value, '@');

	if (*value == '\0')
		return 0;
	return at && at > value && at[1] && !strpbrk(value, " \t<>(),;:\\\"[]") ? 0 : -EINVAL;
}

static const char *const starttls[] = {"required", "try", "never"};

static int
valid_starttls(const char *value)
{
	for (size_t i = 0; i < COUNT_OF(starttls); i++) {
		if (strcmp(starttls[i], value) == 0)
			return 0;
	}
	return -EINVAL;
}

static int
valid_path_or_none(const char *value)
{
	return *value == '\0' ? 0 : valid_path(value);
}

/* clang-format off */
const struct option_row collector_options[] = {
	{ .name = "database", .type = OPTION_TEXT, .at = AT(database), .max = LEN(database),
	  .text = "Where PostgreSQL is, as a libpq connection string or URL. Empty: the collector makes and "
		  "runs a private cluster in its state directory." },
	{ .name = "state-dir", .type = OPTION_TEXT, .at = AT(state_dir), .fallback = "/var/lib/parta-collector", .min = 1, .max = LEN(state_dir), .valid = valid_path,
	  .text = "The folder of the certificate authority and of the private database cluster." },
	{ .name = "data-dir", .type = OPTION_TEXT, .at = AT(data_dir), .fallback = PARTA_DATADIR, .min = 1, .max = LEN(data_dir), .valid = valid_path,
	  .text = "The folder of device rules and database scripts that come with the program." },
	{ .name = "reference-dir", .type = OPTION_TEXT, .at = AT(reference_dir), .fallback = "/etc/parta/reference", .min = 1, .max = LEN(reference_dir), .valid = valid_path,
	  .text = "A folder of your own CSV files of norms, calendars, targets and filter lists; each stands in "
		  "for the one of its name that comes with the program. It may be missing." },
	{ .name = "user", .type = OPTION_TEXT, .at = AT(user), .fallback = "parta-collector", .min = 1, .max = LEN(user),
	  .text = "Whom a command that is run as root becomes first. The state directory is this user's." },
	{ .name = "log-level", .type = OPTION_TEXT, .at = AT(log_level), .fallback = "info", .min = 1, .max = LEN(log_level), .reload = true, .valid = valid_level,
	  .text = "How much is logged: error, warn, info or debug." },

	{ .name = "listen-agents", .type = OPTION_TEXT, .at = AT(listen_agents), .fallback = "[::]:8443", .min = 1, .max = LEN(listen_agents), .valid = valid_endpoint,
	  .text = "Address and port where agents send reports (mutual TLS)." },
	{ .name = "listen-page", .type = OPTION_TEXT, .at = AT(listen_page), .fallback = "[::]:8444", .min = 1, .max = LEN(listen_page), .valid = valid_endpoint,
	  .text = "Address and port of the page, where agents enrol and health and metrics are read as well." },
	{ .name = "page-behind-proxy", .type = OPTION_LIST, .at = AT(page_behind_proxy), .max = OPTION_LIST_MAX, .valid = valid_range,
	  .text = "Addresses or ranges (10.0.0.0/24) of reverse proxies before the page: what they say of the client "
		  "in X-Forwarded-For is believed, and one of them may hold all connections. Empty: nobody is." },
	{ .name = "page-hsts", .type = OPTION_SECONDS, .at = AT(page_hsts_s), .fallback = "0s", .max = 2 * 366 * 86400,
	  .text = "For how long browsers that saw the page shall take it by HTTPS alone (Strict-Transport-Security). "
		  "Only where they know the certificate, as behind a proxy with a public one. 0: they are told nothing." },
	{ .name = "listen-measure", .type = OPTION_TEXT, .at = AT(listen_measure), .fallback = "[::]:8445", .max = LEN(listen_measure), .valid = valid_endpoint,
	  .text = "Address and port of the measuring endpoint. Empty: none." },
	{ .name = "listen-ndt7", .type = OPTION_TEXT, .at = AT(listen_ndt7), .fallback = "[::]:8446", .max = LEN(listen_ndt7), .valid = valid_endpoint,
	  .text = "Address and port where M-Lab's clients measure (ndt7, wss), within the limits of the measuring "
		  "endpoint. Empty: none." },
	{ .name = "listen-plain", .type = OPTION_TEXT, .at = AT(listen_plain), .max = LEN(listen_plain), .valid = valid_endpoint,
	  .text = "Address and port, without TLS, where agents find out whether a portal answers in our place; "
		  "nothing else is told there. They ask at port 80 of this host, which a firewall may lead here, "
		  "since the service has no right to a port below 1024. Empty: none." },
	{ .name = "server-names", .type = OPTION_LIST, .at = AT(server_names), .max = OPTION_LIST_MAX, .reload = true,
	  .text = "Host names and addresses under which agents reach this collector; they stand in its "
		  "certificate. Empty: the machine's own host name." },
	{ .name = "agents-url", .type = OPTION_TEXT, .at = AT(agents_url), .max = LEN(agents_url), .reload = true, .valid = valid_https,
	  .text = "Where an enrolled agent is told to send its reports. Empty: https, the first of "
		  "server-names and the port of listen-agents." },

	{ .name = "connections-max", .type = OPTION_NUMBER, .at = AT(connections_max), .fallback = "10000", .min = 8, .max = 100000,
	  .text = "Connections of agents open at once; each costs about 28 kilobytes." },
	{ .name = "agent-requests-per-s", .type = OPTION_NUMBER, .at = AT(agent_requests_per_s), .fallback = "20", .min = 1, .max = 100000, .reload = true,
	  .text = "Requests a second that one agent may make in the long run; more are answered 429." },
	{ .name = "agent-requests-burst", .type = OPTION_NUMBER, .at = AT(agent_requests_burst), .fallback = "100", .min = 1, .max = 100000, .reload = true,
	  .text = "Requests that one agent may make at once after a pause." },
	{ .name = "enrol-per-minute", .type = OPTION_NUMBER, .at = AT(enrol_per_minute), .fallback = "60", .min = 1, .max = 10000, .reload = true,
	  .text = "Enrolments a minute from one address; more are answered 429." },
	{ .name = "answer-within", .type = OPTION_SECONDS, .at = AT(answer_within_s), .fallback = "30s", .min = 1, .max = 600, .reload = true,
	  .text = "How long a request may wait for the database before it is answered 503." },

	{ .name = "retention-raw", .type = OPTION_SECONDS, .at = AT(retention_raw_s), .fallback = "35d", .min = 35 * 86400, .max = 4e9, .reload = true,
	  .text = "How long measurements, windows of the line and the bytes of reports are kept: at least as "
		  "long as a report may be late." },
	{ .name = "retention-hourly", .type = OPTION_SECONDS, .at = AT(retention_hourly_s), .fallback = "730d", .min = 35 * 86400, .max = 4e9, .reload = true,
	  .text = "How long sums of hours, tests of the line and checks of the filter are kept." },
	{ .name = "retention-daily", .type = OPTION_SECONDS, .at = AT(retention_daily_s), .fallback = "3650d", .min = 35 * 86400, .max = 4e9, .reload = true,
	  .text = "How long sums of days and outages are kept." },
	{ .name = "retention-quarantine", .type = OPTION_SECONDS, .at = AT(retention_quarantine_s), .fallback = "400d", .min = 86400, .max = 4e9, .reload = true,
	  .text = "How long reports that could not be stored are kept aside." },
	{ .name = "smtp-url", .type = OPTION_TEXT, .at = AT(smtp_url), .max = LEN(smtp_url), .valid = valid_smtp,
	  .text = "The mail server that alerts go through: smtp://host:587, or smtps://host for one that "
		  "speaks TLS from the start. Empty: alerts that are to be mailed wait." },
	{ .name = "smtp-from", .type = OPTION_TEXT, .at = AT(smtp_from), .fallback = "parta@localhost", .min = 3, .max = LEN(smtp_from), .valid = valid_mailbox,
	  .text = "The address that mails of alerts come from." },
	{ .name = "smtp-credentials", .type = OPTION_TEXT, .at = AT(smtp_credentials), .max = LEN(smtp_credentials), .valid = valid_path_or_none,
	  .text = "A file with the user of the mail server on its first line and the password on its second, "
		  "not for everybody to read. With it a server that offers no TLS is not used. Empty: no "
		  "authentication." },
	{ .name = "smtp-starttls", .type = OPTION_TEXT, .at = AT(smtp_starttls), .fallback = "required", .min = 1, .max = LEN(smtp_starttls), .valid = valid_starttls,
	  .text = "Whether a server of smtp:// must go over to TLS: required, try or never." },
	{ .name = "alert-ca-file", .type = OPTION_TEXT, .at = AT(alert_ca_file), .max = LEN(alert_ca_file), .valid = valid_path_or_none,
	  .text = "Certificates of the authorities by which mail servers, webhooks and Alertmanagers are judged. "
		  "Empty: those of the system." },

	{ .name = "queue-reports", .type = OPTION_NUMBER, .at = AT(queue_reports), .fallback = "2000", .min = 256, .max = 100000,
	  .text = "Reports that may wait for the database; more are answered 503." },
	{ .name = "queue-bytes", .type = OPTION_BYTES, .at = AT(queue_bytes), .fallback = "64M", .min = 16 * 1024 * 1024, .max = 4e9,
	  .text = "Memory that waiting reports may take, inflated; more are answered 503." },

	{ .name = "measure-streams", .type = OPTION_NUMBER, .at = AT(measure_streams), .fallback = "64", .min = 1, .max = 10000, .reload = true,
	  .text = "Downloads and uploads measured at once, of one address three quarters of them; more are answered 503." },
	{ .name = "measure-capacity", .type = OPTION_NUMBER, .at = AT(measure_capacity_mbps), .fallback = "1000", .min = 1, .max = 1000000, .reload = true,
	  .text = "What the line of the measuring endpoint carries in each direction, in Mbit/s. Tests are "
		  "promised at most that much divided by 1.2; one that would need more is answered 503." },
	{ .name = "measure-request-bytes", .type = OPTION_BYTES, .at = AT(measure_request_bytes), .fallback = "10G", .min = 1024 * 1024, .max = 1e12, .reload = true,
	  .text = "The most that one download or upload may carry." },
	{ .name = "measure-client-bytes-a-day", .type = OPTION_BYTES, .at = AT(measure_client_bytes_a_day), .fallback = "50G", .min = 1024 * 1024, .max = 1e15, .reload = true,
	  .text = "The most that one client address may measure a day; more is answered 429." },
	{ .name = "measure-key", .type = OPTION_TEXT, .at = AT(measure_key), .max = LEN(measure_key), .reload = true,
	  .text = "A word that measuring clients must give as the parameter key of the URL. Empty: anybody "
		  "may measure, within the limits above." },
};
/* clang-format on */

const size_t collector_options_count = COUNT_OF(collector_options);

int
settings_load(const char *path, struct collector_settings *ret, struct option_error *error)
{
	const char *file = path ? path : COLLECTOR_CONFIG_FILE;
	int r;

	options_default(collector_options, collector_options_count, ret);
	r = options_load(collector_options, collector_options_count, ret, file, error);
	if (r == -ENOENT && !path)
		return 0;
	if (r < 0 && r != -EINVAL)
		(void)snprintf(error->text, sizeof(error->text), "could not read '%s': %s",
		    file, strerror(-r));
	return r;
}

enum log_level
settings_log_level(const struct collector_settings *settings)
{
	for (size_t i = 0; i < COUNT_OF(levels); i++) {
		if (strcmp(levels[i], settings->log_level) == 0)
			return (enum log_level)i;
	}
	return LOG_LEVEL_INFO;
}
