/* CHECK(): what cannot be. It stops the program, in release builds too. */
#ifndef PARTA_COMMON_CHECK_H
#define PARTA_COMMON_CHECK_H

#include <stdlib.h>

#define CHECK(claim)                                                                           \
	do {                                                                                   \
		if (!(claim))                                                                  \
			abort();                                                               \
	} while (0)

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
