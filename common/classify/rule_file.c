/* Reads device_rule.csv from the disk, as a whole and within a bound (rule.h). */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/classify/rule.h"
#include "common/cleanup.h"

static int
file_read(const char *path, char **ret, size_t *ret_len)
{
	CLEANUP(close_at) int fd = open(path, O_RDONLY | O_CLOEXEC);
	CLEANUP(free_at) char *text = NULL;
	struct stat st;
	size_t len = 0;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if (st.st_size > RULES_BYTES_MAX)
		return -EFBIG;
	text = malloc((size_t)st.st_size + 1);
	if (!text)
		return -ENOMEM;
	while (len < (size_t)st.st_size) {
		ssize_t got = read(fd, text + len, (size_t)st.st_size - len);

		if (got < 0 && errno != EINTR)
			return -errno;
		if (got == 0)
			break;
		if (got > 0)
			len += (size_t)got;
	}
	*ret = TAKE(text, NULL);
	*ret_len = len;
	return 0;
}

int
rules_read(const char *path, struct rules **ret, char error[static RULES_ERROR_SIZE])
{
	CLEANUP(free_at) char *text = NULL;
	size_t len = 0;
	int r = file_read(path, &text, &len);

	if (r < 0) {
		(void)snprintf(error, RULES_ERROR_SIZE, "%.120s: could not read it: %s", path,
		    strerror(-r));
		return r;
	}
	return rules_parse(path, text, len, ret, error);
}
