/*
 * A clock of the test's own in place of common/clock_kernel.c: the machine's, moved by
 * what the file that PARTA_TEST_CLOCK names says: "OFFSET_MS SYNCHRONISED", which
 * a test may change at any moment. The boot clock goes on as ever. The file is
 * mapped at the start, so that it can be read behind the sandbox.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"

enum { FILE_BYTES = 4096 };

static const char *steering;

/* Before main(), since the sensor's sandbox shuts before it asks for the time. */
__attribute__((constructor)) static void
map_steering(void)
{
	const char *path = getenv("PARTA_TEST_CLOCK");
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	void *mapped =
	    fd < 0 ? MAP_FAILED : mmap(NULL, FILE_BYTES, PROT_READ, MAP_SHARED, fd, 0);

	if (mapped == MAP_FAILED)
		abort(); /* rather than run by the real clock */
	(void)close(fd);
	steering = mapped;
}

int64_t
clock_kernel_ms(void)
{
	struct timespec t = {0};

	(void)clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 + strtoll(steering, NULL, 10);
}

bool
clock_synchronised(void)
{
	const char *word = strchr(steering, ' ');

	return word && word[1] == '1';
}
