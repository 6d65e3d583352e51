/*
 * The first two messages of NTLM (MS-NLMP 2.2.1): the NEGOTIATE that asks, and the
 * CHALLENGE in which a server names itself and its version before anybody logs in.
 * The third, with which one would log in, is not known here. Pure.
 */
#ifndef PARTA_AGENT_ASK_NTLM_H
#define PARTA_AGENT_ASK_NTLM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/ask/ask.h"

enum { NTLM_NEGOTIATE_BYTES = 40 };

extern const uint8_t ntlm_negotiate[NTLM_NEGOTIATE_BYTES];

/* Looks for a CHALLENGE anywhere in the bytes, whatever wraps it, and adds os_version, name,
 * dns_name and domain to the facts. False when there is none. */
bool ntlm_read_challenge(struct ask *ask, const uint8_t *bytes, size_t len);

#endif
