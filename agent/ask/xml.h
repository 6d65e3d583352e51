/*
 * XML of strangers (expat, which no other file includes): the texts of its
 * elements, within bounds of depth, length and number; a document type is refused,
 * so that there is no entity to expand. Pure.
 */
#ifndef PARTA_AGENT_ASK_XML_H
#define PARTA_AGENT_ASK_XML_H

#include <stddef.h>
#include <stdint.h>

enum {
	XML_DEPTH_MAX = 16,
	XML_PATH_BYTES = 256,
	XML_TEXT_BYTES = 512,
	XML_ELEMENTS_MAX = 4096
};

/* An element ended: its path of local names ("root/device/modelName") and its own text,
 * terminated. */
typedef void (*xml_text_fn)(void *arg, const char *path, const char *text);

/* 0, or -EPROTO at the first fault, -E2BIG beyond a bound, -ENOMEM; elements that ended before
 * were told. salt: against elements chosen to collide; any number but 0. */
int xml_read(const void *bytes, size_t len, uint32_t salt, xml_text_fn on_text, void *arg);

#endif
