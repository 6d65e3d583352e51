/* Steering a running school by a Unix socket: one command a connection, one answer. */
#ifndef PARTA_TESTS_SCHOOL_CONTROL_H
#define PARTA_TESTS_SCHOOL_CONTROL_H

#include <stdio.h>

struct school;

/* Listening socket, or a negative errno. */
int control_open(const char *path);
/* Takes one command and answers it. */
void control_serve(struct school *s, int listening);
/* The counters as one line of JSON. */
void control_print(const struct school *s, FILE *out);
/* The other end: sends a command, prints the answer. Exit status. */
int control_send(const char *path, const char *command);

#endif
