/* SSDP: agent/decode/ssdp.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/lib/frames.h"

static struct build
frame(const char *text)
{
	struct build payload = {.len = 0};

	put_text(&payload, text);
	return build_udp4(1900, 1900, &payload);
}

static const char notify[] =
    "NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n"
    "CACHE-CONTROL: max-age=1800\r\nlocation:  http://10.1.2.3:80/d.xml \r\n"
    "NT: urn:schemas-upnp-org:device:MediaRenderer:1\r\nNTS: ssdp:alive\r\n"
    "SERVER: OS/1.0 UPnP/1.0 Product/2.0\r\n"
    "USN: uuid:5f9ec1b3-ed59::urn:schemas-upnp-org:device:MediaRenderer:1\r\n\r\n"
    "SERVER: not a header any more\r\n";

static void
reads_an_announcement(void **state)
{
	struct build b = frame(notify);
	struct sighting s = decode_good(&b);

	(void)state;
	assert_string_equal(s.source, "ssdp");
	assert_fact(&s, "location", "http://10.1.2.3:80/d.xml");
	assert_fact(&s, "type", "urn:schemas-upnp-org:device:MediaRenderer:1");
	assert_fact(&s, "server", "OS/1.0 UPnP/1.0 Product/2.0");
	assert_fact(&s, "uuid", "5f9ec1b3-ed59");
	assert_int_equal(fact_count(&s), 4);
}

static void
reads_an_answer_and_a_search(void **state)
{
	struct build b = frame("HTTP/1.1 200 OK\r\nST:upnp:rootdevice\nUSN:uuid:7\nSERVER:x\n");
	struct sighting s = decode_good(&b);

	(void)state;
	assert_fact(&s, "type", "upnp:rootdevice");
	assert_fact(&s, "uuid", "7");
	assert_fact(&s, "server", "x");
	b = frame("M-SEARCH * HTTP/1.1\r\nST: ssdp:all\r\nUSER-AGENT: os/1 UPnP/1.1\r\n\r\n");
	s = decode_good(&b);
	assert_fact(&s, "user_agent", "os/1 UPnP/1.1");
	assert_int_equal(fact_count(&s), 1);
}

static void
believes_nothing_of_a_goodbye(void **state)
{
	struct build b = frame("NOTIFY * HTTP/1.1\r\nSERVER: x\r\nNTS: ssdp:byebye\r\n\r\n");
	struct sighting s = decode_good(&b);

	(void)state;
	assert_int_equal(fact_count(&s), 0);
}

static void
takes_a_type_that_is_only_a_uuid_for_none(void **state)
{
	struct build b = frame("NOTIFY * HTTP/1.1\r\nNT: uuid:7\r\nUSN: uuid:7\r\n\r\n");
	struct sighting s = decode_good(&b);

	(void)state;
	assert_null(fact(&s, "type", 0));
	assert_fact(&s, "uuid", "7");
}

static void
leaves_other_text_alone(void **state)
{
	struct build b = frame("GET / HTTP/1.1\r\n\r\n");

	(void)state;
	assert_refused(&b, DECODE_NOT_MINE);
	b = frame("");
	assert_refused(&b, DECODE_MALFORMED);
}

static void
stays_sane_however_short(void **state)
{
	struct build b = frame(notify);
	char text[sizeof(notify)];

	(void)state;
	assert_int_equal(refuse_truncations(&b), b.len);
	memcpy(text, notify, sizeof(text));
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
	    cmocka_unit_test(reads_an_announcement),
	    cmocka_unit_test(reads_an_answer_and_a_search),
	    cmocka_unit_test(believes_nothing_of_a_goodbye),
	    cmocka_unit_test(takes_a_type_that_is_only_a_uuid_for_none),
	    cmocka_unit_test(leaves_other_text_alone),
	    cmocka_unit_test(stays_sane_however_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
