/* How large, how many, how old: one table for both ends of the wire. */
#ifndef PARTA_COMMON_WIRE_LIMITS_H
#define PARTA_COMMON_WIRE_LIMITS_H

enum {
	WIRE_REPORT_BYTES_MAX = 1024 * 1024,       /* one packed report */
	WIRE_BODY_BYTES_MAX = 1024 * 1024,         /* a compressed request body */
	WIRE_INFLATED_BYTES_MAX = 8 * 1024 * 1024, /* the same, inflated */
	WIRE_REPORTS_A_BODY_MAX = 256,
	WIRE_ARENA_BYTES = 16 * 1024 * 1024, /* to unpack one report: 16 times its bytes */
	WIRE_DEPTH_MAX = 8,                  /* nested messages */
	WIRE_MEASUREMENTS_MAX = 1000,        /* in a report */
	WIRE_DEVICES_MAX = 200,              /* in a part of an inventory */
	WIRE_EVIDENCE_MAX = 400,             /* of a device */
	WIRE_PORTS_MAX = 512,                /* of a device */
	WIRE_SAMPLES_MAX = 6000,             /* of a direction of a speed test */
	WIRE_WINDOWS_MAX = 5000,             /* of connectivity, in a report */
	WIRE_OBSERVATIONS_MAX = 5000,        /* of a filter run, in a report */
	WIRE_LIST_MAX = 1000,                /* of any other list */
	WIRE_TEXT_BYTES_MAX = 2048,          /* of one text field */
	WIRE_AGE_DAYS_MAX = 35,              /* older reports are kept aside */
	WIRE_FUTURE_S_MAX = 600,             /* a report from further ahead is kept aside */
	WIRE_HEARTBEAT_S = 30,
	WIRE_SILENT_S = 75,
};

#endif
