/* Scenarios of a network, told as observations; what is expected is the list of devices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/inventory/inventory.h"

enum { PIECES_MAX = 32, NOTES_MAX = 40, LINE_MAX_BYTES = 1024, LISTING_BYTES = 8192 };

/* One observation as text: "t=SECONDS mac=M ip=A source.key=value ...", words parted by blanks.
 */
struct told {
	char text[LINE_MAX_BYTES];
	struct evidence evidence[PIECES_MAX];
	struct observation observation;
};

static void
told_word(struct told *told, char *word)
{
	struct observation *o = &told->observation;
	char *equal = strchr(word, '='), *dot;

	assert_non_null(equal);
	*equal++ = '\0';
	if (strcmp(word, "t") == 0) {
		o->seen_ms = strtoll(equal, NULL, 10) * 1000;
	} else if (strcmp(word, "mac") == 0) {
		assert_int_equal(mac_parse(equal, &o->mac), 0);
	} else if (strcmp(word, "ip") == 0) {
		assert_int_equal(address_parse(equal, &o->ip), 0);
	} else {
		dot = strchr(word, '.');
		assert_non_null(dot);
		assert_true(o->n_evidence < PIECES_MAX);
		*dot = '\0';
		told->evidence[o->n_evidence++] = (struct evidence){word, dot + 1, equal};
	}
}

static enum inventory_change
note(struct inventory *inventory, const char *text)
{
	struct told told = {.observation = {.seen_ms = 1000}};
	char *rest = told.text, *word;

	assert_true(strlen(text) < sizeof(told.text));
	memcpy(told.text, text, strlen(text) + 1);
	told.observation.evidence = told.evidence;
	while ((word = strsep(&rest, " ")))
		if (*word)
			told_word(&told, word);
	return inventory_note(inventory, &told.observation);
}

static void
add(char *listing, const char *text)
{
	assert_true(strlen(listing) + strlen(text) + 1 < LISTING_BYTES);
	memcpy(listing + strlen(listing), text, strlen(text) + 1);
}

/* The devices in order: their addresses joined by ',', or the first MAC when there are none. */
static void
list(const struct inventory *inventory, char listing[static LISTING_BYTES])
{
	listing[0] = '\0';
	for (size_t i = 0; i < inventory_count(inventory); i++) {
		const struct device *d = inventory_at(inventory, i);
		char text[ADDRESS_TEXT_SIZE];

		if (i)
			add(listing, " | ");
		for (size_t k = 0; k < d->n_ips; k++) {
			address_format(&d->ips[k], text);
			if (k)
				add(listing, ",");
			add(listing, text);
		}
		if (d->n_ips == 0 && d->n_macs) {
			mac_format(&d->macs[0], text);
			add(listing, text);
		}
	}
}

static const struct scenario {
	const char *name;
	const char *notes[NOTES_MAX];
	const char *devices;
} scenarios[] = {
    {"a device seen twice is one",
	{"mac=00:1b:21:00:00:01 ip=10.0.0.1", "mac=00:1b:21:00:00:01 ip=10.0.0.1"}, "10.0.0.1"},
    {"devices stand in the order of their addresses",
	{"mac=00:1b:21:00:00:03 ip=10.0.0.30", "mac=00:1b:21:00:00:01 ip=10.0.0.4",
	    "mac=00:1b:21:00:00:02 ip=10.0.0.5", "mac=00:1b:21:00:00:09"},
	"10.0.0.4 | 10.0.0.5 | 10.0.0.30 | 00:1b:21:00:00:09"},
    {"a new lease moves the address, not the device",
	{"mac=00:1b:21:00:00:01 ip=10.0.0.1", "mac=00:1b:21:00:00:02 ip=10.0.0.2",
	    "t=90 mac=00:1b:21:00:00:02 ip=10.0.0.1"},
	"10.0.0.1,10.0.0.2 | 00:1b:21:00:00:01"},
    {"an answer belongs to the device at that address",
	{"mac=00:1b:21:00:00:01 ip=10.0.0.1",
	    "ip=10.0.0.1 snmp.sys_name=core snmp.sys_object_id=1.3.6.1.4.1.9.1.1"},
	"10.0.0.1"},
    {"an answer before the frame is the same device",
	{"ip=10.0.0.1 snmp.sys_name=core snmp.sys_object_id=1.3.6.1.4.1.9.1.1",
	    "mac=00:1b:21:00:00:01 ip=10.0.0.1"},
	"10.0.0.1"},
    {"a frame first, the address of another answer later: one device",
	{"mac=00:1b:21:00:00:01",
	    "ip=10.0.0.1 snmp.sys_name=core snmp.sys_object_id=1.3.6.1.4.1.9.1.1",
	    "mac=00:1b:21:00:00:01 ip=10.0.0.1"},
	"10.0.0.1"},
    {"two cards of one machine are one device",
	{"mac=00:1b:21:00:00:01 ip=10.0.0.1", "mac=00:1b:21:00:00:02 ip=10.0.0.2",
	    "ip=10.0.0.1 snmp.sys_name=pc snmp.if_mac=00:1b:21:00:00:01 "
	    "snmp.if_mac=00:1b:21:00:00:02"},
	"10.0.0.1,10.0.0.2"},
    {"two cards asked at both addresses are one device",
	{"mac=00:1b:21:00:00:01 ip=10.0.0.1", "mac=00:1b:21:00:00:02 ip=10.0.0.2",
	    "ip=10.0.0.2 snmp.sys_object_id=1.3.6.1.4.1.311.1 snmp.sys_name=pc "
	    "snmp.if_mac=00:1b:21:00:00:01 snmp.if_mac=00:1b:21:00:00:02",
	    "ip=10.0.0.1 snmp.sys_object_id=1.3.6.1.4.1.311.1 snmp.sys_name=pc "
	    "snmp.if_mac=00:1b:21:00:00:01 snmp.if_mac=00:1b:21:00:00:02"},
	"10.0.0.1,10.0.0.2"},
    {"the card that is asked is younger than the machine's others",
	{"t=1 mac=00:1b:21:00:00:01 ip=10.0.0.1", "t=2 mac=00:1b:21:00:00:02 ip=10.0.0.2",
	    "t=3 mac=00:1b:21:00:00:03 ip=10.0.0.3",
	    "t=4 mac=00:1b:21:00:00:03 ip=10.0.0.3 snmp.sys_name=pc "
	    "snmp.if_mac=00:1b:21:00:00:01 "
	    "snmp.if_mac=00:1b:21:00:00:03 snmp.if_mac=00:1b:21:00:00:02"},
	"10.0.0.1,10.0.0.2,10.0.0.3"},
    {"a router tells twelve addresses and is one device",
	{"mac=00:1b:21:00:00:01 ip=10.0.1.1", "mac=00:1b:21:00:00:02 ip=10.0.2.1",
	    "mac=00:1b:21:00:00:03 ip=10.0.3.1", "mac=00:1b:21:00:00:03 ip=10.0.4.1",
	    "mac=00:1b:21:00:00:03 ip=10.0.5.1", "ip=10.0.6.1", "ip=10.0.7.1",
	    "ip=10.0.1.1 snmp.sys_name=gate snmp.sys_object_id=1.3.6.1.4.1.14988.1 "
	    "snmp.if_mac=00:1b:21:00:00:01 snmp.if_mac=00:1b:21:00:00:02 "
	    "snmp.if_mac=00:1b:21:00:00:03 snmp.ip_address=10.0.1.1 snmp.ip_address=10.0.2.1 "
	    "snmp.ip_address=10.0.3.1 snmp.ip_address=10.0.4.1 snmp.ip_address=10.0.5.1 "
	    "snmp.ip_address=10.0.6.1 snmp.ip_address=10.0.7.1 snmp.ip_address=10.0.8.1 "
	    "snmp.ip_address=10.0.9.1 snmp.ip_address=10.0.10.1 snmp.ip_address=10.0.11.1 "
	    "snmp.ip_address=10.0.12.1 snmp.ip_address=127.0.0.1",
	    "ip=10.0.9.1 snmp.sys_name=gate snmp.sys_object_id=1.3.6.1.4.1.14988.1 "
	    "snmp.if_mac=00:1b:21:00:00:01 snmp.if_mac=00:1b:21:00:00:02 "
	    "snmp.if_mac=00:1b:21:00:00:03 snmp.ip_address=10.0.1.1 snmp.ip_address=10.0.9.1"},
	"10.0.1.1,10.0.2.1,10.0.3.1,10.0.4.1,10.0.5.1,10.0.6.1,10.0.7.1,10.0.9.1,10.0.8.1,"
	"10.0.10.1,10.0.11.1,10.0.12.1"},
    {"a serial with its maker makes two addresses one device",
	{"mac=00:1b:21:00:00:01 ip=10.0.0.1", "mac=00:1b:21:00:00:02 ip=10.0.0.2",
	    "ip=10.0.0.1 snmp.sys_object_id=1.3.6.1.4.1.11.2 printer.serial=CNB7K12345",
	    "ip=10.0.0.2 snmp.sys_object_id=1.3.6.1.4.1.11.2 printer.serial=CNB7K12345"},
	"10.0.0.1,10.0.0.2"},
    {"one serial of two makers is two devices",
	{"ip=10.0.0.1 snmp.sys_object_id=1.3.6.1.4.1.11.2 printer.serial=CNB7K12345",
	    "ip=10.0.0.2 snmp.sys_object_id=1.3.6.1.4.1.1347.41 printer.serial=CNB7K12345"},
	"10.0.0.1 | 10.0.0.2"},
    {"a placeholder serial joins nothing",
	{"ip=10.0.0.1 entity.chassis_serial=0123456789",
	    "ip=10.0.0.2 entity.chassis_serial=0123456789",
	    "ip=10.0.0.3 entity.chassis_serial=None", "ip=10.0.0.4 entity.chassis_serial=None"},
	"10.0.0.1 | 10.0.0.2 | 10.0.0.3 | 10.0.0.4"},
    {"a serial cloned with the image joins nothing: the ports differ",
	{"mac=00:1b:21:00:00:01 ip=10.0.0.1", "mac=00:1b:21:00:00:02 ip=10.0.0.2",
	    "ip=10.0.0.1 snmp.sys_object_id=1.3.6.1.4.1.311.1 snmp.sys_name=class "
	    "snmp.engine_id=80001f8880aabbccdd entity.chassis_serial=VMW-4A5B6C "
	    "snmp.if_mac=00:1b:21:00:00:01",
	    "ip=10.0.0.2 snmp.sys_object_id=1.3.6.1.4.1.311.1 snmp.sys_name=class "
	    "snmp.engine_id=80001f8880aabbccdd entity.chassis_serial=VMW-4A5B6C "
	    "snmp.if_mac=00:1b:21:00:00:02"},
	"10.0.0.1 | 10.0.0.2"},
    {"addresses that Windows gives every machine join nothing",
	{"mac=00:1b:21:00:00:01 ip=10.0.0.1", "mac=00:1b:21:00:00:02 ip=10.0.0.2",
	    "ip=10.0.0.1 snmp.sys_object_id=1.3.6.1.4.1.311.1 snmp.if_mac=00:1b:21:00:00:01 "
	    "snmp.if_mac=50:50:54:50:30:30 snmp.if_mac=20:41:53:59:4e:ff",
	    "ip=10.0.0.2 snmp.sys_object_id=1.3.6.1.4.1.311.1 snmp.if_mac=00:1b:21:00:00:02 "
	    "snmp.if_mac=50:50:54:50:30:30 snmp.if_mac=20:41:53:59:4e:ff"},
	"10.0.0.1 | 10.0.0.2"},
    {"a maker's careless address in every machine joins nothing",
	{"mac=00:1b:21:00:00:01 ip=10.0.0.1", "mac=00:1b:21:00:00:02 ip=10.0.0.2",
	    "mac=00:1b:21:00:00:03 ip=10.0.0.3",
	    "ip=10.0.0.1 snmp.sys_object_id=1.3.6.1.4.1.5.1 snmp.if_mac=00:1b:21:00:00:01 "
	    "snmp.if_mac=00:11:22:33:44:55 snmp.if_mac=00:11:22:33:44:56",
	    "ip=10.0.0.2 snmp.sys_object_id=1.3.6.1.4.1.5.1 snmp.if_mac=00:1b:21:00:00:02 "
	    "snmp.if_mac=00:11:22:33:44:55 snmp.if_mac=00:11:22:33:44:56",
	    "ip=10.0.0.3 snmp.sys_object_id=1.3.6.1.4.1.5.1 snmp.if_mac=00:1b:21:00:00:03 "
	    "snmp.if_mac=00:11:22:33:44:55 snmp.if_mac=00:11:22:33:44:56"},
	"10.0.0.1 | 10.0.0.2 | 10.0.0.3"},
    {"a virtual router's address makes no device and joins none",
	{"mac=00:1b:21:00:00:01 ip=10.0.0.2", "mac=00:1b:21:00:00:02 ip=10.0.0.3",
	    "mac=00:00:5e:00:01:07 ip=10.0.0.1", "mac=00:00:0c:07:ac:01 ip=10.0.0.254"},
	"10.0.0.2 | 10.0.0.3"},
    {"a virtual router's address answers for its master",
	{"mac=00:1b:21:00:00:01 ip=10.0.0.2", "mac=00:1b:21:00:00:02 ip=10.0.0.3",
	    "ip=10.0.0.2 snmp.sys_object_id=1.3.6.1.4.1.9.1.1 "
	    "entity.chassis_serial=FCZ1111A1AA",
	    "ip=10.0.0.3 snmp.sys_object_id=1.3.6.1.4.1.9.1.1 "
	    "entity.chassis_serial=FCZ2222B2BB",
	    "mac=00:00:0c:07:ac:01 ip=10.0.0.1",
	    "ip=10.0.0.1 snmp.sys_object_id=1.3.6.1.4.1.9.1.1 "
	    "entity.chassis_serial=FCZ2222B2BB",
	    "t=100 ip=10.0.0.1 snmp.sys_object_id=1.3.6.1.4.1.9.1.1 "
	    "entity.chassis_serial=FCZ1111A1AA"},
	"10.0.0.1,10.0.0.2 | 10.0.0.3"},
    {"devices behind one MAC that answer for themselves are devices of their own",
	{"mac=00:1b:21:00:00:01 ip=10.0.0.1", "mac=00:1b:21:00:00:01 ip=10.0.0.2",
	    "mac=00:1b:21:00:00:01 ip=10.0.0.3",
	    "ip=10.0.0.2 snmp.sys_object_id=1.3.6.1.4.1.9.1.1 snmp.sys_name=a "
	    "snmp.if_mac=00:1b:21:00:00:0a snmp.ip_address=10.0.0.2",
	    "ip=10.0.0.3 snmp.sys_object_id=1.3.6.1.4.1.9.1.1 snmp.sys_name=b "
	    "snmp.if_mac=00:1b:21:00:00:0b snmp.ip_address=10.0.0.3",
	    "ip=10.0.0.1 snmp.sys_object_id=1.3.6.1.4.1.9.1.1 snmp.sys_name=gate "
	    "snmp.if_mac=00:1b:21:00:00:01 snmp.ip_address=10.0.0.1",
	    "t=60 mac=00:1b:21:00:00:01 ip=10.0.0.1", "t=60 mac=00:1b:21:00:00:01 ip=10.0.0.2",
	    "t=60 mac=00:1b:21:00:00:01 ip=10.0.0.3"},
	"10.0.0.1 | 10.0.0.2 | 10.0.0.3"},
    {"dumps served behind one MAC are told apart by name and type",
	{"mac=00:1b:21:00:00:01 ip=10.0.0.1", "mac=00:1b:21:00:00:01 ip=10.0.0.2",
	    "mac=00:1b:21:00:00:01 ip=10.0.0.3",
	    "ip=10.0.0.1 snmp.sys_object_id=1.3.6.1.4.1.9.1.1 snmp.sys_name=a",
	    "ip=10.0.0.2 snmp.sys_object_id=1.3.6.1.4.1.9.1.2 snmp.sys_name=a",
	    "ip=10.0.0.3 snmp.sys_object_id=1.3.6.1.4.1.9.1.2 snmp.sys_name=b"},
	"10.0.0.1 | 10.0.0.2 | 10.0.0.3"},
    {"the frame of a switch's port belongs to the switch",
	{"mac=00:1b:21:00:00:10 ip=10.0.0.1",
	    "ip=10.0.0.1 snmp.sys_object_id=1.3.6.1.4.1.9.1.1 snmp.sys_name=sw1 "
	    "snmp.bridge_address=00:1b:21:00:00:10 snmp.if_mac=00:1b:21:00:00:11",
	    "mac=00:1b:21:00:00:19 lldp.chassis_id=mac:00:1b:21:00:00:10 "
	    "lldp.sys_name=sw1.school"},
	"10.0.0.1"},
    {"a frame of the switch before its answer is the same device",
	{"mac=00:1b:21:00:00:19 lldp.chassis_id=mac:00:1b:21:00:00:10 lldp.sys_name=sw1",
	    "ip=10.0.0.1 snmp.sys_object_id=1.3.6.1.4.1.9.1.1 "
	    "snmp.bridge_address=00:1b:21:00:00:10"},
	"10.0.0.1"},
    {"engine and name without a port in common are not enough, with a bridge address they are",
	{"ip=10.0.0.1 snmp.sys_object_id=1.3.6.1.4.1.9.1.1 "
	 "snmp.engine_id=800000090300aabbccddee "
	 "snmp.sys_name=x",
	    "ip=10.0.0.2 snmp.sys_object_id=1.3.6.1.4.1.9.1.1 "
	    "snmp.engine_id=800000090300aabbccddee snmp.sys_name=x",
	    "ip=10.0.0.3 snmp.sys_object_id=1.3.6.1.4.1.9.1.1 "
	    "snmp.engine_id=800000090300aabbccddff snmp.bridge_address=00:1b:21:00:00:33",
	    "ip=10.0.0.4 snmp.sys_object_id=1.3.6.1.4.1.9.1.1 "
	    "snmp.engine_id=800000090300aabbccddff snmp.bridge_address=00:1b:21:00:00:33"},
	"10.0.0.1 | 10.0.0.2 | 10.0.0.3,10.0.0.4"},
    {"equal names join nothing",
	{"mac=00:1b:21:00:00:01 ip=10.0.0.1 mdns.host_name=android",
	    "mac=00:1b:21:00:00:02 ip=10.0.0.2 mdns.host_name=android"},
	"10.0.0.1 | 10.0.0.2"},
    {"a stack is one device",
	{"ip=10.0.0.1 snmp.sys_object_id=1.3.6.1.4.1.9.1.1 entity.chassis_serial=FCZ1111A1AA "
	 "entity.chassis_serial=FCZ2222B2BB",
	    "ip=10.0.0.1 snmp.sys_object_id=1.3.6.1.4.1.9.1.1 "
	    "entity.chassis_serial=FCZ2222B2BB"},
	"10.0.0.1"},
    {"another box at the same address is another device",
	{"ip=10.0.0.1 snmp.sys_object_id=1.3.6.1.4.1.9.1.1 entity.chassis_serial=FCZ1111A1AA",
	    "t=86400 ip=10.0.0.1 snmp.sys_object_id=1.3.6.1.4.1.9.1.1 "
	    "entity.chassis_serial=FCZ3333C3CC"},
	"10.0.0.1 | "},
    {"a told address of a container host belongs to nobody else",
	{"mac=00:1b:21:00:00:01 ip=10.0.0.1", "mac=00:1b:21:00:00:02 ip=172.17.0.1",
	    "ip=10.0.0.1 snmp.sys_object_id=1.3.6.1.4.1.8072.3.2.10 "
	    "snmp.if_mac=00:1b:21:00:00:01 snmp.if_mac=02:42:ac:11:00:02 "
	    "snmp.ip_address=10.0.0.1 snmp.ip_address=172.17.0.1"},
	"10.0.0.1 | 172.17.0.1"},
};

static void
devices_are_told_apart_and_together(void **state)
{
	unsigned wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++) {
		const struct scenario *s = &scenarios[i];
		struct inventory *inventory;
		char listing[LISTING_BYTES];

		assert_int_equal(inventory_new(64, &inventory), 0);
		for (size_t k = 0; k < NOTES_MAX && s->notes[k]; k++)
			(void)note(inventory, s->notes[k]);
		list(inventory, listing);
		if (strcmp(listing, s->devices) != 0) {
			print_error(
			    "%s:\n\tgot  %s\n\twant %s\n", s->name, listing, s->devices);
			wrong++;
		}
		inventory_free(inventory);
	}
	assert_int_equal(wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(devices_are_told_apart_and_together),
	};

	return cmocka_run_group_tests_name("inventory", tests, NULL, NULL);
}
