/*
 * The user that owns the collector's state. A command run as root becomes it
 * first, so that no file below the state directory ever belongs to root.
 */
#ifndef PARTA_COLLECTOR_SERVICE_USER_H
#define PARTA_COLLECTOR_SERVICE_USER_H

enum { SERVICE_USER_ERROR_SIZE = 256 };

/*
 * Not root: 0, and nothing happens. Root: makes the state directory if it is
 * missing (mode 0700, the user's own), then gives up root for good. -ENOENT: no
 * such user; error gets a sentence.
 */
int service_user_become(
    const char *user, const char *state_dir, char error[static SERVICE_USER_ERROR_SIZE]);

#endif
