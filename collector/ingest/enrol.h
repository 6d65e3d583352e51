/* How an agent becomes known, and stays so: enrolment and renewal. */
#ifndef PARTA_COLLECTOR_INGEST_ENROL_H
#define PARTA_COLLECTOR_INGEST_ENROL_H

#include "collector/http/message.h"

struct authority;
struct clerk;
struct enrol;
struct roll;

struct enrol_config {
	struct authority *authority; /* borrowed, as are roll and clerk */
	struct roll *roll;
	struct clerk *clerk;
	double per_minute; /* of one address */
	char agents_url[256];
};

int enrol_new(const struct enrol_config *config, struct enrol **ret);
void enrol_free(struct enrol *enrol); /* accepts NULL */

/* What SIGHUP may change. From any thread. */
void enrol_change(struct enrol *enrol, double per_minute, const char *agents_url);

http_handler enrol_enrol, enrol_renew;

#endif
