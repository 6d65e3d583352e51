#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/ask/snmp_users.h"

static struct snmp_user users[SNMP_USERS_MAX];
static size_t count;
static char error[256];

static int
parse(const char *text)
{
	char copy[2048];

	(void)snprintf(copy, sizeof(copy), "%s", text);
	error[0] = '\0';
	count = 99;
	return snmp_users_parse("file", copy, users, &count, error);
}

static void
reads_users_of_every_level(void **state)
{
	(void)state;
	assert_int_equal(parse("# users of the school\n"
			       "audit SHA-256 authpassword AES privpassword\r\n"
			       "\n"
			       "watch MD5 authpassword   # no privacy\n"
			       "open\n"),
	    0);
	assert_int_equal(count, 3);
	assert_string_equal(users[0].name, "audit");
	assert_string_equal(users[0].priv_passphrase, "privpassword");
	assert_string_equal(users[1].priv_protocol, "none");
	assert_string_equal(users[2].auth_protocol, "none");
}

static void
a_passphrase_with_blanks_stands_in_quotes(void **state)
{
	(void)state;
	assert_int_equal(parse("audit SHA \"a long passphrase\" DES \"#not a remark\""), 0);
	assert_string_equal(users[0].auth_passphrase, "a long passphrase");
	assert_string_equal(users[0].priv_passphrase, "#not a remark");
}

static void
what_cannot_be_is_refused_by_line_and_without_the_secret(void **state)
{
	static const char *const bad[] = {"ok SHA authpassword\naudit SHA-3 secretsecret",
	    "x\naudit SHA short", "x\naudit none none AES secretsecret",
	    "x\naudit SHA \"secretsecret", "x\naudit SHA secretsecret ROT13 secretsecret",
	    "x\na b c d e f", "x\nanamethatislongerthanthirtytwocharacters SHA secretsecret"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(parse(bad[i]), -EINVAL);
		assert_non_null(strstr(error, "file:2:"));
		assert_null(strstr(error, "secret"));
		assert_int_equal(count, 99);
	}
}

static void
more_users_than_are_taken_are_refused(void **state)
{
	(void)state;
	assert_int_equal(parse("a\nb\nc\nd\ne\nf\ng\nh\n"), 0);
	assert_int_equal(parse("a\nb\nc\nd\ne\nf\ng\nh\ni\n"), -E2BIG);
}

static void
a_file_that_everybody_may_read_is_refused(void **state)
{
	char path[] = "/tmp/parta-users-XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "audit SHA authpassword\n", 23), 23);
	assert_int_equal(fchmod(fd, 0644), 0);
	assert_int_equal(snmp_users_read(path, users, &count, error), -EACCES);
	assert_int_equal(fchmod(fd, 0640), 0);
	assert_int_equal(snmp_users_read(path, users, &count, error), 0);
	assert_int_equal(count, 1);
	assert_int_equal(close(fd), 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(snmp_users_read(path, users, &count, error), -ENOENT);
	assert_non_null(strstr(error, path));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_users_of_every_level),
	    cmocka_unit_test(a_passphrase_with_blanks_stands_in_quotes),
	    cmocka_unit_test(what_cannot_be_is_refused_by_line_and_without_the_secret),
	    cmocka_unit_test(more_users_than_are_taken_are_refused),
	    cmocka_unit_test(a_file_that_everybody_may_read_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
