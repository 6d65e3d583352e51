/* Who it was that answered: see genuine.h. Pure. A web server that stands on the collector's
 * port 80 and knows nothing of the question is no portal: it does not send us elsewhere. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "agent/probe/genuine.h"
#include "common/text.h"

enum {
	STATUS_AUTHENTICATION_REQUIRED = 511, /* RFC 6585 section 6 */
	/* openssl/x509_vfy.h */
	UNABLE_TO_GET_ISSUER_CERT = 2,
	DEPTH_ZERO_SELF_SIGNED_CERT = 18,
	SELF_SIGNED_CERT_IN_CHAIN = 19,
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY = 20,
	UNABLE_TO_VERIFY_LEAF_SIGNATURE = 21,
};

static bool
is_expected(const struct genuine_reply *reply)
{
	size_t len = strlen(reply->expected);
	const char *body = reply->body;

	return reply->status == 200 && reply->body_len >= len &&
	       memcmp(body, reply->expected, len) == 0 &&
	       (reply->body_len == len || (reply->body_len == len + 1 && body[len] == '\n'));
}

/* A redirect to another host than the one that was asked. */
static bool
leads_away(const struct genuine_reply *reply)
{
	const char *at = strstr(reply->location, "://");
	size_t len = strlen(reply->host);

	if (reply->status < 300 || reply->status > 399 || !at)
		return false;
	at += 3;
	at += *at == '[';
	return strncasecmp(at, reply->host, len) != 0 || !strchr(":/]?#", at[len]);
}

enum genuine_answer
genuine_judge_http(
    const struct genuine_reply *reply, char ret_observed[static GENUINE_OBSERVED_SIZE])
{
	char words[GENUINE_OBSERVED_SIZE * 2];

	ret_observed[0] = '\0';
	if (is_expected(reply))
		return GENUINE_OWN;
	if (leads_away(reply))
		(void)snprintf(
		    words, sizeof(words), "HTTP %ld to %s", reply->status, reply->location);
	else if (reply->status == STATUS_AUTHENTICATION_REQUIRED ||
		 (reply->proven && reply->status > 0))
		(void)snprintf(words, sizeof(words), "HTTP %ld, another's", reply->status);
	else
		return GENUINE_NO_WORD;
	(void)text_copy(ret_observed, GENUINE_OBSERVED_SIZE, words);
	return GENUINE_FOREIGN;
}

/* The common name of "C = RU, O = X, CN = Y", else all of it. */
static const char *
common_name(const char *issuer)
{
	const char *at = strstr(issuer, "CN");

	if (!at)
		return issuer;
	at += 2;
	return at + strspn(at, " =");
}

enum genuine_answer
genuine_judge_tls(
    long verify, const char *issuer, char ret_observed[static GENUINE_OBSERVED_SIZE])
{
	char words[GENUINE_OBSERVED_SIZE * 2];

	ret_observed[0] = '\0';
	switch (verify) {
	case 0:
		return GENUINE_OWN;
	case UNABLE_TO_GET_ISSUER_CERT:
	case DEPTH_ZERO_SELF_SIGNED_CERT:
	case SELF_SIGNED_CERT_IN_CHAIN:
	case UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case UNABLE_TO_VERIFY_LEAF_SIGNATURE:
		(void)snprintf(
		    words, sizeof(words), "certificate by %.60s", common_name(issuer));
		(void)text_copy(ret_observed, GENUINE_OBSERVED_SIZE, words);
		return GENUINE_FOREIGN;
	default:
		return GENUINE_NO_WORD;
	}
}
