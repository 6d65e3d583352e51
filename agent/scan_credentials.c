/* Sorts by insertion, since they are few: equals stay as the settings have them. */
#include "agent/scan_credentials.h"

void
scan_credentials_order(
    const struct scan_memory *memory, struct snmp_settings *snmp, struct scan_credentials *c)
{
	uint32_t wins[SNMP_COMMUNITIES_MAX + SNMP_USERS_MAX];

	for (size_t i = 0, at; i < snmp->n_communities && i < SNMP_COMMUNITIES_MAX; i++) {
		uint64_t id = snmp_community_id(snmp->communities[i]);
		uint32_t n = scan_memory_wins(memory, id);

		for (at = i; at > 0 && wins[at - 1] < n; at--) {
			wins[at] = wins[at - 1];
			c->communities[at] = c->communities[at - 1];
		}
		wins[at] = n;
		c->communities[at] = snmp->communities[i];
		c->all += id;
	}
	for (size_t i = 0, at; i < snmp->n_users && i < SNMP_USERS_MAX; i++) {
		uint64_t id = snmp_user_id(&snmp->users[i]);
		uint32_t n = scan_memory_wins(memory, id);

		for (at = i; at > 0 && wins[at - 1] < n; at--) {
			wins[at] = wins[at - 1];
			c->users[at] = c->users[at - 1];
		}
		wins[at] = n;
		c->users[at] = snmp->users[i];
		c->all += id;
	}
	snmp->communities = c->communities;
	snmp->users = c->users;
}
