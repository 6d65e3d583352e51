/*
 * An asker whose answer is one XML document behind one GET.
 */
#ifndef PARTA_AGENT_ASK_XML_FETCH_H
#define PARTA_AGENT_ASK_XML_FETCH_H

#include "agent/ask/ask.h"

/* An element by its path from the root, and the key of the fact that its text is. */
struct xml_wanted {
	const char *path, *key;
};

/*
 * The step of such an asker: sends GET for the place's path with Accept: accept, awaits the
 * whole answer, and of status 200 adds the n elements wanted. A "uuid" comes without
 * "urn:uuid:".
 */
enum ask_verdict xml_fetch(
    struct ask *ask, const char *accept, const struct xml_wanted wanted[], size_t n);

#endif
