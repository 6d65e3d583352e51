/* The service: its parts in the order they start, and what keeps them going. */
#ifndef PARTA_COLLECTOR_COLLECTOR_H
#define PARTA_COLLECTOR_COLLECTOR_H

#include "collector/settings.h"

/*
 * Runs until SIGTERM or SIGINT, then drains: what was received is stored and
 * answered. SIGHUP reads config anew (NULL: the usual file). 0, or a negative
 * errno when it could not start; the log says why.
 */
int collector_run(const struct collector_settings *settings, const char *config);

/* The names of the listeners' certificate: settings, else the machine's own. At most
 * OPTION_LIST_MAX; they live as long as settings and *ret_own. */
size_t collector_names(const struct collector_settings *settings,
    char ret_own[static OPTION_LIST_TEXT], const char *ret[static OPTION_LIST_MAX]);

#endif
