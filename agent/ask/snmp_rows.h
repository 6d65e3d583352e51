/* Rows that are put together from columns before they become facts; shared by the readers and
 * THE LIST, and by nobody else. */
#ifndef PARTA_AGENT_ASK_SNMP_ROWS_H
#define PARTA_AGENT_ASK_SNMP_ROWS_H

#include <stdint.h>

/* A wire identifier whose meaning its subtype tells. */
struct snmp_raw_id {
	uint8_t len;
	uint8_t bytes[64];
};

/* ENTITY-MIB entPhysicalEntry. */
struct snmp_unit {
	uint32_t class;
	char descr[128], firmware[96], software[96], serial[96], vendor[96], model[128];
};

/* HOST-RESOURCES-MIB hrDeviceEntry; type is the last arc of hrDeviceTypes. */
struct snmp_device {
	uint32_t type;
	char descr[192];
};

/* HOST-RESOURCES-MIB hrStorageEntry; type is the last arc of hrStorageTypes. */
struct snmp_storage {
	uint32_t type;
	char descr[96];
	uint32_t unit_bytes, units;
};

/* LLDP-MIB lldpLocPortEntry and lldpRemEntry. */
struct snmp_local_port {
	uint32_t subtype;
	struct snmp_raw_id id;
	char descr[64];
};

struct snmp_neighbor {
	uint32_t chassis_subtype, port_subtype;
	struct snmp_raw_id chassis_id, port_id;
	char system_name[64];
};

/* CISCO-CDP-MIB cdpCacheEntry. */
struct snmp_cdp_neighbor {
	char device_id[64], port_id[64], system_name[64];
	struct snmp_raw_id address;
};

/* A station of a WLAN, as its access point or its controller tells. */
struct snmp_station {
	struct snmp_raw_id access_point; /* empty: who tells it */
	uint32_t if_index;               /* of the radio, 0 not told */
	char ssid[33];
};

struct snmp_radio {
	char ssid[33];
};

/* An access point, as its controller tells. */
struct snmp_access_point {
	char name[64], model[48], serial[40];
	struct snmp_raw_id address, mac;
};

/* Printer-MIB prtMarkerSuppliesEntry. */
struct snmp_supply {
	char descr[96];
	int32_t max, level; /* -1 other, -2 unknown, -3 some */
};

#endif
