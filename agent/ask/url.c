/* RFC 3986, as far as device descriptions need it: see url.h. */
#include "agent/ask/url.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "common/text.h"

static bool
is_plain(char c)
{
	return c > ' ' && c < 0x7f;
}

static int
read_port(const char *at, size_t len, uint16_t *ret)
{
	unsigned port = 0;

	for (size_t i = 0; i < len; i++) {
		if (at[i] < '0' || at[i] > '9')
			return -EINVAL;
		port = port * 10 + (unsigned)(at[i] - '0');
		if (port > UINT16_MAX)
			return -EINVAL;
	}
	if (len)
		*ret = (uint16_t)port;
	return 0;
}

/* "192.0.2.1:80" or "[2001:db8::1]:80". */
static int
read_authority(const char *at, size_t len, struct address *ret_ip, uint16_t *port)
{
	char host[ADDRESS_TEXT_SIZE];
	const char *end;
	size_t skip = len && *at == '[', host_len;

	end = memchr(at, skip ? ']' : ':', len);
	host_len = (end ? (size_t)(end - at) : len) - skip;
	if ((skip && !end) || host_len >= sizeof(host))
		return -EINVAL;
	memcpy(host, at + skip, host_len);
	host[host_len] = '\0';
	at += host_len + 2 * skip;
	len -= host_len + 2 * skip;
	if (address_parse(host, ret_ip) < 0 || (len && *at != ':'))
		return -EINVAL;
	return len ? read_port(at + 1, len - 1, port) : 0;
}

int
url_place(const char *url, const struct address *own, struct ask_place *ret)
{
	struct ask_place place = {.port = 80, .path = "/"};
	struct address ip;
	size_t len, path_len;

	if (strncasecmp(url, "http://", 7) == 0) {
		url += 7;
	} else if (strncasecmp(url, "https://", 8) == 0) {
		url += 8;
		place.tls = true;
		place.port = 443;
	} else {
		return -EINVAL;
	}
	len = strcspn(url, "/?#");
	if (read_authority(url, len, &ip, &place.port) < 0 || place.port == 0)
		return -EINVAL;
	if (!address_equal(&ip, own))
		return -EXDEV;
	url += len;
	path_len = strcspn(url, "#");
	if (path_len >= sizeof(place.path))
		return -ENAMETOOLONG;
	for (size_t i = 0; i < path_len; i++)
		if (!is_plain(url[i]))
			return -EINVAL;
	if (path_len && *url == '/') {
		memcpy(place.path, url, path_len);
		place.path[path_len] = '\0';
	}
	*ret = place;
	return 0;
}
