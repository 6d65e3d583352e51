/* A list of devices for people and programs: the output of `scan` (keys are a contract, never
 * translated). */
#ifndef PARTA_AGENT_SCAN_PRINT_H
#define PARTA_AGENT_SCAN_PRINT_H

#include <stdbool.h>
#include <stdio.h>

#include "agent/inventory/inventory.h"
#include "common/words.h"

struct rules;

enum scan_format { SCAN_TABLE, SCAN_JSON, SCAN_CSV };

/* "table", "json", "csv": 0 or -EINVAL. */
int scan_format_parse(const char *text, enum scan_format *ret);

/* Every device of the inventory, in its order. JSON: one object a line. 0 or a negative errno
 * (of writing, -ENOMEM). */
int scan_print(const struct inventory *inventory, const struct rules *rules,
    enum scan_format format, enum language language, FILE *out);

#endif
