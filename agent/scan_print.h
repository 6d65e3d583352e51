/* A list of devices for people and programs: the output of `scan`. Its keys are a contract and
 * are never translated. */
#ifndef PARTA_AGENT_SCAN_PRINT_H
#define PARTA_AGENT_SCAN_PRINT_H

#include <stdio.h>

#include "agent/command.h"
#include "agent/inventory/inventory.h"
#include "agent/scan.h"
#include "common/words.h"

struct rules;

/* Every device of the inventory, in its order; JSON is one object a line, with the way to the
 * gateway (NULL: unknown) and what each was asked, as they stand in the inventory (costs; NULL:
 * nothing). 0, -ENOMEM, or the negative errno of writing. */
int scan_print(const struct inventory *inventory, const struct scan_cost costs[],
    const struct rules *rules, const struct address *gateway, enum command_format format,
    enum language language, FILE *out);

#endif
