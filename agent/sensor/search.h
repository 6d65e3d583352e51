/*
 * The search: the questions of question.h out of every port that has an address,
 * one after another. Answers come as frames, like what is heard unasked.
 */
#ifndef PARTA_AGENT_SENSOR_SEARCH_H
#define PARTA_AGENT_SENSOR_SEARCH_H

struct child;
struct search;

/* Before the sandbox shuts. 0 or a negative errno. */
int search_new(struct child *child, struct search **ret);
void search_free(struct search *search); /* accepts NULL */

/* Asks once, from the first question on; while one is under way it goes on. */
void search_start(struct search *search);

#endif
