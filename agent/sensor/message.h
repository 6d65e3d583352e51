/*
 * What goes over the pipe between parta-agent and its sensor: flat structs, checked
 * on arrival by both. Pure.
 */
#ifndef PARTA_AGENT_SENSOR_MESSAGE_H
#define PARTA_AGENT_SENSOR_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/sensor/sensor.h"

enum {
	MESSAGE_FD = 3, /* the child's end of the pipe */
	MESSAGE_BYTES_MAX = sizeof(struct sighting),
};

enum message_type {
	/* From the agent. */
	MESSAGE_START = 1,  /* struct message_interfaces: open them */
	MESSAGE_INTERFACES, /* the same: new addresses */
	MESSAGE_SWEEP,      /* struct sweep_plan */
	MESSAGE_SWEEP_END,  /* nothing */
	MESSAGE_RATE,       /* struct message_rate */
	MESSAGE_PROBE,      /* struct message_probe */
	MESSAGE_SEARCH,     /* nothing */
	/* From the sensor. */
	MESSAGE_READY,    /* struct message_ready, once */
	MESSAGE_SIGHTING, /* struct sighting up to its last fact */
	MESSAGE_SWEPT,    /* struct sweep_result */
	MESSAGE_SLOWED,   /* struct message_rate */
	MESSAGE_FATE,     /* struct echo_result */
	MESSAGE_COUNTERS, /* struct sensor_counters */
};

struct message_interfaces {
	uint32_t n;
	struct interface interfaces[SENSOR_INTERFACES_MAX];
};

struct message_rate {
	uint32_t broadcasts_per_s; /* 0: as the plan says */
};

struct message_probe {
	uint32_t kind; /* enum sensor_probe */
	uint32_t id, ifindex, timeout_ms;
	struct address to;
	uint8_t ttl;
};

struct message_ready {
	int32_t error; /* 0, or the negative errno that words explain */
	char words[256];
};

/* A message that can be read as its type says: every length, number, switch and text in it. */
bool message_sane(uint32_t type, const void *body, size_t len);

/* Whether the agent may say it; the rest is the sensor's to say. */
bool message_is_order(uint32_t type);

/* The bytes of a sighting that travel. */
size_t message_sighting_len(const struct sighting *sighting);

#endif
