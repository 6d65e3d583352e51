/* Roles and rights: the lists of asker.h as tables. */
#include <errno.h>
#include <string.h>

#include "collector/access/asker.h"
#include "common/check.h"

static const char *const roles[] = {
#define ROLE_KEY(id, key) key,
    ACCESS_ROLES(ROLE_KEY)
#undef ROLE_KEY
};

static const struct {
	const char *key;
	unsigned roles;
} rights[] = {
#define RIGHT_ROW(id, key, roles) {key, roles},
    ACCESS_RIGHTS(RIGHT_ROW)
#undef RIGHT_ROW
};

bool
role_may(enum access_role role, enum access_right right)
{
	return right == RIGHT_OPEN || (right < RIGHT_COUNT && rights[right].roles >> role & 1);
}

const char *
role_key(enum access_role role)
{
	CHECK(role < ROLE_COUNT);
	return roles[role];
}

const char *
right_key(enum access_right right)
{
	CHECK(right < RIGHT_COUNT);
	return rights[right].key;
}

int
role_of_key(const char *key, enum access_role *ret)
{
	for (size_t i = 0; i < COUNT_OF(roles); i++) {
		if (strcmp(roles[i], key) == 0) {
			*ret = (enum access_role)i;
			return 0;
		}
	}
	return -EINVAL;
}
