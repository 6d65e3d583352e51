/*
 * What the running agent tells about itself: a JSON file in the state folder,
 * replaced whole twice a minute and after each event, which `status` reads.
 */
#ifndef PARTA_AGENT_STATUS_H
#define PARTA_AGENT_STATUS_H

#include <stdio.h>

#include "agent/command.h"

#define STATUS_FILE "status.json"

/* Reads the file of a state folder and prints it. COMMAND_DONE, or COMMAND_FAILED with words on
 * err. */
int status_print(const char *state_dir, enum command_format format, FILE *out, FILE *err);

#endif
