/* The classes of devices as a table made from THE LIST in class.h. */
#include "common/classify/class.h"

#include <string.h>

#include "common/check.h"

#define KEY(key, family) {#key, #family},

static const struct {
	const char *key, *family;
} classes[] = {CLASSES(KEY)};

int
class_find(const char *key)
{
	for (size_t i = 0; i < COUNT_OF(classes); i++)
		if (strcmp(classes[i].key, key) == 0)
			return (int)i;
	return CLASS_NONE;
}

const char *
class_key(int place)
{
	if (place < 0 || (size_t)place >= COUNT_OF(classes))
		return classes[CLASS_UNKNOWN].key;
	return classes[place].key;
}

int
class_near(int place_a, int place_b)
{
	if (place_a < 0 || place_b < 0 || (size_t)place_a >= COUNT_OF(classes) ||
	    (size_t)place_b >= COUNT_OF(classes))
		return 0;
	return strcmp(classes[place_a].family, classes[place_b].family) == 0;
}

size_t
class_count(void)
{
	return COUNT_OF(classes);
}
