/* The list of backends, and what their URLs have in common: see speed_backend.h. */
#include "agent/probe/speed_backend.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/check.h"

const struct speed_backend *const speed_backends[] = {
    &speed_parta,
    &speed_librespeed,
    &speed_ndt7,
    &speed_rpm,
    &speed_iperf3,
};
const size_t speed_backends_count = COUNT_OF(speed_backends);

const struct speed_backend *
speed_backend_find(const char *name)
{
	if (!name || !*name)
		return speed_backends[0];
	for (size_t i = 0; i < speed_backends_count; i++)
		if (!strcmp(speed_backends[i]->name, name))
			return speed_backends[i];
	return NULL;
}

uint32_t
speed_backend_every_s(const struct speed_backend *backend, const char *const servers[],
    size_t count, uint32_t every_s, bool *ret_public)
{
	const char *usual = backend ? backend->usual_server : NULL;

	*ret_public = false;
	for (size_t i = 0; usual && i < count; i++)
		*ret_public |= strncasecmp(servers[i], usual, strlen(usual)) == 0;
	return *ret_public && every_s > 0 && every_s < backend->usual_every_s
		   ? backend->usual_every_s
		   : every_s;
}

int
speed_url_make(const struct speed_server *server, const char *path, char *ret)
{
	int n = snprintf(ret, SPEED_URL_SIZE, "%s%s%s%s", server->url, path,
	    server->query[0] ? "?" : "", server->query);

	return n < 0 || n >= SPEED_URL_SIZE ? -EFBIG : 0;
}

int
speed_url_ask(struct bytes *ret, const char *url, const char *format, ...)
{
	char what[256];
	va_list list;
	int n;

	va_start(list, format);
	n = vsnprintf(what, sizeof(what), format, list);
	va_end(list);
	if (n < 0 || (size_t)n >= sizeof(what))
		return -EFBIG;
	return bytes_add_format(ret, "%s%c%s", url, strchr(url, '?') ? '&' : '?', what);
}
