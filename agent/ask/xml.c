/* The only user of expat: see xml.h. */
#include "agent/ask/xml.h"

#include <errno.h>
#include <expat.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

struct reader {
	XML_Parser parser;
	xml_text_fn on_text;
	void *arg;
	char path[XML_PATH_BYTES], text[XML_TEXT_BYTES];
	size_t path_len, text_len;
	size_t ends[XML_DEPTH_MAX]; /* of the path at each depth */
	size_t depth, elements;
	int error;
};

static void
stop(struct reader *r, int error)
{
	if (r->error == 0)
		r->error = error;
	(void)XML_StopParser(r->parser, XML_FALSE);
}

static void XMLCALL
on_start(void *arg, const XML_Char *name, const XML_Char **attributes)
{
	struct reader *r = arg;
	const char *colon = strrchr(name, ':');
	const char *local = colon ? colon + 1 : name;
	size_t len = strlen(local), slash = r->path_len > 0;

	(void)attributes;
	if (r->depth == XML_DEPTH_MAX || ++r->elements > XML_ELEMENTS_MAX ||
	    r->path_len + slash + len >= sizeof(r->path)) {
		stop(r, -E2BIG);
		return;
	}
	r->ends[r->depth++] = r->path_len;
	if (slash)
		r->path[r->path_len++] = '/';
	memcpy(r->path + r->path_len, local, len);
	r->path_len += len;
	r->path[r->path_len] = '\0';
	r->text_len = 0;
}

static void XMLCALL
on_end(void *arg, const XML_Char *name)
{
	struct reader *r = arg;

	(void)name;
	if (r->error)
		return;
	r->text[r->text_len] = '\0';
	r->on_text(r->arg, r->path, r->text);
	r->text_len = 0;
	r->path_len = r->ends[--r->depth];
	r->path[r->path_len] = '\0';
}

static void XMLCALL
on_characters(void *arg, const XML_Char *text, int len)
{
	struct reader *r = arg;
	size_t room = sizeof(r->text) - 1 - r->text_len;
	size_t n = (size_t)len < room ? (size_t)len : room;

	memcpy(r->text + r->text_len, text, n);
	r->text_len += n;
}

static void XMLCALL
on_doctype(void *arg, const XML_Char *name, const XML_Char *system, const XML_Char *public,
    int internal)
{
	(void)name;
	(void)system;
	(void)public;
	(void)internal;
	stop(arg, -EPROTO);
}

int
xml_read(const void *bytes, size_t len, uint32_t salt, xml_text_fn on_text, void *arg)
{
	struct reader r = {.on_text = on_text, .arg = arg};

	if (len > INT_MAX)
		return -E2BIG;
	r.parser = XML_ParserCreate(NULL);
	if (!r.parser)
		return -ENOMEM;
	(void)XML_SetHashSalt(r.parser, salt ? salt : 1);
	XML_SetUserData(r.parser, &r);
	XML_SetElementHandler(r.parser, on_start, on_end);
	XML_SetCharacterDataHandler(r.parser, on_characters);
	XML_SetStartDoctypeDeclHandler(r.parser, on_doctype);
	if (XML_Parse(r.parser, bytes, (int)len, XML_TRUE) == XML_STATUS_ERROR && r.error == 0)
		r.error = XML_GetErrorCode(r.parser) == XML_ERROR_NO_MEMORY ? -ENOMEM : -EPROTO;
	XML_ParserFree(r.parser);
	return r.error;
}
