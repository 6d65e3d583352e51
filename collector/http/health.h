/* What watches the collector from outside: alive, ready, metrics. */
#ifndef PARTA_COLLECTOR_HTTP_HEALTH_H
#define PARTA_COLLECTOR_HTTP_HEALTH_H

#include <stdbool.h>

#include "collector/http/message.h"

struct health {
	bool (*ready)(void *arg); /* from any thread */
	void *arg;
};

http_handler health_alive, health_ready, health_metrics;

#endif
