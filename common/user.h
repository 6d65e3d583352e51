/* Root gives its rights up for the service's own user, so that no command leaves files behind
 * that the service cannot write. */
#ifndef PARTA_COMMON_USER_H
#define PARTA_COMMON_USER_H

#include <stdbool.h>

/*
 * Becomes the owner of a folder; the folder is made for the user `name` when it is
 * not there. Does nothing for who is not root, for a folder that is root's own, and
 * where there is neither folder nor user (the folder is then root's).
 * keep_net_raw: CAP_NET_RAW stays. 0 or a negative errno.
 */
int user_become_owner(const char *folder, const char *name, bool keep_net_raw);

#endif
