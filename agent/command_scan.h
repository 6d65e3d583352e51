/* `parta-agent scan`: what is on this network. */
#ifndef PARTA_AGENT_COMMAND_SCAN_H
#define PARTA_AGENT_COMMAND_SCAN_H

#include <stdio.h>

/* argv[0] is "scan". Results go to out, progress and words about failures to err. Exit status:
 * 0 done, 1 failed, 2 usage. */
int command_scan(int argc, char *argv[], FILE *out, FILE *err);

#endif
