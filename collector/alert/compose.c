/* Mails by RFC 5322 (format), 2047 (words beyond ASCII in headers) and 2045 (base64). */
#include "collector/alert/compose.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "common/check.h"

enum {
	LINE_BYTES = 57, /* base64: 76 characters */
	/* A line of a header with encoded words has at most 76 characters; the first one begins
	 * with "Subject: ". */
	WORD_BYTES = 45,
	FIRST_WORD_BYTES = 39,
	BACKOFF_FIRST_MS = 10000,
	BACKOFF_MOST_MS = 3600 * 1000,
};

static int
add_base64(struct bytes *out, const uint8_t *from, size_t len)
{
	static const char alphabet[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	int r = 0;

	for (size_t i = 0; r == 0 && i < len; i += 3) {
		size_t left = len - i;
		uint32_t three = (uint32_t)from[i] << 16 |
				 (left > 1 ? (uint32_t)from[i + 1] << 8 : 0) |
				 (left > 2 ? (uint32_t)from[i + 2] : 0);
		char four[4] = {alphabet[three >> 18], alphabet[three >> 12 & 63],
		    left > 1 ? alphabet[three >> 6 & 63] : '=',
		    left > 2 ? alphabet[three & 63] : '='};

		r = bytes_add(out, four, sizeof(four));
	}
	return r;
}

/* At most `most` bytes of a text, no character cut. */
static size_t
piece_of(const char *text, size_t most)
{
	size_t len = strlen(text);

	if (len <= most)
		return len;
	while (most > 1 && ((unsigned char)text[most] & 0xc0) == 0x80)
		most--;
	return most;
}

/* A subject as encoded words, one a line. */
static int
add_words(struct bytes *out, const char *text)
{
	size_t most = FIRST_WORD_BYTES;
	int r = 0;

	for (size_t len; r == 0 && *text; text += len, most = WORD_BYTES) {
		len = piece_of(text, most);
		r = bytes_add_text(out, "=?UTF-8?B?");
		if (r == 0)
			r = add_base64(out, (const uint8_t *)text, len);
		if (r == 0)
			r = bytes_add_text(out, text[len] ? "?=\r\n " : "?=");
	}
	return r;
}

/* The body with CRLF at the ends of its lines, as base64. */
static int
add_body(struct bytes *out, const char *body)
{
	uint8_t line[LINE_BYTES];
	size_t len = 0;
	int r = 0;

	for (bool cr = false; r == 0 && (*body || len > 0);) {
		if (*body == '\n' && !cr) {
			line[len++] = '\r';
			cr = true;
		} else if (*body) {
			cr = false;
			line[len++] = (uint8_t)*body++;
		}
		if (len < sizeof(line) && *body)
			continue;
		r = add_base64(out, line, len);
		if (r == 0)
			r = bytes_add_text(out, "\r\n");
		len = 0;
	}
	return r;
}

/* Days since 1970 as a date (proleptic Gregorian). */
static void
date_of(int64_t days, int *ret_year, unsigned *ret_month, unsigned *ret_day)
{
	int64_t z = days + 719468, era = z / 146097;
	unsigned doe = (unsigned)(z - era * 146097);
	unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	unsigned mp = (5 * doy + 2) / 153;

	*ret_day = doy - (153 * mp + 2) / 5 + 1;
	*ret_month = mp < 10 ? mp + 3 : mp - 9;
	*ret_year = (int)(yoe + era * 400) + (*ret_month <= 2);
}

static int
add_date(struct bytes *out, int64_t at_ms)
{
	static const char days[] = "ThuFriSatSunMonTueWed";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int64_t s = at_ms > 0 ? at_ms / 1000 : 0, day = s / 86400;
	unsigned second = (unsigned)(s % 86400), month, of_month;
	int year;

	date_of(day, &year, &month, &of_month);
	return bytes_add_format(out, "Date: %.3s, %u %.3s %d %02u:%02u:%02u +0000\r\n",
	    days + day % 7 * 3, of_month, months + (size_t)(month - 1) * 3, year, second / 3600,
	    second / 60 % 60, second % 60);
}

/* Printable ASCII without what means something in a header. */
static bool
is_plain(const char *text)
{
	if (!*text)
		return false;
	for (; *text; text++)
		if (*text <= ' ' || *text >= 127 || strchr("<>()[],;:\\\"", *text))
			return false;
	return true;
}

int
compose_mail(const struct compose_mail *mail, struct bytes *ret)
{
	const char *at = strrchr(mail->from, '@');
	int r;

	if (!at || !is_plain(mail->from) || !is_plain(mail->to) || !is_plain(mail->key))
		return -EINVAL;
	r = add_date(ret, mail->at_ms);
	if (r == 0)
		r = bytes_add_format(ret,
		    "From: parta <%s>\r\nTo: <%s>\r\nMessage-ID: <%s%s>\r\nSubject: ",
		    mail->from, mail->to, mail->key, at);
	if (r == 0)
		r = add_words(ret, mail->title);
	if (r == 0)
		r = bytes_add_text(ret, "\r\nMIME-Version: 1.0\r\n"
					"Content-Type: text/plain; charset=UTF-8\r\n"
					"Content-Transfer-Encoding: base64\r\n"
					"Auto-Submitted: auto-generated\r\n\r\n");
	return r == 0 ? add_body(ret, mail->body) : r;
}

enum compose_outcome
outcome_of_mail(int error, long status)
{
	/* Credentials and encryption are the operator's to mend: 530, 534, 535, 538. */
	static const long ours[] = {500, 501, 502, 503, 504, 530, 534, 535, 538};

	if (error == 0)
		return COMPOSE_DELIVERED;
	for (size_t i = 0; i < COUNT_OF(ours); i++)
		if (status == ours[i])
			return COMPOSE_RETRY;
	return status >= 500 && status < 600 ? COMPOSE_DEAD : COMPOSE_RETRY;
}

enum compose_outcome
outcome_of_http(int error, long status)
{
	static const long refused[] = {400, 410, 413, 415, 422};

	if (error == 0 && status >= 200 && status < 300)
		return COMPOSE_DELIVERED;
	for (size_t i = 0; error == 0 && i < COUNT_OF(refused); i++)
		if (status == refused[i])
			return COMPOSE_DEAD;
	return COMPOSE_RETRY;
}

uint64_t
outcome_backoff_ms(unsigned attempts, unsigned chance)
{
	uint64_t ms = BACKOFF_FIRST_MS;

	for (unsigned i = 1; i < attempts && ms < BACKOFF_MOST_MS; i++)
		ms *= 2;
	if (ms > BACKOFF_MOST_MS)
		ms = BACKOFF_MOST_MS;
	return ms * 3 / 4 + ms / 2 * (chance & 0xffff) / 0xffff;
}
