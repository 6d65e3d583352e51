/*
 * The service as a list of parts: started in their order, stopped in the
 * reverse. What an enrolled agent does (reports, tasks) starts once it is
 * enrolled, be that later than the service itself.
 */
#ifndef PARTA_AGENT_SERVICE_H
#define PARTA_AGENT_SERVICE_H

struct agent_settings;

/* Runs the service until it is told to stop. config: the file that SIGHUP reads again, NULL:
 * the usual one. 0, or a negative errno (also when the sensor died). */
int service_run(const struct agent_settings *settings, const char *config);

#endif
