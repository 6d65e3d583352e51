/* WS-Discovery: agent/decode/wsd.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "tests/lib/frames.h"

#define ACTION(word)                                                                           \
	"<?xml version=\"1.0\"?><!-- <nothing> --><s:Envelope><s:Header>"                      \
	"<a:Action s:mustUnderstand=\"1\"> "                                                   \
	"http://schemas.xmlsoap.org/ws/2005/04/discovery/" word                                \
	" </a:Action><a:ReplyTo><a:Address>urn:uuid:not-this</a:Address></a:ReplyTo>"          \
	"</s:Header><s:Body>"
#define MATCH                                                                                  \
	"<d:ProbeMatch><a:EndpointReference><a:Address>urn:uuid:1590f4df-ef43</a:Address>"     \
	"</a:EndpointReference><d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types>"       \
	"<d:Scopes>onvif://www.onvif.org/type/video onvif://www.onvif.org/hardware/DS-2CD%20I" \
	"\nonvif://www.onvif.org/name/Cam%2\n</d:Scopes><d:XAddrs>http://10.0.0.9/</d:XAddrs>" \
	"</d:ProbeMatch>"
#define END "</s:Body></s:Envelope>"

static struct build
frame(const char *text)
{
	struct build payload = {.len = 0};

	put_text(&payload, text);
	return build_udp4(3702, 3702, &payload);
}

static void
reads_what_a_camera_answers(void **state)
{
	struct build b = frame(ACTION("ProbeMatches") MATCH END);
	struct sighting s = decode_good(&b);

	(void)state;
	assert_string_equal(s.source, "wsd");
	assert_fact(&s, "uuid", "1590f4df-ef43");
	assert_fact(&s, "type", "NetworkVideoTransmitter");
	assert_fact(&s, "model", "DS-2CD I");
	assert_fact(&s, "name", "Cam%2");
	assert_fact(&s, "address", "http://10.0.0.9/");
	assert_int_equal(fact_count(&s), 6);
}

static void
reads_a_greeting(void **state)
{
	struct build b =
	    frame(ACTION("Hello") "<Hello><EndpointReference>\n<Address>uuid:7"
				  "</Address></EndpointReference><Types/></Hello>" END);
	struct sighting s = decode_good(&b);

	(void)state;
	assert_fact(&s, "uuid", "7");
	assert_int_equal(fact_count(&s), 1);
}

static void
a_proxy_that_speaks_for_several_says_nothing_of_itself(void **state)
{
	struct build b = frame(ACTION("ProbeMatches") MATCH MATCH END);
	struct sighting s = decode_good(&b);

	(void)state;
	assert_int_equal(fact_count(&s), 0);
}

static void
questions_and_goodbyes_are_nothing(void **state)
{
	struct build b = frame(ACTION("Probe") "<d:Probe><d:Types>a:b</d:Types></d:Probe>" END);

	(void)state;
	assert_refused(&b, DECODE_NOT_MINE);
	b = frame(ACTION("Bye") MATCH END);
	assert_refused(&b, DECODE_NOT_MINE);
	b = frame("<Envelope><Body/></Envelope>");
	assert_refused(&b, DECODE_NOT_MINE);
	b = frame("no XML at all");
	assert_refused(&b, DECODE_MALFORMED);
	b = frame("<<<<</>< ><:></:>");
	assert_refused(&b, DECODE_MALFORMED);
}

static void
stays_sane_however_short(void **state)
{
	static const char whole[] = ACTION("ProbeMatches") MATCH END;
	struct build b = frame(whole);
	char text[sizeof(whole)];

	(void)state;
	assert_int_equal(refuse_truncations(&b), b.len);
	memcpy(text, whole, sizeof(text));
	for (size_t len = sizeof(text) - 1; len > 0; len--) {
		struct sighting before, s;

		text[len] = '\0';
		b = frame(text);
		memset(&s, 0xa5, sizeof(s));
		memset(&before, 0xa5, sizeof(before));
		if (decode_exact(&b, b.len, &s) == DECODE_OK)
			assert_true(sighting_sane(&s));
		else
			assert_memory_equal(&before, &s, sizeof(s));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_what_a_camera_answers),
	    cmocka_unit_test(reads_a_greeting),
	    cmocka_unit_test(a_proxy_that_speaks_for_several_says_nothing_of_itself),
	    cmocka_unit_test(questions_and_goodbyes_are_nothing),
	    cmocka_unit_test(stays_sane_however_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
