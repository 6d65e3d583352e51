/*
 * From root to the service's user: see user.h. Groups first, then the user, since
 * afterwards there is no right to. It looks names up in passwd(5) and nowhere else
 * does the program care who it is.
 */
#include "common/user.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/sandbox.h"

static int
folder_make(const char *folder, const char *name)
{
	const struct passwd *user;

	if (mkdir(folder, 0700) < 0)
		return -errno;
	errno = 0;
	user = getpwnam(name);
	if (user && chown(folder, user->pw_uid, user->pw_gid) < 0)
		return -errno;
	return 0;
}

static int
become(uid_t uid, gid_t gid, bool keep_net_raw)
{
	if (keep_net_raw && prctl(PR_SET_KEEPCAPS, 1L) < 0)
		return -errno;
	if (setgroups(1, &gid) < 0 || setresgid(gid, gid, gid) < 0 ||
	    setresuid(uid, uid, uid) < 0)
		return -errno;
	return keep_net_raw && sandbox_has_net_raw() ? sandbox_keep_net_raw() : 0;
}

int
user_become_owner(const char *folder, const char *name, bool keep_net_raw)
{
	struct stat st;
	int r;

	if (geteuid() != 0)
		return 0;
	if (stat(folder, &st) < 0) {
		if (errno != ENOENT)
			return -errno;
		r = folder_make(folder, name);
		if (r < 0)
			return r;
		if (stat(folder, &st) < 0)
			return -errno;
	}
	return st.st_uid == 0 ? 0 : become(st.st_uid, st.st_gid, keep_net_raw);
}
