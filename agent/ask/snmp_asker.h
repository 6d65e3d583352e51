/* The asker's inside, from the top: snmp.c, snmp_detect.c, snmp_ask.c, snmp_asker.c. Nobody
 * else includes it. */
#ifndef PARTA_AGENT_ASK_SNMP_ASKER_H
#define PARTA_AGENT_ASK_SNMP_ASKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "agent/ask/snmp.h"
#include "agent/ask/snmp_channel.h"
#include "agent/ask/snmp_probe.h"
#include "agent/ask/snmp_read.h"
#include "agent/ask/snmp_walk.h"
#include "common/address.h"

struct loop;
struct loop_event;

enum {
	ASKER_BUCKETS = 1024, /* a power of two */
	ATTEMPTS_KEPT = 8,
};

enum device_state { DEVICE_QUEUED, DEVICE_PROBING, DEVICE_READY, DEVICE_ASKING };

struct probe_sent {
	uint32_t id;
	uint8_t kind; /* enum snmp_probe_kind */
	uint8_t community;
	uint64_t sent_us;
};

struct attempt {
	uint32_t tag, position;
	size_t n_asked;
	enum snmp_operation operation;
	uint64_t sent_us;
};

struct ask_device {
	LIST_ENTRY(ask_device) in_bucket;
	TAILQ_ENTRY(ask_device) in_queue; /* QUEUED, READY */
	struct snmp_asker *asker;
	struct address ip;
	enum device_state state;
	struct loop_event *timer;
	uint64_t spent_ms, since_ms; /* of the deadline; waiting does not count */
	uint32_t requests;
	/* probing */
	unsigned step, unreached;  /* questions asked; how often they did not even go out */
	bool insists;              /* these are the questions for who may have lost the first */
	bool looked_at, shows;     /* snmp_showed() is awaited; it is there */
	uint64_t quiet_ms;         /* when it had let all communities pass */
	struct probe_sent *probes; /* room for asker.probes_kept */
	size_t n_probes;
	struct snmp_engine engine;
	bool users_failed, wrong_id, v1_heard, quiet_told;
	struct snmp_hint hint;
	bool by_hint;         /* asked without a first word, by what is remembered */
	uint32_t tried;       /* users, a bit each */
	struct address stray; /* its answers come from here */
	const char *denied;   /* the device's own word, NULL none */
	/* asking */
	uint8_t version;
	size_t community, user;
	struct snmp_known learned; /* of the walk that was just made */
	bool unchanged, settled;
	struct snmp_channel *channel;
	struct loop_event *io;
	struct snmp_facts *facts;
	struct snmp_walk *walk;
	struct attempt attempts[ATTEMPTS_KEPT];
	uint32_t tag;
	bool waits;                  /* for an answer; false: for room in the kernel */
	uint64_t srtt_us, rttvar_us; /* srtt 0: no sample */
};

TAILQ_HEAD(device_queue, ask_device);

struct snmp_asker {
	struct loop *loop;
	struct snmp_settings settings; /* defaults filled in; communities are ours */
	char *communities[SNMP_COMMUNITIES_MAX];
	struct snmp_keys *keys[SNMP_USERS_MAX];
	uint64_t community_ids[SNMP_COMMUNITIES_MAX], user_ids[SNMP_USERS_MAX];
	uint32_t user_wins[SNMP_USERS_MAX]; /* devices that it opened in this run */
	snmp_answer_fn on_answer;
	void *arg;
	struct probe_socket {
		int fd;
		struct loop_event *io;
	} sockets[2]; /* IPv4, IPv6 */
	struct loop_event *pace;
	uint64_t paced_ms, credit; /* thousandths of a device that may be begun */
	LIST_HEAD(, ask_device) buckets[ASKER_BUCKETS];
	struct device_queue queued, ready;
	size_t n_devices, n_probing, n_asking;
	size_t probes_kept; /* those of all questions and a few more */
	bool going_on;      /* in ready_go_on() */
	uint32_t last_id;
	struct snmp_counters counters;
	struct snmp_inbox inbox;
};

/* snmp_asker.c: devices and their states. */
struct ask_device *asker_device(struct snmp_asker *asker, const struct address *ip);
/* Puts a new one (its ip, asker and timer are set) into the queue; it is the asker's now. */
void device_add(struct snmp_asker *asker, struct ask_device *device);
void device_enter(struct ask_device *device, enum device_state state);
/* The session and what it gathered. */
void device_drop(struct ask_device *device);
/* Tells the answer and forgets the device. */
void device_end(struct ask_device *device, enum snmp_outcome outcome, const char *reason);
/* Forgets it without a word. */
void device_free(struct ask_device *device);
void device_learn_rtt(struct ask_device *device, uint64_t rtt_us);
uint64_t device_time_left_ms(const struct ask_device *device);

/* snmp_ask.c: the user to try next at a device, the likeliest first; false when there is none,
 * or too many have failed. */
bool user_choose(struct ask_device *device);
extern const char too_many_failed[]; /* the words for the latter */

/* snmp_ask.c: the walk, once a credential is to be tried. A device that no SNMPv3 user opens
 * goes back to DEVICE_PROBING, its timer due at once. */
void ask_ready(struct ask_device *device, uint8_t version);
void ask_timeout(struct ask_device *device);

/* snmp_ask.c: ends a walk early, with what it told. */
void ask_leave(struct ask_device *device, const char *why);

/* snmp_detect.c: have all questions gone out? */
bool detect_lingers(const struct ask_device *device);
/* It is known now whether the device shows itself. */
void detect_showed(struct ask_device *device, bool shows);
/* The first words come to their end. */
void detect_over(struct ask_device *device);

/* snmp_detect.c: the first words, until somebody answers; it hands over to snmp_ask.c. */
int detect_socket_open(struct snmp_asker *asker, bool ipv6);
void detect_next(struct ask_device *device);
/* The first of them; none when a community is remembered that is still ours. */
void detect_start(struct ask_device *device);

#endif
