/* Is this machine on its battery or UPS? (Linux sysfs, class power_supply) */
#ifndef PARTA_AGENT_PROBE_MAINS_H
#define PARTA_AGENT_PROBE_MAINS_H

enum mains { MAINS_UNKNOWN, MAINS_ON, MAINS_OFF };

#define MAINS_FOLDER "/sys/class/power_supply"

/* MAINS_UNKNOWN for a machine that has nothing else to run on, or does not say. */
enum mains mains_now(const char *folder);

#endif
