/*
 * SNMP over many devices at once (net-snmp's single-session API on the loop):
 * GET, then GETBULK over THE LIST of tables (snmp_tables.c), one request
 * outstanding a device, adaptive timeouts, a bound on requests and rows a device.
 * Read-only by construction: no SET PDU is ever made. No MIB file is read.
 * RFC 1157, 3416, 3412, 3414, 3826, 7860.
 */
#ifndef PARTA_AGENT_ASK_SNMP_H
#define PARTA_AGENT_ASK_SNMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/address.h"
#include "common/classify/evidence.h"

struct loop;
struct snmp_asker;

/* SNMPv3 user (RFC 3414). Algorithms: "none", "MD5", "SHA", "SHA-224", "SHA-256", "SHA-384",
 * "SHA-512"; "none", "DES", "AES", "AES-192", "AES-256" (keys extended as
 * draft-blumenthal-aes-usm-04 says), "AES-192-C", "AES-256-C" (as Cisco does,
 * draft-reeder-snmpv3-usm-3desede-00). */
struct snmp_user {
	char name[33];
	char auth_protocol[12], auth_passphrase[65];
	char priv_protocol[12], priv_passphrase[65];
};

enum {
	SNMP_COMMUNITIES_MAX = 8,
	SNMP_USERS_MAX = 8,
	SNMP_DEVICES_MAX = 8192,
	SNMP_FAILURES_A_DAY = 3 /* SNMPv3 users that may fail at one device: no lock-out */
};

struct snmp_settings {
	const char *const *communities; /* one request each, by v2c; more only as snmp_hint
					   says. More than SNMP_COMMUNITIES_MAX: -E2BIG */
	size_t n_communities;
	const struct snmp_user *users; /* asked before any community goes out in the clear */
	size_t n_users;
	/* a device let every community pass: it may well speak no SNMP. True: somebody looks
	 * whether it is one that hides, and snmp_showed() follows. NULL: nobody cares */
	bool (*on_quiet)(void *arg, const struct address *ip);
	/* told at once, so that who is killed in between remembers it. NULL: nobody cares */
	void (*on_failure)(void *arg, const struct address *ip, uint64_t user);
	uint16_t port;              /* 0: 161 */
	uint32_t devices_at_once;   /* walked; first words go to more. 0: 64 */
	uint32_t new_devices_per_s; /* each may cost the kernel an ARP broadcast. 0: 125 */
	uint32_t max_repetitions;   /* 0: 25 */
	uint32_t timeout_ms;        /* until a round trip is known; late counts too. 0: 200 */
	uint32_t retries; /* of a walk's requests, and of SNMPv3 discovery, which tells no
			     credential. 0: 2 */
	uint32_t requests_a_device; /* bound, 0: 400; version 1 tells one row at a time and gets
				       four times as many */
	uint32_t deadline_ms;       /* for one device, 0: 15000 */
};

/* What tells whether a device still is what it was when it was walked. */
struct snmp_stamp {
	uint32_t up_time_cs;   /* sysUpTime, hundredths of a second */
	uint32_t ports_cs;     /* IF-MIB ifTableLastChange */
	uint32_t entity_cs;    /* ENTITY-MIB entLastChangeTime */
	uint32_t neighbors_cs; /* LLDP-MIB lldpStatsRemTablesLastChangeTime */
	uint32_t system;       /* hash of the system group's texts */
};

/* A row of a forwarding table whose device hangs on that very port. */
struct snmp_watch {
	struct mac mac;
	uint32_t database;    /* dot1qFdbId, 0 in a table without VLANs */
	uint32_t bridge_port; /* where it was */
	uint16_t context;     /* the VLAN whose own table it is, 0: that of the device */
};

/* What is remembered of an earlier, whole walk: enough to see that nothing changed since. */
struct snmp_known {
	struct snmp_stamp stamp;
	uint64_t present;    /* tables, a bit each */
	uint64_t elapsed_ms; /* since that walk */
	/* its forwarding table is not walked as long as these hold; borrowed until the answer
	 */
	const struct snmp_watch *watch;
	size_t n_watch;
	bool is_settled; /* the list is there, even if nobody is on it */
};

/* What is remembered of a device before it is asked. */
struct snmp_hint {
	uint8_t version;     /* it answered to, 0 none */
	uint64_t credential; /* by which: snmp_community_id() or snmp_user_id() */
	bool insist;   /* it was silent, and is known to be there: as after snmp_showed() */
	bool is_known; /* there is a walk to compare with */
	struct snmp_known known;
	uint32_t failures_left;          /* so many SNMPv3 users may yet fail there */
	uint64_t failed[SNMP_USERS_MAX]; /* users that failed there before: tried last */
	size_t n_failed;
};

/* RFC 2863 ifTable/ifXTable row. */
struct port {
	uint32_t index;
	char name[64], alias[64];
	uint32_t type;
	struct mac mac;
	uint64_t speed_bps;
	uint32_t admin_status, oper_status;
	uint16_t vlan;      /* Q-BRIDGE-MIB dot1qPvid, 0 not told */
	uint8_t poe_status; /* POWER-ETHERNET-MIB pethPsePortDetectionStatus, 0 not told */
};

/* What a device says hangs on its port: LLDP-MIB, LLDP-V2-MIB, CISCO-CDP-MIB. */
struct neighbor {
	char local_port[64], chassis_id[64], port_id[64], system_name[64], protocol[8];
	char management_address[46];
};

/* BRIDGE-MIB dot1dTpFdbTable, Q-BRIDGE-MIB dot1qTpFdbTable: behind which port a MAC address
 * is. */
struct forwarding {
	struct mac mac;
	uint16_t vlan; /* 0 not told */
	uint32_t if_index;
	uint32_t database, bridge_port; /* as in snmp_watch */
	uint16_t context;
};

/* IP-MIB ipNetToPhysicalTable, ipNetToMediaTable: the ARP or NDP cache of a device. */
struct resolved {
	struct address ip;
	struct mac mac;
};

/* Who is associated with an access point. */
struct station {
	struct mac mac, access_point; /* access_point zero: the device that tells it */
	char ssid[33];
};

/* What a WLAN controller tells of an access point of its. */
struct access_point {
	struct mac mac, radio; /* of its Ethernet port; of its radio, which stations name */
	struct address ip;     /* family 0: not told */
	char name[64], model[48], serial[40];
};

enum snmp_outcome {
	SNMP_SILENT, /* no answer to anything */
	SNMP_DENIED, /* it speaks SNMP, but none of the credentials fits (usmStats...,
			authorizationError) */
	SNMP_DONE,
	SNMP_PARTIAL, /* cut short: deadline, bound or a fault; `reason` says which */
};

/* Borrowed; valid during the callback only. */
struct snmp_answer {
	struct address ip;
	enum snmp_outcome outcome;
	const char *reason;      /* one English clause, "" when done */
	uint8_t version;         /* 1, 2 (2c), 3; 0 none */
	uint64_t credential;     /* that opened it, 0 none */
	struct snmp_known known; /* of this walk, for the next one */
	bool unchanged; /* it is what the hint knew: only what moves was read, the rest holds */
	bool settled;   /* and nobody on its ports moved: its forwarding table was not read */
	uint32_t requests;
	const struct evidence
	    *evidence; /* keys of evidence.h, sources "snmp", "entity", "host", "printer" */
	size_t n_evidence;
	const struct port *ports;
	size_t n_ports;
	const struct neighbor *neighbors;
	size_t n_neighbors;
	const struct forwarding *forwarding;
	size_t n_forwarding;
	const struct resolved *resolved;
	size_t n_resolved;
	const struct station *stations;
	size_t n_stations;
	const struct access_point *access_points;
	size_t n_access_points;
};

struct snmp_counters {
	uint64_t devices;  /* that were spoken to at all */
	uint64_t insisted; /* of them those to whom a community went more than once */
	uint64_t requests, answers, timeouts, retries, malformed, wrong_source, denied;
};

typedef void (*snmp_answer_fn)(void *arg, const struct snmp_answer *answer);

/* -E2BIG; -EPERM for a port that is left alone (harmless.h); -EINVAL for a user whose
 * algorithms or passphrases cannot be (snmp_user_valid says why); another negative errno. */
int snmp_asker_new(struct loop *loop, const struct snmp_settings *settings,
    snmp_answer_fn on_answer, void *arg, struct snmp_asker **ret);
/* No on_answer for who is pending. Accepts NULL. Not from inside on_answer. */
void snmp_asker_free(struct snmp_asker *asker);

/* 0, or -EINVAL for an unknown algorithm, privacy without authentication, a passphrase under 8
 * characters, no name. */
int snmp_user_valid(const struct snmp_user *user);

/* Numbers that stand for a credential and tell nothing of it. */
uint64_t snmp_community_id(const char *community);
uint64_t snmp_user_id(const struct snmp_user *user);

/* Queue a device; hint NULL: nothing is remembered of it, and SNMP_FAILURES_A_DAY users may
 * fail. on_answer is called once for each, never from inside this call. 0, -EEXIST when queued
 * already, -ENOSPC. */
int snmp_ask(struct snmp_asker *asker, const struct address *ip, const struct snmp_hint *hint);
/*
 * What on_quiet waits for. A device that shows itself by other means, and neither answers nor
 * refuses SNMP, lost the question, is slow, or speaks version 1 alone: each community is tried
 * once more by v2c and once by v1, and an answer is awaited for seconds. One that hides gets no
 * further question.
 */
void snmp_showed(struct snmp_asker *asker, const struct address *ip, bool shows);
/* new_devices_per_s from now on. */
void snmp_asker_pace(struct snmp_asker *asker, uint32_t new_devices_per_s);

size_t snmp_pending(const struct snmp_asker *asker);
/* Of them those that take a second and more for each answer, and those of whom one is still
 * awaited. */
size_t snmp_slow(const struct snmp_asker *asker);
/* The end for all of these: on_answer tells what there is. Not from inside on_answer. */
void snmp_leave_slow(struct snmp_asker *asker);
void snmp_asker_counters(const struct snmp_asker *asker, struct snmp_counters *ret);

#endif
