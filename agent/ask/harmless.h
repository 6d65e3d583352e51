/*
 * Ports to which nothing is ever sent, because a device may print whatever comes
 * there, and those where only one protocol, which only reads, has business. Asked
 * by whoever opens a socket of this room.
 */
#ifndef PARTA_AGENT_ASK_HARMLESS_H
#define PARTA_AGENT_ASK_HARMLESS_H

#include <stdbool.h>
#include <stdint.h>

/* source: of the evidence that is looked for there ("ipp", "snmp", ...). */
bool harmless_port(uint16_t port, const char *source);

#endif
