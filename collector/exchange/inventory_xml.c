/*
 * XML to JSON by expat. An element with elements inside is an object, any other its
 * text; attributes are not looked at, none of these programs writes one. A document
 * type declaration is refused: inventories have none, and entities could be anything.
 */
#include "collector/exchange/inventory_xml.h"

#include <ctype.h>
#include <errno.h>
#include <expat.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "common/bytes.h"
#include "common/text.h"

enum {
	DEPTH_MAX = 12,
	ELEMENTS_MAX = 400000,
	NAME_SIZE = 64,
	TEXT_BYTES_MAX = 64 * 1024,
};

struct level {
	char name[NAME_SIZE];
	json_t *object; /* NULL until an element comes inside */
};

struct reading {
	XML_Parser parser;
	struct level levels[DEPTH_MAX];
	unsigned depth;
	size_t elements;
	struct bytes text; /* of the innermost element */
	json_t *root;
	const char *why; /* it was given up, NULL not */
};

static void
give_up(struct reading *reading, const char *why)
{
	if (!reading->why)
		reading->why = why;
	(void)XML_StopParser(reading->parser, XML_FALSE);
}

static void
on_start(void *arg, const XML_Char *name, const XML_Char **attributes)
{
	struct reading *reading = arg;
	struct level *level;
	size_t len = strlen(name);

	(void)attributes;
	if (reading->depth == DEPTH_MAX || ++reading->elements > ELEMENTS_MAX ||
	    len >= NAME_SIZE) {
		give_up(reading, "it is deeper or larger than any inventory");
		return;
	}
	if (reading->depth > 0 && !reading->levels[reading->depth - 1].object)
		reading->levels[reading->depth - 1].object = json_object();
	level = &reading->levels[reading->depth++];
	for (size_t i = 0; i <= len; i++)
		level->name[i] = (char)tolower((unsigned char)name[i]);
	level->object = NULL;
	reading->text.len = 0;
}

static void
on_text(void *arg, const XML_Char *text, int len)
{
	struct reading *reading = arg;

	if (bytes_add(&reading->text, text, (size_t)len) < 0)
		give_up(reading, "a text of it is longer than any inventory's");
}

/* What comes again under a name becomes a list. */
static int
member_add(json_t *object, const char *name, json_t *value)
{
	json_t *there = json_object_get(object, name), *list;

	if (!there)
		return json_object_set_new(object, name, value);
	if (json_is_array(there))
		return json_array_append_new(there, value);
	list = json_pack("[O, o]", there, value);
	return list ? json_object_set_new(object, name, list) : -1;
}

static json_t *
text_value(const struct bytes *text)
{
	char clean[4096];

	(void)text_clean(
	    clean, sizeof(clean), text->data ? (const char *)text->data : "", text->len);
	return json_string(clean);
}

static void
on_end(void *arg, const XML_Char *name)
{
	struct reading *reading = arg;
	struct level *level;
	json_t *value;

	(void)name;
	if (reading->why) /* expat ends an empty element that was refused */
		return;
	level = &reading->levels[--reading->depth];
	value = level->object ? level->object : text_value(&reading->text);
	level->object = NULL;
	reading->text.len = 0;
	if (reading->depth == 0)
		reading->root = value;
	else if (!value ||
		 member_add(reading->levels[reading->depth - 1].object, level->name, value) < 0)
		give_up(reading, "out of memory");
}

static void
on_doctype(void *arg, const XML_Char *name, const XML_Char *system_id,
    const XML_Char *public_id, int has_subset)
{
	(void)name;
	(void)system_id;
	(void)public_id;
	(void)has_subset;
	give_up(arg, "it has a document type declaration");
}

static int
refuse(const struct reading *reading, char error[static FACTS_ERROR_SIZE])
{
	if (reading->why)
		(void)text_copy(error, FACTS_ERROR_SIZE, reading->why);
	else
		(void)snprintf(error, FACTS_ERROR_SIZE, "line %lu: %s",
		    (unsigned long)XML_GetCurrentLineNumber(reading->parser),
		    XML_ErrorString(XML_GetErrorCode(reading->parser)));
	return -EBADMSG;
}

int
inventory_xml_read(
    const char *text, size_t len, struct json_t **ret, char error[static FACTS_ERROR_SIZE])
{
	struct reading reading = {
	    .parser = XML_ParserCreate(NULL), .text = bytes_new(TEXT_BYTES_MAX)};
	int r = 0;

	if (!reading.parser)
		return -ENOMEM;
	XML_SetUserData(reading.parser, &reading);
	XML_SetElementHandler(reading.parser, on_start, on_end);
	XML_SetCharacterDataHandler(reading.parser, on_text);
	XML_SetStartDoctypeDeclHandler(reading.parser, on_doctype);
	if (len > (size_t)1 << 30 ||
	    XML_Parse(reading.parser, text, (int)len, XML_TRUE) != XML_STATUS_OK ||
	    !json_is_object(reading.root)) {
		r = refuse(&reading, error);
		json_decref(reading.root);
	} else {
		*ret = reading.root;
	}
	for (unsigned i = 0; i < reading.depth; i++)
		json_decref(reading.levels[i].object);
	bytes_clear(&reading.text);
	XML_ParserFree(reading.parser);
	return r;
}
