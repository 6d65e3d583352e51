/* The file of SNMPv3 users: credentials-file of the service, --credentials of `scan`. */
#ifndef PARTA_AGENT_ASK_SNMP_USERS_H
#define PARTA_AGENT_ASK_SNMP_USERS_H

#include <stddef.h>

#include "agent/ask/snmp.h"

/*
 * One user a line: name auth-protocol auth-passphrase priv-protocol priv-passphrase,
 * separated by blanks; "none" or nothing where there is none; a passphrase with
 * blanks stands in double quotes; '#' begins a remark. 0; -EACCES when others may
 * read the file; -EINVAL; -E2BIG for more than SNMP_USERS_MAX; another negative
 * errno. On failure error holds one sentence, without any passphrase.
 */
int snmp_users_read(const char *path, struct snmp_user ret_users[static SNMP_USERS_MAX],
    size_t *ret_count, char error[static 256]);

/* The same from text (which is taken apart in place); path only stands in errors. */
int snmp_users_parse(const char *path, char *text,
    struct snmp_user ret_users[static SNMP_USERS_MAX], size_t *ret_count,
    char error[static 256]);

#endif
