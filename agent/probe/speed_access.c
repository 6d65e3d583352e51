/* Requests to a measuring server: see speed_access.h. */
#include "agent/probe/speed_access.h"
#include "agent/probe/speed.h"

#include <stdlib.h>
#include <string.h>

#include "common/transfer.h"

enum { PING_TIMEOUT_MS = 5000 };

static bool
http2(const struct speed_access *access)
{
	return access->backend->http && access->backend->http->http2;
}

struct transfer_request
speed_request(const struct speed_access *access)
{
	struct transfer_request request = {
	    .ca_file = access->ca_file,
	    .cert_file = access->cert_file,
	    .key_file = access->key_file,
	    .interface = access->interface,
	    .connect_to = access->address,
	    .family = access->family,
	    .http11 = !http2(access),
	};

	if (access->place && access->place->connect_to[0])
		request.lookup = access->place->connect_to;

	return request;
}

int
speed_ping(const struct speed_access *access, enum speed_ping_kind kind,
    void (*on_done)(void *arg, const struct transfer_result *result), void *arg,
    struct transfer **ret)
{
	struct transfer_request request = speed_request(access);

	request.url = access->place->ping;
	request.connect_only = access->backend->handshakes;
	request.beside = kind == SPEED_PING_BESIDE && http2(access);
	request.alone = kind == SPEED_PING_FRESH || access->backend->handshakes ||
			(kind == SPEED_PING_KEPT && http2(access));
	request.timeout_ms = PING_TIMEOUT_MS;
	request.connect_timeout_ms = PING_TIMEOUT_MS;
	request.on_done = on_done;
	request.arg = arg;
	return transfer_start(access->transfers, &request, ret);
}

double
speed_ping_ms(const struct speed_access *access, const struct transfer_result *result)
{
	bool handshakes = access->backend->handshakes;
	uint64_t from_us = handshakes ? result->connecting_us : result->sent_us;
	uint64_t until_us = handshakes ? result->connect_us : result->first_byte_us;

	if (result->error < 0 || until_us < from_us ||
	    (!handshakes && !access->backend->alive(result->status, result->body_len)))
		return -1;
	return (double)(until_us - from_us) / 1000;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double
speed_median(const double values[], size_t count)
{
	double sorted[SPEED_PINGS_MAX];

	if (count == 0)
		return -1;
	if (count > SPEED_PINGS_MAX)
		count = SPEED_PINGS_MAX;
	memcpy(sorted, values, count * sizeof(sorted[0]));
	qsort(sorted, count, sizeof(sorted[0]), compare);
	return count % 2 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
}
