/* A throughput test for people and programs: the output of `speed` (keys are a contract, never
 * translated). */
#ifndef PARTA_AGENT_SPEED_PRINT_H
#define PARTA_AGENT_SPEED_PRINT_H

#include <stdio.h>

#include "agent/command.h"
#include "agent/probe/speed.h"
#include "common/words.h"

/* JSON: one object on one line. CSV: a line a direction. 0 or a negative errno (of writing,
 * -ENOMEM). */
int speed_print(const struct speed_result *result, enum command_format format,
    enum language language, FILE *out);

/* One stream at one moment as a line of JSON, for --stream-log. */
void speed_print_stream(bool upload, double elapsed_s, unsigned stream, uint64_t size_bytes,
    const struct speed_tcp *tcp, FILE *out);

#endif
