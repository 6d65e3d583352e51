/* What each asker says, and what it makes of answers; the answers stand in the fuzz programs'
 * corpora, where those of real programs are named real_. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>

#include "agent/ask/harmless.h"
#include "agent/ask/url.h"
#include "agent/ask/xml.h"
#include "common/check.h"
#include "tests/lib/ask_drive.h"

enum { ANSWER_BYTES_MAX = 32 * 1024 };

static const struct asker *
asker_named(const char *name)
{
	for (size_t i = 0; i < askers_count; i++)
		if (strcmp(askers[i]->name, name) == 0)
			return askers[i];
	fail_msg("there is no asker %s", name);
	return NULL;
}

static struct ask_script
script_of(const char *name)
{
	return (struct ask_script){.asker = asker_named(name),
	    .known = {.ip = {.family = ADDRESS_IPV4, .bytes = {10, 77, 0, 5}}}};
}

static size_t
answer_load(const char *asker, const char *name, uint8_t ret[static ANSWER_BYTES_MAX])
{
	char path[128];
	FILE *file;
	size_t n;

	(void)snprintf(path, sizeof(path), "tests/fuzz/corpus/ask_%s/%s", asker, name);
	file = fopen(path, "rb");
	if (!file)
		fail_msg("no %s", path);
	n = fread(ret, 1, ANSWER_BYTES_MAX, file);
	(void)fclose(file);
	return n;
}

/* All facts as "key=value" lines, whether the answer comes whole or byte by byte. */
static void
assert_told(const struct ask_script *script, const char *answer, const char *expected)
{
	for (size_t piece = 0; piece < 2; piece++) {
		struct ask_script s = *script;
		struct ask *ask;
		uint8_t bytes[ANSWER_BYTES_MAX];
		size_t len = answer_load(s.asker->name, answer, bytes), at = 0;
		char told[ANSWER_BYTES_MAX] = "";

		s.piece = s.asker->transport == ASK_UDP ? 0 : piece;
		ask = ask_begin(&s);
		ask_run(ask, &s, bytes, len);
		for (size_t i = 0; i < ask->n_facts; i++) {
			assert_string_equal(ask->facts[i].source, s.asker->source);
			at += (size_t)snprintf(told + at, sizeof(told) - at, "%s=%s\n",
			    ask->facts[i].key, ask->facts[i].value);
		}
		ask_end(ask);
		assert_string_equal(told, expected);
	}
}

static void
each_asker_reads_its_protocol(void **state)
{
	static const struct {
		const char *asker, *answer, *expected;
	} cases[] = {
	    {"nbstat", "real_11", "name=UCHITEL-5\nworkgroup=SCHOOL\n"},
	    {"pjlink", "class2",
		"class=2\nmaker=EPSON\nmodel=EB-2250U\ninfo=v1\nname=Kabinet "
		"12\nlamp_hours=523\n"
		"inputs=11 31 32\nerrors=000100\nserial=X4YZ9000123\nfirmware=1.05\n"
		"lamp_model=ELPLP87\nfilter_hours=310\nresolution=1920x1200\n"},
	    {"pjlink", "class1", "class=1\nmodel=NP-P501X\nname=x\nerrors=000000\n"},
	    {"pjlink", "locked", "locked=1\n"},
	    {"ipp", "printer",
		"make_model=HP LaserJet 400\nmaker=Hewlett-Packard\nmodel=HP LaserJet 400 "
		"M401dn\n"
		"serial=VNC3R12345\nuuid=434e4333-5231-3233-3435-a0b3cc1d2e3f\nlocation=Room "
		"12\n"
		"firmware=20130415\n"},
	    {"ipp", "elsewhere",
		"make_model=HP LaserJet 400\nmaker=Hewlett-Packard\nmodel=HP LaserJet 400 "
		"M401dn\n"
		"serial=VNC3R12345\nuuid=434e4333-5231-3233-3435-a0b3cc1d2e3f\nlocation=Room "
		"12\n"
		"firmware=20130415\n"},
	    {"ipp", "upgrade",
		"make_model=HP LaserJet 400\nmaker=Hewlett-Packard\nmodel=HP LaserJet 400 "
		"M401dn\n"
		"serial=VNC3R12345\nuuid=434e4333-5231-3233-3435-a0b3cc1d2e3f\nlocation=Room "
		"12\n"
		"firmware=20130415\n"},
	    {"http", "chunked", "server=mini_httpd\ntitle=IP-CAM 17\n"},
	    {"http", "realm", "realm=TD-W8901\n"},
	    {"http", "continue", "title=x<y\n"},
	    {"ssh", "real_14", "banner=SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\n"},
	    {"ssh", "lines", "banner=SSH-1.99-Cisco-1.25\n"},
	    {"smb", "real_11",
		"dialect=3.1.1\nguid=69686375-6574-2d6c-3500-000000000000\nos_version=6.1.0\n"
		"domain=UCHITEL-5\nname=UCHITEL-5\ndns_name=vm\n"},
	    {"rdp", "nla",
		"security=nla\nos_version=10.0.19045\ndomain=SCHOOL\nname=UCHITEL-5\n"
		"dns_name=uchitel-5.school.local\n"},
	    {"rdp", "tls", "security=tls\n"},
	    {"rdp", "failure", "security=nla\n"},
	    {"rdp", "old", "security=rdp\n"},
	    {"rtsp", "camera", "server=Hipcam RealServer/V1.0\n"},
	    {"sip", "phone", "agent=Yealink SIP-T31P 124.86.0.40\n"},
	    {"upnp", "bomb", ""},
	    {"escl", "scanner",
		"make_model=Kyocera ECOSYS M2040dn\nserial=VUB2922827\n"
		"uuid=4509a320-00a0-008f-00b6-002507510eca\n"},
	    {"onvif", "camera",
		"maker=Dahua\nmodel=IPC-HDW1230S\nfirmware=2.800.0000000.8.R\nserial="
		"5J08A3APAZ00131\n"
		"hardware=1.00\nname=cam-12\n"},
	    {"onvif", "locked", "locked=1\nname=cam-12\n"},
	    {"onvif", "unauthorized", "locked=1\nname=cam-12\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct ask_script script = script_of(cases[i].asker);

		print_message("%s %s\n", cases[i].asker, cases[i].answer);
		assert_told(&script, cases[i].answer, cases[i].expected);
	}
}

/* JBMIA's own example: random 498e4a67, password JBMIAProjectorLink. */
static void
pjlink_digests_the_password(void **state)
{
	struct ask_script script = script_of("pjlink");
	static const char greeting[] = "PJLINK 1 498e4a67\r";
	struct ask *ask;

	(void)state;
	script.password = "JBMIAProjectorLink";
	ask = ask_begin(&script);
	(void)ask_hear(ask, &script, (const uint8_t *)greeting, sizeof(greeting) - 1);
	assert_int_equal(ask->n_facts, 0);
	assert_memory_equal(ask->out.data, "5d8409bc1c3fa39749434aa3a5c38682%1CLSS ?\r", 41);
	ask_end(ask);
}

static void
a_page_elsewhere_is_asked_there(void **state)
{
	struct ask_script script = script_of("http");

	(void)state;
	script.known.ip = (struct address){.family = ADDRESS_IPV4, .bytes = {10, 77, 0, 13}};
	assert_told(
	    &script, "real_13", "server=nginx/1.22.1\ntitle=Golden Works & Sons IP-CAM 17\n");
	/* Of another host it is only said where. */
	script.known.ip.bytes[3] = 14;
	assert_told(
	    &script, "real_13", "server=nginx/1.22.1\nredirect=http://10.77.0.13/panel/\n");
}

static void
a_description_is_read_at_its_own_address(void **state)
{
	struct evidence location = {"ssdp", "location", "http://10.77.0.5:8200/rootDesc.xml"};
	struct ask_script script = script_of("upnp");
	struct ask_place place = {.port = 80, .path = "/"};

	(void)state;
	assert_false(script.asker->wants(&script.known, &place));
	script.known.evidence = &location;
	script.known.n_evidence = 1;
	assert_true(script.asker->wants(&script.known, &place));
	assert_int_equal(place.port, 8200);
	assert_string_equal(place.path, "/rootDesc.xml");
	location.value = "http://10.77.0.6:8200/rootDesc.xml";
	assert_false(script.asker->wants(&script.known, &place));
	assert_told(&script, "real_16",
	    "type=urn:schemas-upnp-org:device:MediaServer:1\nname=Golden Shelf\n"
	    "maker=Justin Maggard\ndescr=MiniDLNA on Linux\nmodel=Shelf 3\nnumber=1.3.0\n"
	    "serial=GW-4711-0815\nuuid=4d696e69-444c-164e-9d41-001b21770050\n");
}

/* TXT of what was heard under each of its types, and what hangs on each type. */
static void
services_that_were_heard_are_asked_for_what_they_tell(void **state)
{
	static const char query[] = "\x5a\x5a\0\0\0\3\0\0\0\0\0\0"
				    "\4Hall\14_device-info\4_tcp\5local\0\0\20\0\1"
				    "\4Hall\4_ipp\4_tcp\5local\0\0\20\0\1"
				    "\4_ipp\4_tcp\5local\0\0\14\0\1";
	static const char others[] = "\x5a\x5b\x84\0", none[] = "\x5a\x5a\0\0",
			  answer[] = "\x5a\x5a\x84\0";
	const struct evidence heard[] = {
	    {"mdns", "service", "_ipp._tcp"}, {"mdns", "instance", "Hall"}};
	struct ask_script script = script_of("mdns");
	struct ask_place place;
	struct ask *ask;

	(void)state;
	assert_false(script.asker->wants(&script.known, &place));
	script.known.evidence = heard;
	script.known.n_evidence = COUNT_OF(heard);
	assert_true(script.asker->wants(&script.known, &place));
	script.known.n_evidence = 1; /* the instance may have been lost */
	assert_true(script.asker->wants(&script.known, &place));
	script.known.n_evidence = COUNT_OF(heard);
	ask = ask_begin(&script);
	assert_int_equal(script.asker->step(ask), ASK_MORE);
	assert_int_equal(ask->out.len, sizeof(query) - 1);
	assert_memory_equal(ask->out.data, query, sizeof(query) - 1);
	assert_int_equal(bytes_add(&ask->in, others, 4), 0);
	assert_int_equal(script.asker->step(ask), ASK_MORE);
	ask->in.len = 0;
	assert_int_equal(bytes_add(&ask->in, none, 4), 0);
	assert_int_equal(script.asker->step(ask), ASK_MORE);
	ask->in.len = 0;
	assert_int_equal(bytes_add(&ask->in, answer, 4), 0);
	assert_int_equal(script.asker->step(ask), ASK_DONE);
	ask_end(ask);
}

static void
a_host_of_many_services_is_asked_in_one_datagram(void **state)
{
	static char instance[64], bad[80];
	struct evidence heard[60];
	struct ask_script script = script_of("mdns");
	struct ask *ask;

	(void)state;
	memset(instance, 'i', 63);
	memset(bad, 'b', 79);
	for (size_t i = 0; i < COUNT_OF(heard); i++)
		heard[i] = i % 2 ? (struct evidence){"mdns", "service", "_ipp._tcp"}
				 : (struct evidence){"mdns", "instance", instance};
	heard[0].value = bad; /* no label is that long */
	script.known.evidence = heard;
	script.known.n_evidence = COUNT_OF(heard);
	ask = ask_begin(&script);
	assert_int_equal(script.asker->step(ask), ASK_MORE);
	assert_in_range(ask->out.len, 1000, 1300);
	assert_in_range(ask->out.data[5], 8, 24);
	ask_end(ask);
}

static void
who_speaks_snmp_is_not_asked_as_a_pc(void **state)
{
	const struct evidence facts[] = {{"snmp", "sys_descr", "switch"}};
	struct ask_known known = {.evidence = facts, .n_evidence = 0};
	static const char *const pcs[] = {"ssh", "smb", "rdp"};
	struct ask_place place;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(pcs); i++) {
		known.n_evidence = 0;
		assert_true(asker_named(pcs[i])->wants(&known, &place));
		known.n_evidence = 1;
		assert_false(asker_named(pcs[i])->wants(&known, &place));
	}
}

static void
ports_that_print_are_left_alone(void **state)
{
	static const uint16_t forbidden[] = {0, 515, 9100, 9101, 9103, 9107, 9999};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(forbidden); i++) {
		assert_false(harmless_port(forbidden[i], "http"));
		assert_false(harmless_port(forbidden[i], "ipp"));
	}
	assert_true(harmless_port(631, "ipp"));
	assert_false(harmless_port(631, "upnp"));
	assert_true(harmless_port(9099, "upnp"));
	assert_true(harmless_port(9108, "upnp"));
	/* The one place where sockets are opened looks there. */
	{
		const struct address ip = {.family = ADDRESS_IPV4, .bytes = {127, 0, 0, 1}};

		assert_int_equal(ask_socket_open(asker_named("upnp"), &ip, 9100), -EPERM);
		assert_int_equal(ask_socket_open(asker_named("upnp"), &ip, 631), -EPERM);
	}
}

static void
a_url_leads_to_its_own_host_only(void **state)
{
	const struct address own = {.family = ADDRESS_IPV4, .bytes = {10, 77, 0, 5}};
	struct ask_place place;
	struct address v6;

	(void)state;
	assert_int_equal(url_place("http://10.77.0.5", &own, &place), 0);
	assert_int_equal(place.port, 80);
	assert_string_equal(place.path, "/");
	assert_int_equal(url_place("HTTPS://10.77.0.5:8443/a/b?c=d#e", &own, &place), 0);
	assert_true(place.tls);
	assert_int_equal(place.port, 8443);
	assert_string_equal(place.path, "/a/b?c=d");
	assert_int_equal(url_place("http://10.77.0.6/", &own, &place), -EXDEV);
	assert_int_equal(url_place("http://printer/", &own, &place), -EINVAL);
	assert_int_equal(url_place("http://10.77.0.5:0/", &own, &place), -EINVAL);
	assert_int_equal(url_place("http://10.77.0.5:65536/", &own, &place), -EINVAL);
	assert_int_equal(url_place("http://10.77.0.5/a b", &own, &place), -EINVAL);
	assert_int_equal(url_place("http://10.77.0.5/\r\nHost: x", &own, &place), -EINVAL);
	assert_int_equal(url_place("ftp://10.77.0.5/", &own, &place), -EINVAL);
	assert_int_equal(url_place("http://u@10.77.0.5/", &own, &place), -EINVAL);
	assert_int_equal(address_parse("2001:db8::5", &v6), 0);
	assert_int_equal(url_place("http://[2001:db8::5]:81/x", &v6, &place), 0);
	assert_int_equal(place.port, 81);
	assert_int_equal(url_place("http://[2001:db8::5/x", &v6, &place), -EINVAL);
}

static void
on_text(void *arg, const char *path, const char *text)
{
	size_t at = strlen(arg);

	(void)snprintf((char *)arg + at, 512 - at, "%s=%s;", path, text);
}

static void
xml_stays_within_bounds(void **state)
{
	char told[512] = "", deep[400] = "";
	static const char good[] = "<a:x xmlns:a='u'><y>1</y><y>2</y></a:x>",
			  cut[] = "<x><y>1</y><z";

	(void)state;
	assert_int_equal(xml_read(good, sizeof(good) - 1, 7, on_text, told), 0);
	assert_string_equal(told, "x/y=1;x/y=2;x=;");
	told[0] = '\0';
	assert_int_equal(xml_read(cut, sizeof(cut) - 1, 7, on_text, told), -EPROTO);
	assert_string_equal(told, "x/y=1;");
	for (size_t i = 0; i < 3 * (XML_DEPTH_MAX + 1); i++)
		deep[i] = "<d>"[i % 3];
	assert_int_equal(xml_read(deep, strlen(deep), 7, on_text, told), -E2BIG);
	assert_int_equal(xml_read("<!DOCTYPE a><a/>", 16, 7, on_text, told), -EPROTO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_asker_reads_its_protocol),
	    cmocka_unit_test(pjlink_digests_the_password),
	    cmocka_unit_test(a_page_elsewhere_is_asked_there),
	    cmocka_unit_test(a_description_is_read_at_its_own_address),
	    cmocka_unit_test(services_that_were_heard_are_asked_for_what_they_tell),
	    cmocka_unit_test(a_host_of_many_services_is_asked_in_one_datagram),
	    cmocka_unit_test(who_speaks_snmp_is_not_asked_as_a_pc),
	    cmocka_unit_test(ports_that_print_are_left_alone),
	    cmocka_unit_test(a_url_leads_to_its_own_host_only),
	    cmocka_unit_test(xml_stays_within_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
