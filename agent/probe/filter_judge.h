/*
 * The decision table of the filter check: an observation, the list it belongs to
 * and the control taken outside the school in; verdict, rule, confidence and
 * outcome out. First rule that holds wins; each has an id that never changes its
 * meaning, so stored observations can be judged again. Pure.
 */
#ifndef PARTA_AGENT_PROBE_FILTER_JUDGE_H
#define PARTA_AGENT_PROBE_FILTER_JUDGE_H

#include <stdbool.h>

#include "agent/probe/filter.h"

/* Fills verdict, layer, rule_id, confidence, flags and outcome. healthy: the canaries before
 * and after the run were as they must be. */
void filter_judge(
    struct filter_observation *observation, const struct filter_list *list, bool healthy);

/* What a verdict means for what was expected: the two error directions. */
enum filter_outcome filter_outcome_of(enum filter_expect expect, enum filter_verdict verdict);

/* The host of an http or https URL, without port; false when it is not one, or its port is not
 * 80 or 443. */
bool filter_url_host(const char *url, char *ret, size_t size, bool *ret_https);

#endif
