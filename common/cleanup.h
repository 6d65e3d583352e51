/*
 * CLEANUP(fn) runs fn on a variable's address when it leaves its scope; TAKE()
 * moves a pointer or descriptor out, so that the scope no longer owns it.
 */
#ifndef PARTA_COMMON_CLEANUP_H
#define PARTA_COMMON_CLEANUP_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CLEANUP(fn) __attribute__((cleanup(fn)))

/* The value of `variable`, which then holds `none`. */
#define TAKE(variable, none)                                                                   \
	__extension__({                                                                        \
		__auto_type taken_ = (variable);                                               \
		(variable) = (none);                                                           \
		taken_;                                                                        \
	})

static inline void
free_at(void *at)
{
	void **pointer = at;

	free(*pointer);
}

static inline void
close_at(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

static inline void
fclose_at(FILE **file)
{
	if (*file)
		(void)fclose(*file);
}

#endif
