/*
 * A scenario: the devices of a virtual school, one a line of key=value, which is
 * also the truth that a scan is compared with. THE LIST of keys is in scenario.c.
 *
 *   network range=192.0.2.0/24 ...      the school as a whole
 *   user name=audit auth=SHA-256 ...    an SNMPv3 user
 *   host ip=192.0.2.7 mac=... ...       a device
 *
 * Values with blanks stand in double quotes, where \n, \r, \" and \\ are known.
 */
#ifndef PARTA_TESTS_SCHOOL_SCENARIO_H
#define PARTA_TESTS_SCHOOL_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/address.h"
#include "tests/school/mib.h"

enum {
	HOSTS_MAX = 4094,
	SCENARIO_USERS_MAX = 8,
	HOST_LIST_MAX = 32,
	USM_KEY_MAX = 64,
	ENGINE_ID_MAX = 32,
	VLAN_MIBS_MAX = 8,
	ENGINE_BOOTS = 3
};

/* How an SNMP agent goes wrong. */
#define SNMP_FAULTS(X)                                                                         \
	X(none, "answers as it should")                                                        \
	X(no_v2c, "speaks version 1 only")                                                     \
	X(drop_bulk, "does not answer GETBULK")                                                \
	X(twice, "answers twice")                                                              \
	X(wrong_id, "answers with another request id first")                                   \
	X(loop, "returns to its first OID at the end")                                         \
	X(truncated, "cuts one answer in sixteen short")                                       \
	X(other_source, "answers from the next address")                                       \
	X(generr, "genErr for each GET of more than one variable")                             \
	X(too_big, "tooBig in place of a shorter GETBULK answer")                              \
	X(mute, "stops answering in the middle of a walk, after 20 answers")                   \
	X(unordered, "swaps each two rows, so that identifiers go back")                       \
	X(wrong_length, "says that its answers are longer than they are")                      \
	X(dead_v3, "tells its engine, and nothing more")

enum snmp_fault {
#define X(name, text) SNMP_FAULT_##name,
	SNMP_FAULTS(X)
#undef X
	    SNMP_FAULT_COUNT
};

/* A list of texts: a key that may stand several times in a line. */
struct texts {
	size_t n;
	const char *at[HOST_LIST_MAX];
};

struct snmp_keys {
	uint8_t auth[USM_KEY_MAX], priv[USM_KEY_MAX]; /* localised to the host's engine */
};

struct usm_user {
	const char *name, *auth, *auth_pass, *priv, *priv_pass;
};

struct host {
	/* The truth. */
	struct address ip;
	struct mac mac;
	const char *class_key, *vendor, *model, *serial, *hidden, *name, *location, *firmware;
	struct texts more_ips; /* further addresses of the same device */
	const char *by; /* "school", or the real daemon that stands here and answers itself */

	/* How it behaves on the wire. */
	bool down; /* set at run time: it has gone away */
	bool real; /* `by` is a real daemon: nothing is said for it */
	bool no_arp, no_ping, drop_tcp;
	uint32_t latency_us, jitter_us, per_variable_us;
	uint32_t loss_permille; /* of what it hears, and of what it says */
	uint32_t queue;         /* requests that wait for the one it serves; 0 any number */

	/* SNMP. */
	bool v1, v2c, v3;
	const char *community;
	uint32_t users; /* bit n: the scenario's user n */
	enum snmp_fault fault;
	uint32_t bytes_max; /* of an answer */
	const char *descr, *object_id, *data;
	uint32_t services;           /* sysServices */
	struct texts groups, extras; /* mib=..., extra=OID|TAG|VALUE */
	uint32_t ports, speed_mbps, memory_mb, disk_gb;
	const char *port_name; /* "GigabitEthernet1/0/#": # is the port's number */
	const char *entity_descr, *entity_model, *printer_model;
	const char *at; /* "192.0.2.2/7": the switch and port it hangs on */
	uint32_t vlan;  /* of that port; 0: 1 */

	/* Other protocols. */
	bool lldp, lldp_announces;
	const char *lldp_capabilities;
	const char *med_vendor, *med_model, *med_serial, *med_firmware;
	const char *hostname;       /* mDNS, without .local */
	struct texts services_mdns; /* service="_ipp._tcp|631|Instance|key=value|..." */
	const char *netbios, *workgroup;
	const char *pjlink; /* class "1" or "2" */
	const char *upnp, *wsd, *dhcp;
	const char *web, *onvif, *escl, *ssh, *rtsp, *sip;

	/* What the programs make of it. */
	const struct mib *mib;
	struct {
		uint32_t vlan;
		const struct mib *mib;
	} vlan_mibs[VLAN_MIBS_MAX]; /* of a bridge that tells of one VLAN at a time */
	size_t n_vlan_mibs;
	struct snmp_keys keys[SCENARIO_USERS_MAX];
	uint8_t engine_id[ENGINE_ID_MAX];
	size_t engine_id_len;
	int64_t busy_until_us;
	uint32_t outstanding, answers;
	uint32_t line; /* of the scenario */
};

struct scenario {
	struct address_range range;
	struct mac router; /* the gateway, a real namespace, on port 1 of the topmost switch */
	struct mac asker;  /* who asks, likewise */
	uint32_t storm_per_s; /* broadcasts a second that the switch lets through; 0 all */
	uint32_t announce_s;  /* mDNS, LLDP and the like; 0: 30 */
	uint32_t seed;
	struct usm_user users[SCENARIO_USERS_MAX];
	size_t n_users;
	struct host *hosts;
	size_t n_hosts;
	char **lines; /* the texts that all of the above point into */
	size_t n_lines;
};

/* 0, or a negative errno with words in error ("FILE:LINE: ..."). */
int scenario_load(const char *path, struct scenario *ret, char error[static 256]);
void scenario_free(struct scenario *s);

bool texts_hold(const struct texts *t, const char *text);

#endif
