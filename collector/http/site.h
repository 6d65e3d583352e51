/*
 * The files of the page: read once, at start, from a folder of ours and kept in
 * memory. A file is asked for by its exact name ("/app.js", "/vendor/uPlot.js");
 * "/" is index.html. What has no row in SITE_TYPES is no file of the page.
 */
#ifndef PARTA_COLLECTOR_HTTP_SITE_H
#define PARTA_COLLECTOR_HTTP_SITE_H

#include <stdbool.h>
#include <stddef.h>

#include "collector/http/router.h"

struct site;

enum {
	SITE_FILES_MAX = 256,
	SITE_BYTES_MAX = 16 * 1024 * 1024, /* all files together */
	SITE_DEPTH_MAX = 3,                /* folders below one another */
};

/* THE LIST: X(what a name ends in, content type). */
#define SITE_TYPES(X)                                                                          \
	X(".html", "text/html; charset=utf-8")                                                 \
	X(".js", "text/javascript; charset=utf-8")                                             \
	X(".css", "text/css; charset=utf-8")                                                   \
	X(".json", "application/json")                                                         \
	X(".svg", "image/svg+xml")                                                             \
	X(".png", "image/png")                                                                 \
	X(".ico", "image/x-icon")                                                              \
	X(".woff2", "font/woff2")                                                              \
	X(".txt", "text/plain; charset=utf-8")

/*
 * 0; a folder that is not there is a site without files. -EFBIG too many files, folders too
 * deep or too many bytes; another negative errno. Links are not followed, hidden files and
 * files of another type are left out.
 */
int site_load(const char *folder, struct site **ret);
void site_free(struct site *site); /* when no listener is left; accepts NULL */

size_t site_files(const struct site *site);
/* Accepts NULL. */
bool site_has(const struct site *site, const char *path);

/* What a path of the site is answered by: the file, or 304 when the client has it. */
extern const struct route site_route;

#endif
