/*
 * What the collector counts, in the text format of Prometheus (exposition format
 * 0.0.4). METRICS is the one list; everything refused is in it, by its reason.
 */
#ifndef PARTA_COLLECTOR_HTTP_METRICS_H
#define PARTA_COLLECTOR_HTTP_METRICS_H

#include <stdint.h>

struct bytes;

/* X(id, kind, name, labels, meaning): rows of one name stand together. */
#define METRICS(X)                                                                             \
	X(REPORTS_STORED, counter, "parta_reports_total", "outcome=\"stored\"",                \
	    "Reports by what became of them.")                                                 \
	X(REPORTS_DUPLICATE, counter, "parta_reports_total", "outcome=\"duplicate\"", "")      \
	X(REPORTS_QUARANTINED, counter, "parta_reports_total", "outcome=\"quarantined\"", "")  \
	X(REPORTS_DELAYED, counter, "parta_reports_total", "outcome=\"asked_again\"", "")      \
	X(REJECTED_MALFORMED, counter, "parta_rejected_total", "code=\"malformed\"",           \
	    "Reports kept aside, by reason.")                                                  \
	X(REJECTED_FUTURE, counter, "parta_rejected_total", "code=\"future\"", "")             \
	X(REJECTED_TOO_OLD, counter, "parta_rejected_total", "code=\"too_old\"", "")           \
	X(REJECTED_FOREIGN_AGENT, counter, "parta_rejected_total", "code=\"foreign_agent\"",   \
	    "")                                                                                \
	X(REJECTED_TOO_LARGE, counter, "parta_rejected_total", "code=\"too_large\"", "")       \
	X(REJECTED_DATA, counter, "parta_rejected_total", "code=\"data\"", "")                 \
	X(REFUSED_NO_CERTIFICATE, counter, "parta_refused_total", "reason=\"no_certificate\"", \
	    "Requests refused, by reason.")                                                    \
	X(REFUSED_FOREIGN_CERTIFICATE, counter, "parta_refused_total",                         \
	    "reason=\"foreign_certificate\"", "")                                              \
	X(REFUSED_EXPIRED, counter, "parta_refused_total", "reason=\"expired\"", "")           \
	X(REFUSED_UNKNOWN_AGENT, counter, "parta_refused_total", "reason=\"unknown_agent\"",   \
	    "")                                                                                \
	X(REFUSED_REVOKED, counter, "parta_refused_total", "reason=\"revoked\"", "")           \
	X(REFUSED_TOKEN, counter, "parta_refused_total", "reason=\"token\"", "")               \
	X(REFUSED_REQUEST, counter, "parta_refused_total", "reason=\"certificate_request\"",   \
	    "")                                                                                \
	X(REFUSED_NO_ROUTE, counter, "parta_refused_total", "reason=\"no_route\"", "")         \
	X(REFUSED_MALFORMED, counter, "parta_refused_total", "reason=\"malformed\"", "")       \
	X(REFUSED_TYPE, counter, "parta_refused_total", "reason=\"content_type\"", "")         \
	X(REFUSED_TOO_LARGE, counter, "parta_refused_total", "reason=\"too_large\"", "")       \
	X(REFUSED_INFLATED, counter, "parta_refused_total", "reason=\"too_large_inflated\"",   \
	    "")                                                                                \
	X(REFUSED_TOO_OFTEN, counter, "parta_refused_total", "reason=\"too_often\"", "")       \
	X(REFUSED_SLOW, counter, "parta_refused_total", "reason=\"slow\"", "")                 \
	X(REFUSED_MEMORY, counter, "parta_refused_total", "reason=\"memory\"", "")             \
	X(REFUSED_QUEUE, counter, "parta_refused_total", "reason=\"queue_full\"", "")          \
	X(REFUSED_DATABASE, counter, "parta_refused_total", "reason=\"database\"", "")         \
	X(REFUSED_DEADLINE, counter, "parta_refused_total", "reason=\"deadline\"", "")         \
	X(REFUSED_MEASURE, counter, "parta_refused_total", "reason=\"measure_limit\"", "")     \
	X(REFUSED_CAPACITY, counter, "parta_refused_total", "reason=\"measure_capacity\"", "") \
	X(REFUSED_KEY, counter, "parta_refused_total", "reason=\"measure_key\"", "")           \
	X(REQUESTS_AGENTS, counter, "parta_requests_total", "listener=\"agents\"",             \
	    "Requests answered.")                                                              \
	X(REQUESTS_PAGE, counter, "parta_requests_total", "listener=\"page\"", "")             \
	X(REQUESTS_MEASURE, counter, "parta_requests_total", "listener=\"measure\"", "")       \
	X(CONNECTIONS_AGENTS, gauge, "parta_connections", "listener=\"agents\"",               \
	    "Connections open now.")                                                           \
	X(CONNECTIONS_PAGE, gauge, "parta_connections", "listener=\"page\"", "")               \
	X(CONNECTIONS_MEASURE, gauge, "parta_connections", "listener=\"measure\"", "")         \
	X(HANDSHAKES_AGENTS, counter, "parta_certificates_judged_total", "",                   \
	    "Client certificates judged, one a connection.")                                   \
	X(HEARTBEATS, counter, "parta_heartbeats_total", "", "Heartbeats stored.")             \
	X(ENROLLED, counter, "parta_enrolled_total", "", "Agents enrolled.")                   \
	X(RENEWED, counter, "parta_renewed_total", "", "Certificates renewed.")                \
	X(POLICIES, counter, "parta_policies_total", "", "Policies given.")                    \
	X(QUEUE_REPORTS, gauge, "parta_queue_reports", "",                                     \
	    "Reports that wait for the database.")                                             \
	X(QUEUE_BYTES, gauge, "parta_queue_bytes", "", "Memory that they take.")               \
	X(BODY_BYTES, gauge, "parta_body_bytes", "",                                           \
	    "Memory of request bodies that are still coming.")                                 \
	X(BATCHES, counter, "parta_batches_total", "",                                         \
	    "Transactions with reports that committed.")                                       \
	X(BATCHES_REFUSED, counter, "parta_batches_refused_total", "",                         \
	    "Transactions that the database refused for their data.")                          \
	X(BATCH_REPORTS, counter, "parta_batch_reports_total", "",                             \
	    "Reports in the transactions that committed.")                                     \
	X(BATCH_US, counter, "parta_batch_microseconds_total", "",                             \
	    "Time those transactions took.")                                                   \
	X(DATABASE_LOST, counter, "parta_database_lost_total", "",                             \
	    "Times the database went away.")                                                   \
	X(DATABASE_UP, gauge, "parta_database_up", "",                                         \
	    "Connections to the database that work.")                                          \
	X(AGENTS_KNOWN, gauge, "parta_agents", "", "Agents that are known and not revoked.")   \
	X(ALERT_PASSES, counter, "parta_alert_passes_total", "",                               \
	    "Looks for alerts by this collector: it stands still while another watches.")      \
	X(MESSAGES_DELIVERED, counter, "parta_alert_messages_total", "outcome=\"delivered\"",  \
	    "Messages of alerts by what became of an attempt.")                                \
	X(MESSAGES_RETRY, counter, "parta_alert_messages_total", "outcome=\"again\"", "")      \
	X(MESSAGES_DEAD, counter, "parta_alert_messages_total", "outcome=\"refused\"", "")     \
	X(MEASURE_STREAMS, gauge, "parta_measure_streams", "",                                 \
	    "Downloads and uploads under way.")                                                \
	X(MEASURED_PARTA, counter, "parta_measured_total", "protocol=\"parta\"",               \
	    "Downloads and uploads that ended, by what their clients speak.")                  \
	X(MEASURED_LIBRESPEED, counter, "parta_measured_total", "protocol=\"librespeed\"", "") \
	X(MEASURED_NDT7, counter, "parta_measured_total", "protocol=\"ndt7\"", "")             \
	X(MEASURED_RPM, counter, "parta_measured_total", "protocol=\"rpm\"", "")               \
	X(MEASURE_SENT_BYTES, counter, "parta_measure_bytes_total", "direction=\"download\"",  \
	    "Bytes of measurements.")                                                          \
	X(MEASURE_RECEIVED_BYTES, counter, "parta_measure_bytes_total",                        \
	    "direction=\"upload\"", "")                                                        \
	X(MEASURE_LOST, counter, "parta_measure_records_lost_total", "",                       \
	    "Measuring records that could not be kept.")

enum metric {
#define METRIC_ID(id, kind, name, labels, meaning) METRIC_##id,
	METRICS(METRIC_ID)
#undef METRIC_ID
	    METRIC_COUNT
};

/* From any thread. */
void metric_add(enum metric metric, int64_t amount);
void metric_set(enum metric metric, int64_t value);
int64_t metric_get(enum metric metric);

/* All of them. 0, -EFBIG or -ENOMEM. */
int metrics_write(struct bytes *ret);

#endif
