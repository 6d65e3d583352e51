/* The scenarios of tests/identity through the agent's inventory; the collector plays the same
 * file (tests/system/identity.sh). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/identity/story.h"

static unsigned played, wrong;

/* What the agent still remembers is told apart; while it forgot nothing, all is there. */
static bool
judge(struct story *s)
{
	static char got[STORY_TEXT_SIZE], want[STORY_TEXT_SIZE];

	story_agent_devices(s, s->forgot ? s->started_ms : 0, got);
	story_expected(s, s->agent, s->forgot ? s->started_ms : 0, want);
	played++;
	if (strcmp(got, want) != 0) {
		print_error("%s (before line %u):\n\tgot  %s\n\twant %s\n", s->name, s->line,
		    got, want);
		wrong++;
	}
	return true;
}

/* What only the collector is asked. */
static bool
elsewhere(void *arg, struct story *s, const char *word, const char *rest)
{
	(void)arg;
	(void)s;
	(void)rest;
	return strcmp(word, "units") == 0 || strcmp(word, "transient") == 0 ||
	       strcmp(word, "asked") == 0;
}

static void
devices_are_told_apart_and_together(void **state)
{
	static struct story story = {.on_line = elsewhere};
	FILE *file = fopen("tests/identity/scenarios.txt", "r");

	(void)state;
	assert_non_null(file);
	if (!story_play(&story, file, NULL, judge))
		fail_msg("%s", story.error);
	(void)fclose(file);
	assert_true(played >= 30);
	assert_int_equal(wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(devices_are_told_apart_and_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
