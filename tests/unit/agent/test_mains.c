#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "agent/probe/mains.h"

static char folder[] = "/tmp/parta-mains-XXXXXX";

static void
put(const char *supply, const char *name, const char *value)
{
	char path[128];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, supply);
	(void)mkdir(path, 0700);
	(void)snprintf(path, sizeof(path), "%s/%s/%s", folder, supply, name);
	file = fopen(path, "we");
	assert_non_null(file);
	(void)fprintf(file, "%s\n", value);
	(void)fclose(file);
}

static void
a_machine_without_a_battery_says_nothing(void **state)
{
	(void)state;
	assert_int_equal(mains_now("/nonexistent"), MAINS_UNKNOWN);
	assert_int_equal(mains_now(folder), MAINS_UNKNOWN);
	put("BAT0", "type", "Battery");
	put("BAT0", "online", "0");
	assert_int_equal(mains_now(folder), MAINS_UNKNOWN);
}

static void
one_supply_that_is_on_is_enough(void **state)
{
	(void)state;
	put("AC", "type", "Mains");
	assert_int_equal(mains_now(folder), MAINS_UNKNOWN);
	put("AC", "online", "0");
	assert_int_equal(mains_now(folder), MAINS_OFF);
	put("AC2", "type", "Mains");
	put("AC2", "online", "1");
	assert_int_equal(mains_now(folder), MAINS_ON);
}

static int
begin(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int
end(void **state)
{
	char command[64];

	(void)state;
	(void)snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_machine_without_a_battery_says_nothing),
	    cmocka_unit_test(one_supply_that_is_on_is_enough),
	};

	return cmocka_run_group_tests_name("agent/probe/mains", tests, begin, end);
}
