/* See websocket_hello.h. A head may have any number of lines, in any order and case; the three
 * that matter must say what RFC 6455 wants, and none of the first two may be missing. */
#include "agent/probe/websocket_hello.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/check.h"

static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; /* RFC 6455, 1.3 */

enum { ACCEPT_SIZE = 29 }; /* 20 bytes of SHA-1 in base64 */

void
websocket_key(const uint8_t random[static 16], char ret[static WEBSOCKET_KEY_SIZE])
{
	(void)EVP_EncodeBlock((unsigned char *)ret, random, 16);
}

int
websocket_ask(const char *url, const char *protocol, const char *key, struct bytes *ret)
{
	const char *host = strstr(url, "://"), *path;
	int host_len;

	for (const char *c = url; *c; c++)
		if (*c <= ' ' || *c > '~' || *c == '#')
			return -EINVAL;
	if (!host)
		return -EINVAL;
	host += 3;
	host_len = (int)strcspn(host, "/?");
	path = host + host_len;
	if (host_len == 0)
		return -EINVAL;
	return bytes_add_format(ret,
	    "GET %s%s HTTP/1.1\r\nHost: %.*s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
	    "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n"
	    "Sec-WebSocket-Protocol: %s\r\nUser-Agent: parta/" PARTA_VERSION "\r\n\r\n",
	    *path == '/' ? "" : "/", path, host_len, host, key, protocol);
}

/* What the server makes of our key. */
static void
accept_make(const char *key, char ret[static ACCEPT_SIZE])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	char text[WEBSOCKET_KEY_SIZE + sizeof(guid)];
	unsigned len = 0;

	(void)snprintf(text, sizeof(text), "%.24s%s", key, guid);
	CHECK(EVP_Digest(text, strlen(text), digest, &len, EVP_sha1(), NULL) == 1);
	(void)EVP_EncodeBlock((unsigned char *)ret, digest, 20);
}

/* A line "Name: value" of that name; *ret_value without blanks around it. */
static bool
line_is(const char *line, size_t len, const char *name, const char **ret_value, size_t *ret_len)
{
	size_t name_len = strlen(name), from = name_len + 1;

	if (len < from || strncasecmp(line, name, name_len) != 0 || line[name_len] != ':')
		return false;
	while (from < len && (line[from] == ' ' || line[from] == '\t'))
		from++;
	while (len > from && (line[len - 1] == ' ' || line[len - 1] == '\t'))
		len--;
	*ret_value = line + from;
	*ret_len = len - from;
	return true;
}

static bool
equals(const char *value, size_t len, const char *wanted)
{
	return len == strlen(wanted) && !memcmp(value, wanted, len);
}

/* The lines behind the first: the upgrade, our key answered, the protocol that we named. */
static bool
lines_agree(const char *text, const char *end, const char *protocol, const char *key)
{
	char accept[ACCEPT_SIZE];
	bool upgraded = false, accepted = false, spoken = false;

	accept_make(key, accept);
	while (text < end) {
		const char *line = text, *stop = memchr(text, '\r', (size_t)(end - text)),
			   *value;
		size_t len = (size_t)((stop ? stop : end) - line), value_len;

		if (line_is(line, len, "Upgrade", &value, &value_len))
			upgraded = value_len == 9 && !strncasecmp(value, "websocket", 9);
		else if (line_is(line, len, "Sec-WebSocket-Accept", &value, &value_len))
			accepted = equals(value, value_len, accept);
		else if (line_is(line, len, "Sec-WebSocket-Protocol", &value, &value_len))
			spoken = equals(value, value_len, protocol);
		text = stop && end - stop > 2 ? stop + 2 : end;
	}
	return upgraded && accepted && spoken;
}

int
websocket_answer(
    const char *text, size_t len, const char *protocol, const char *key, unsigned *ret_status)
{
	const char *end = memmem(text, len, "\r\n\r\n", 4), *first;

	*ret_status = 0;
	if (len >= 12 && memcmp(text, "HTTP/1.1 ", 9) != 0)
		return -EPROTO;
	if (!end)
		return len < WEBSOCKET_HELLO_MAX ? -EAGAIN : -EPROTO;
	first = memmem(text, len, "\r\n", 2);
	if (first - text < 12)
		return -EPROTO;
	for (const char *c = text + 9; c < text + 12; c++) {
		if (*c < '0' || *c > '9')
			return -EPROTO;
		*ret_status = *ret_status * 10 + (unsigned)(*c - '0');
	}
	if (*ret_status != 101 || !lines_agree(first + 2, end + 2, protocol, key))
		return -EPROTO;
	return (int)(end + 4 - text);
}
