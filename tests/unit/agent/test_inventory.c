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
    {"the same, when the answers come with that MAC",
	{"mac=00:1b:21:00:00:01 ip=10.0.0.1", "mac=00:1b:21:00:00:01 ip=10.0.0.2",
	    "mac=00:1b:21:00:00:01 ip=10.0.0.3",
	    "mac=00:1b:21:00:00:01 ip=10.0.0.1 snmp.sys_object_id=1.3.6.1.4.1.9.1.1 "
	    "snmp.sys_name=gate snmp.if_mac=00:1b:21:00:00:01 snmp.ip_address=10.0.0.1",
	    "mac=00:1b:21:00:00:01 ip=10.0.0.2 snmp.sys_object_id=1.3.6.1.4.1.9.1.1 "
	    "snmp.sys_name=a snmp.if_mac=00:1b:21:00:00:0a snmp.ip_address=10.0.0.2",
	    "mac=00:1b:21:00:00:01 ip=10.0.0.3 snmp.sys_object_id=1.3.6.1.4.1.9.1.1 "
	    "snmp.sys_name=b snmp.if_mac=00:1b:21:00:00:0b snmp.ip_address=10.0.0.3",
	    "t=60 mac=00:1b:21:00:00:01 ip=10.0.0.2", "t=60 mac=00:1b:21:00:00:01 ip=10.0.0.3"},
	"10.0.0.1 | 10.0.0.2 | 10.0.0.3"},
    {"a router of many addresses behind one MAC stays one device",
	{"mac=00:1b:21:00:00:01 ip=10.0.0.1", "mac=00:1b:21:00:00:01 ip=10.0.0.2",
	    "mac=00:1b:21:00:00:01 ip=10.0.0.3",
	    "mac=00:1b:21:00:00:01 ip=10.0.0.1 snmp.sys_object_id=1.3.6.1.4.1.9.1.1 "
	    "snmp.sys_name=gate snmp.if_mac=00:1b:21:00:00:01",
	    "mac=00:1b:21:00:00:01 ip=10.0.0.2 snmp.sys_object_id=1.3.6.1.4.1.9.1.1 "
	    "snmp.sys_name=gate snmp.if_mac=00:1b:21:00:00:01",
	    "mac=00:1b:21:00:00:01 ip=10.0.0.3 snmp.sys_object_id=1.3.6.1.4.1.9.1.1 "
	    "snmp.sys_name=gate snmp.if_mac=00:1b:21:00:00:01"},
	"10.0.0.1,10.0.0.2,10.0.0.3"},
    {"a virtual address that answers with its own MAC",
	{"mac=00:1b:21:00:00:01 ip=10.0.0.2", "mac=00:00:5e:00:01:01 ip=10.0.0.1",
	    "mac=00:1b:21:00:00:01 ip=10.0.0.2 snmp.sys_object_id=1.3.6.1.4.1.9.1.1 "
	    "snmp.sys_name=r1 snmp.engine_id=800000090300aabbcc snmp.if_mac=00:1b:21:00:00:01",
	    "mac=00:00:5e:00:01:01 ip=10.0.0.1 snmp.sys_object_id=1.3.6.1.4.1.9.1.1 "
	    "snmp.sys_name=r1 snmp.engine_id=800000090300aabbcc snmp.if_mac=00:1b:21:00:00:01"},
	"10.0.0.1,10.0.0.2"},
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

static const struct device *
at(const struct inventory *inventory, const char *ip)
{
	struct address address;

	assert_int_equal(address_parse(ip, &address), 0);
	return inventory_by_ip(inventory, &address);
}

static void
every_note_tells_what_it_did(void **state)
{
	struct inventory *inventory;

	(void)state;
	assert_int_equal(inventory_new(3, &inventory), 0);
	assert_int_equal(note(inventory, "mac=00:1b:21:00:00:01 ip=10.0.0.1"), INVENTORY_NEW);
	assert_int_equal(note(inventory, "mac=00:1b:21:00:00:01 ip=10.0.0.1"), INVENTORY_SAME);
	assert_int_equal(note(inventory, "mac=00:1b:21:00:00:01 ip=10.0.0.1 mdns.host_name=a"),
	    INVENTORY_CHANGED);
	assert_int_equal(note(inventory, "mac=00:1b:21:00:00:02 ip=10.0.0.2"), INVENTORY_NEW);
	assert_int_equal(
	    note(inventory, "ip=10.0.0.1 snmp.if_mac=00:1b:21:00:00:02"), INVENTORY_MERGED);
	assert_int_equal(note(inventory, "mac=00:1b:21:00:00:03"), INVENTORY_NEW);
	assert_int_equal(note(inventory, "mac=00:1b:21:00:00:04"), INVENTORY_NEW);
	assert_int_equal(note(inventory, "mac=00:1b:21:00:00:05"), INVENTORY_REFUSED);
	assert_int_equal(inventory_refused(inventory), 1);
	assert_int_equal(inventory_count(inventory), 3);
	assert_int_equal(note(inventory, "t=1"), INVENTORY_REFUSED);
	inventory_free(inventory);
}

static void
silence_makes_a_device_go(void **state)
{
	struct inventory *inventory;

	(void)state;
	assert_int_equal(inventory_new(2, &inventory), 0);
	(void)note(inventory, "t=10 mac=00:1b:21:00:00:01 ip=10.0.0.1");
	(void)note(inventory, "t=20 mac=00:1b:21:00:00:02 ip=10.0.0.2");
	assert_int_equal(inventory_expire(inventory, 20000), 1);
	assert_null(at(inventory, "10.0.0.1"));
	assert_non_null(at(inventory, "10.0.0.2"));
	assert_null(inventory_at(inventory, 1));
	assert_int_equal(
	    note(inventory, "t=30 mac=00:1b:21:00:00:01 ip=10.0.0.1"), INVENTORY_NEW);
	inventory_free(inventory);
}

static void
times_and_the_key_survive_a_merge(void **state)
{
	struct inventory *inventory;
	char key[40];

	(void)state;
	assert_int_equal(inventory_new(8, &inventory), 0);
	(void)note(inventory, "t=10 mac=00:1b:21:00:00:01 ip=10.0.0.1");
	(void)note(inventory, "t=20 mac=00:1b:21:00:00:02 ip=10.0.0.2");
	memcpy(key, at(inventory, "10.0.0.1")->key, sizeof(key));
	assert_string_not_equal(key, at(inventory, "10.0.0.2")->key);
	(void)note(inventory, "t=30 ip=10.0.0.2 snmp.if_mac=00:1b:21:00:00:01");
	assert_int_equal(inventory_count(inventory), 1);
	assert_string_equal(inventory_at(inventory, 0)->key, key);
	assert_int_equal(inventory_at(inventory, 0)->first_seen_ms, 10000);
	assert_int_equal(inventory_at(inventory, 0)->last_seen_ms, 30000);
	inventory_free(inventory);
}

/* The key follows from the first address: a restarted agent gives the same one. */
static void
the_key_outlives_a_restart(void **state)
{
	char keys[2][40];

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct inventory *inventory;

		assert_int_equal(inventory_new(8, &inventory), 0);
		if (i)
			(void)note(inventory, "mac=00:1b:21:00:00:07 ip=10.0.0.7");
		(void)note(inventory, "mac=00:1b:21:00:00:01 ip=10.0.0.1");
		memcpy(keys[i], at(inventory, "10.0.0.1")->key, sizeof(keys[i]));
		inventory_free(inventory);
	}
	assert_string_equal(keys[0], keys[1]);
}

static void
a_random_address_is_told_apart_from_a_machine_with_a_local_one(void **state)
{
	struct inventory *inventory;

	(void)state;
	assert_int_equal(inventory_new(8, &inventory), 0);
	(void)note(inventory, "mac=da:a1:19:00:00:01 ip=10.0.0.1 mdns.host_name=android");
	(void)note(inventory, "mac=52:54:00:00:00:01 ip=10.0.0.2");
	(void)note(inventory, "mac=00:1b:21:00:00:03 ip=10.0.0.3");
	assert_true(at(inventory, "10.0.0.1")->randomized_mac);
	assert_true(at(inventory, "10.0.0.2")->randomized_mac);
	assert_false(at(inventory, "10.0.0.3")->randomized_mac);
	(void)note(inventory, "ip=10.0.0.2 snmp.sys_object_id=1.3.6.1.4.1.8072.3.2.10");
	assert_false(at(inventory, "10.0.0.2")->randomized_mac);
	inventory_free(inventory);
}

static void
units_of_a_stack_are_counted(void **state)
{
	struct inventory *inventory;

	(void)state;
	assert_int_equal(inventory_new(8, &inventory), 0);
	(void)note(inventory, "ip=10.0.0.1 entity.chassis_serial=FCZ1111A1AA "
			      "entity.chassis_serial=FCZ2222B2BB entity.chassis_serial=None");
	(void)note(inventory, "ip=10.0.0.2");
	assert_int_equal(inventory_units(at(inventory, "10.0.0.1")), 2);
	assert_int_equal(inventory_units(at(inventory, "10.0.0.2")), 1);
	inventory_free(inventory);
}

static void
a_told_address_finds_its_device_until_two_tell_it(void **state)
{
	struct inventory *inventory;

	(void)state;
	assert_int_equal(inventory_new(8, &inventory), 0);
	(void)note(inventory,
	    "ip=10.0.0.1 snmp.sys_object_id=1.3.6.1.4.1.9.1 snmp.ip_address=172.17.0.1");
	assert_ptr_equal(at(inventory, "172.17.0.1"), at(inventory, "10.0.0.1"));
	(void)note(inventory,
	    "ip=10.0.0.2 snmp.sys_object_id=1.3.6.1.4.1.9.2 snmp.ip_address=172.17.0.1");
	assert_null(at(inventory, "172.17.0.1"));
	assert_int_equal(inventory_count(inventory), 2);
	inventory_free(inventory);
}

static void
evidence_goes_over_to_the_rules(void **state)
{
	struct inventory *inventory;
	struct evidence evidence[4];

	(void)state;
	assert_int_equal(inventory_new(8, &inventory), 0);
	(void)note(inventory, "ip=10.0.0.1 snmp.sys_name=a snmp.sys_descr=b");
	assert_int_equal(inventory_evidence(at(inventory, "10.0.0.1"), evidence, 4), 2);
	assert_string_equal(evidence[1].key, "sys_descr");
	assert_int_equal(inventory_evidence(at(inventory, "10.0.0.1"), evidence, 1), 1);
	inventory_free(inventory);
}

/* Whatever is told, in whatever order: every seen address is at one device, and they stand in
 * order. */
static void
check_whole(const struct inventory *inventory)
{
	for (size_t i = 0; i < inventory_count(inventory); i++) {
		const struct device *d = inventory_at(inventory, i),
				    *next = inventory_at(inventory, i + 1);

		assert_true(d->n_ips <= DEVICE_IPS_MAX && d->n_macs <= DEVICE_MACS_MAX);
		assert_true(d->first_seen_ms <= d->last_seen_ms);
		if (next && d->n_ips && next->n_ips && d->ips[0].family == next->ips[0].family)
			assert_true(address_compare(&d->ips[0], &next->ips[0]) <= 0);
		for (size_t k = i + 1; k < inventory_count(inventory); k++)
			assert_string_not_equal(d->key, inventory_at(inventory, k)->key);
	}
}

static uint32_t
draw(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % below;
}

static size_t
draw_claims(uint32_t *seed, char *text, size_t size)
{
	static const char *const forms[] = {"entity.chassis_serial=FCZ1111A1A%c ",
	    "snmp.if_mac=00:1b:21:00:00:0%c ", "snmp.if_mac=00:1b:21:00:00:0%c ",
	    "snmp.ip_address=10.0.0.%c ", "snmp.bridge_address=00:1b:21:00:00:0%c ",
	    "snmp.engine_id=80000009030000000%c ", "snmp.sys_name=n%c ",
	    "mdns.uuid=uuid-uuid-000%c ", "snmp.sys_object_id=1.3.6.1.4.1.9.%c ",
	    "lldp.chassis_id=mac:00:1b:21:00:00:0%c ", "mdns.host_name=n%c ",
	    "printer.serial=PRN0000X%c "};
	size_t used = 0;

	for (uint32_t n = draw(seed, 5); n > 0; n--) {
		char form[64];
		size_t which = draw(seed, sizeof(forms) / sizeof(forms[0]));
		size_t len = strlen(forms[which]);

		memcpy(form, forms[which], len + 1);
		memmove(form + len - 2, form + len - 1, 2);
		form[len - 3] = (char)('1' + draw(seed, 8));
		assert_true(used + len < size);
		memcpy(text + used, form, len);
		used += strlen(form);
	}
	text[used] = '\0';
	return used;
}

static void
drawn_stories_leave_the_inventory_whole(void **state)
{
	(void)state;
	for (uint32_t story = 1; story <= 60; story++) {
		struct inventory *inventory;
		uint32_t seed = story * 2654435761u;

		assert_int_equal(inventory_new(6 + story % 9, &inventory), 0);
		for (uint32_t t = 0; t < 300; t++) {
			char text[LINE_MAX_BYTES];
			size_t used = 0;

			used +=
			    (size_t)snprintf(text, sizeof(text), "t=%u ", t * draw(&seed, 30));
			if (draw(&seed, 3))
				used += (size_t)snprintf(text + used, sizeof(text) - used,
				    "mac=00:1b:21:00:00:0%u ", draw(&seed, 9));
			if (draw(&seed, 3))
				used += (size_t)snprintf(text + used, sizeof(text) - used,
				    "ip=10.0.0.%u ", draw(&seed, 9));
			(void)draw_claims(&seed, text + used, sizeof(text) - used);
			(void)note(inventory, text);
			check_whole(inventory);
			if (draw(&seed, 100) == 0)
				(void)inventory_expire(inventory, (int64_t)t * 5000);
		}
		inventory_free(inventory);
	}
}

/* A town's worth of devices, told three times over, is a matter of milliseconds, not of
 * squares. */
static void
a_full_network_is_one_device_an_address(void **state)
{
	enum { DEVICES = 1022 };
	struct inventory *inventory;
	char text[256];

	(void)state;
	assert_int_equal(inventory_new(2048, &inventory), 0);
	for (unsigned i = 0; i < 3 * DEVICES; i++) {
		unsigned n = i % DEVICES + 1;

		(void)snprintf(text, sizeof(text),
		    "t=%u mac=00:1b:21:00:%02x:%02x ip=10.0.%u.%u arp.answered=1", i / DEVICES,
		    n >> 8, n & 255, n >> 8, n & 255);
		(void)note(inventory, text);
	}
	assert_int_equal(inventory_count(inventory), DEVICES);
	assert_int_equal(inventory_refused(inventory), 0);
	check_whole(inventory);
	inventory_free(inventory);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(devices_are_told_apart_and_together),
	    cmocka_unit_test(every_note_tells_what_it_did),
	    cmocka_unit_test(silence_makes_a_device_go),
	    cmocka_unit_test(times_and_the_key_survive_a_merge),
	    cmocka_unit_test(the_key_outlives_a_restart),
	    cmocka_unit_test(a_random_address_is_told_apart_from_a_machine_with_a_local_one),
	    cmocka_unit_test(units_of_a_stack_are_counted),
	    cmocka_unit_test(a_told_address_finds_its_device_until_two_tell_it),
	    cmocka_unit_test(evidence_goes_over_to_the_rules),
	    cmocka_unit_test(drawn_stories_leave_the_inventory_whole),
	    cmocka_unit_test(a_full_network_is_one_device_an_address),
	};

	return cmocka_run_group_tests_name("inventory", tests, NULL, NULL);
}
