/* What watches the collector from outside: alive, ready, metrics. Handlers in http/router.h. */
#ifndef PARTA_COLLECTOR_HTTP_HEALTH_H
#define PARTA_COLLECTOR_HTTP_HEALTH_H

#include <stdbool.h>

struct health {
	bool (*ready)(void *arg); /* from any thread */
	void *arg;
};

#endif
