/* The clock that people set, and what the kernel says of it: see clock.h. */
#include <sys/timex.h>
#include <time.h>

#include "common/clock.h"

int64_t
clock_kernel_ms(void)
{
	struct timespec t = {0};

	(void)clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

bool
clock_synchronised(void)
{
	struct timex t = {0};

	return adjtimex(&t) >= 0 && !(t.status & STA_UNSYNC);
}
