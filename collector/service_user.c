/* Root becomes the service's user: groups, then group, then user, and no way back. */
#include "collector/service_user.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int
state_make(const char *state_dir, const struct passwd *user)
{
	if (mkdir(state_dir, 0700) == 0)
		return lchown(state_dir, user->pw_uid, user->pw_gid) < 0 ? -errno : 0;
	return errno == EEXIST ? 0 : -errno;
}

int
service_user_become(
    const char *user, const char *state_dir, char error[static SERVICE_USER_ERROR_SIZE])
{
	struct passwd record, *found = NULL;
	char buffer[4096];
	int r;

	if (geteuid() != 0)
		return 0;
	if (getpwnam_r(user, &record, buffer, sizeof(buffer), &found) != 0 || !found ||
	    found->pw_uid == 0) {
		(void)snprintf(error, SERVICE_USER_ERROR_SIZE,
		    "user '%.64s' is not there or is root: name another with 'user' in the "
		    "configuration file",
		    user);
		return -ENOENT;
	}
	r = state_make(state_dir, found);
	if (r < 0) {
		(void)snprintf(error, SERVICE_USER_ERROR_SIZE, "could not make '%.128s': %s",
		    state_dir, strerror(-r));
		return r;
	}
	if (initgroups(found->pw_name, found->pw_gid) < 0 || setgid(found->pw_gid) < 0 ||
	    setuid(found->pw_uid) < 0) {
		r = -errno;
		(void)snprintf(error, SERVICE_USER_ERROR_SIZE, "could not become '%.64s': %s",
		    user, strerror(-r));
		return r;
	}
	return 0;
}
