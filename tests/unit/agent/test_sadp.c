/* Cameras and projectors that tell themselves to a group: agent/decode/sadp.c, dhip.c, amx.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/lib/frames.h"

static struct build
text(unsigned port, const void *bytes, size_t len)
{
	struct build payload = {.len = 0};

	put(&payload, bytes, len);
	return build_udp4(port, port, &payload);
}

#define TEXT(port, literal) text(port, literal, sizeof(literal) - 1)

#define SADP                                                                                   \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<ProbeMatch>\r\n"                       \
	"<Uuid>13A888A9-F1B1-4020-AE9F-05607682D23B</Uuid>\r\n<Types>inquiry</Types>\r\n"      \
	"<DeviceType>140993</DeviceType>\r\n"                                                  \
	"<DeviceDescription>DS-2CD2032-I</DeviceDescription>\r\n"                              \
	"<DeviceSN>DS-2CD2032-I20150101AAWR123456789</DeviceSN>\r\n"                           \
	"<MAC>44-19-b6-01-02-03</MAC>\r\n<IPv4Address>10.1.2.64</IPv4Address>\r\n"             \
	"<SoftwareVersion>V5.4.5build 170124</SoftwareVersion>\r\n</ProbeMatch>\r\n"

static void
reads_what_a_hikvision_says(void **state)
{
	struct build b = TEXT(37020, SADP);
	struct sighting s = decode_good(&b);

	(void)state;
	assert_string_equal(s.source, "sadp");
	assert_fact(&s, "model", "DS-2CD2032-I");
	assert_fact(&s, "serial", "DS-2CD2032-I20150101AAWR123456789");
	assert_fact(&s, "firmware", "V5.4.5build 170124");
	assert_fact(&s, "mac", "44-19-b6-01-02-03");
	assert_fact(&s, "address", "10.1.2.64");
	assert_int_equal(fact_count(&s), 5);
	b = TEXT(37020, "<?xml?><Probe><Uuid>13A8</Uuid><Types>inquiry</Types></Probe>");
	assert_refused(&b, DECODE_NOT_MINE);
	b = TEXT(37020, "<<<");
	assert_refused(&b, DECODE_NOT_MINE);
}

#define DHIP_HEAD "\x20\0\0\0DHIP\0\0\0\0\0\0\0\0\xff\0\0\0\0\0\0\0\xff\0\0\0\0\0\0\0"
#define DHIP                                                                                   \
	DHIP_HEAD "{\"mac\":\"3c:ef:8c:01:02:03\",\"method\":\"client.notifyDevInfo\","        \
		  "\"params\":{\"deviceInfo\":{\"DeviceClass\":\"IPC\","                       \
		  "\"DeviceType\" : \"IPC-HFW1230S\",\"HttpPort\":80,"                         \
		  "\"IPv4Address\":{\"DhcpEnable\":false,\"IPAddress\":\"10.1.2.108\"},"       \
		  "\"MachineName\":\"gate \\\"A\\\"\",\"SerialNo\":\"4A0123456PAG7\","         \
		  "\"Vendor\":\"Dahua\",\"Version\":\"2.800.0\"}}}\n"

static void
reads_what_a_dahua_says(void **state)
{
	struct build b = TEXT(37810, DHIP);
	struct sighting s = decode_good(&b);

	(void)state;
	assert_string_equal(s.source, "dhip");
	assert_fact(&s, "model", "IPC-HFW1230S");
	assert_fact(&s, "type", "IPC");
	assert_fact(&s, "serial", "4A0123456PAG7");
	assert_fact(&s, "firmware", "2.800.0");
	assert_fact(&s, "maker", "Dahua");
	assert_fact(&s, "mac", "3c:ef:8c:01:02:03");
	assert_fact(&s, "address", "10.1.2.108");
	assert_null(fact(&s, "name", 0)); /* an escape: not read rather than read wrong */
	assert_int_equal(fact_count(&s), 7);
	b = TEXT(
	    37810, DHIP_HEAD "{\"method\":\"DHDiscover.search\",\"params\":{\"mac\":\"\"}}");
	assert_refused(&b, DECODE_NOT_MINE);
	b = TEXT(37810, "\x20\0\0\0");
	assert_refused(&b, DECODE_NOT_MINE);
}

#define AMX                                                                                    \
	"AMXB<-UUID=02005E102030><-SDKClass=VideoProjector><-Make=EPSON>"                      \
	"<-Model=EB-2250U><-Revision=1.0.0>\r"

static void
reads_what_a_projector_says(void **state)
{
	struct build b = TEXT(9131, AMX);
	struct sighting s = decode_good(&b);

	(void)state;
	assert_string_equal(s.source, "amx");
	assert_fact(&s, "type", "VideoProjector");
	assert_fact(&s, "maker", "EPSON");
	assert_fact(&s, "model", "EB-2250U");
	assert_fact(&s, "firmware", "1.0.0");
	assert_int_equal(fact_count(&s), 4);
	b = TEXT(9131, "AMX\r");
	assert_refused(&b, DECODE_NOT_MINE);
}

/* Their ends are where the datagram ends, so every beginning is read as far as it goes. */
static void
reads_no_byte_too_much(void **state)
{
	static const struct {
		unsigned port;
		const char *bytes;
		size_t len;
	} messages[] = {
	    {37020, SADP, sizeof(SADP) - 1},
	    {37810, DHIP, sizeof(DHIP) - 1},
	    {9131, AMX, sizeof(AMX) - 1},
	};
	struct sighting s;

	(void)state;
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		for (size_t len = 0; len < messages[i].len; len++) {
			struct build b = text(messages[i].port, messages[i].bytes, len);

			if (decode_exact(&b, b.len, &s) == DECODE_OK)
				assert_true(sighting_sane(&s));
			else
				assert_refused(&b, DECODE_NOT_MINE);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_what_a_hikvision_says),
	    cmocka_unit_test(reads_what_a_dahua_says),
	    cmocka_unit_test(reads_what_a_projector_says),
	    cmocka_unit_test(reads_no_byte_too_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
