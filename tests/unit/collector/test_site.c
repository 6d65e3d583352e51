#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/http/site.h"

static char folder[] = "/tmp/parta-site-XXXXXX";

static void
put(const char *name, const char *text)
{
	char path[256];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "we");
	assert_non_null(file);
	(void)fputs(text, file);
	(void)fclose(file);
}

static void
make(const char *name)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(mkdir(path, 0755), 0);
}

static int
begin(void **state)
{
	char path[256];

	(void)state;
	assert_non_null(mkdtemp(folder));
	put("index.html", "<title>x</title>");
	put("app.js", "");
	put(".hidden.js", "");
	put("notes.md", "");
	put("plain", "");
	make("vendor");
	put("vendor/plot.css", "");
	(void)snprintf(path, sizeof(path), "%s/passwd.txt", folder);
	return symlink("/etc/passwd", path);
}

static int
end(void **state)
{
	char line[256];

	(void)state;
	(void)snprintf(line, sizeof(line), "rm -rf '%s'", folder);
	return system(line);
}

static void
files_are_known_by_their_exact_names(void **state)
{
	static const char *const others[] = {"", "//", "/app.js/", "/App.js", "app.js",
	    "/./app.js", "/vendor", "/vendor/", "/vendor/../app.js", "/../etc/passwd",
	    "/.hidden.js", "/notes.md", "/plain", "/passwd.txt", "/app.js%00", "/index"};
	struct site *site;

	(void)state;
	assert_int_equal(site_load(folder, &site), 0);
	assert_int_equal(site_files(site), 3);
	assert_true(site_has(site, "/"));
	assert_true(site_has(site, "/index.html"));
	assert_true(site_has(site, "/app.js"));
	assert_true(site_has(site, "/vendor/plot.css"));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(site_has(site, others[i]));
	assert_false(site_has(NULL, "/"));
	site_free(site);
}

static void
a_folder_that_is_not_there_is_an_empty_site(void **state)
{
	struct site *site;

	(void)state;
	assert_int_equal(site_load("/nonexistent", &site), 0);
	assert_int_equal(site_files(site), 0);
	assert_false(site_has(site, "/"));
	site_free(site);
}

static void
what_goes_beyond_the_limits_is_refused(void **state)
{
	char name[64], path[256];
	struct site *site;

	(void)state;
	make("vendor/a");
	make("vendor/a/b");
	make("vendor/a/b/c");
	assert_int_equal(site_load(folder, &site), -EFBIG);
	(void)snprintf(path, sizeof(path), "%s/vendor/a/b/c", folder);
	assert_int_equal(rmdir(path), 0);

	(void)snprintf(path, sizeof(path), "%s/app.js", folder);
	assert_int_equal(truncate(path, SITE_BYTES_MAX), 0);
	assert_int_equal(site_load(folder, &site), -EFBIG);
	assert_int_equal(truncate(path, 0), 0);

	for (int i = 0; i < SITE_FILES_MAX - 3; i++) {
		(void)snprintf(name, sizeof(name), "vendor/a/%d.js", i);
		put(name, "");
	}
	assert_int_equal(site_load(folder, &site), 0);
	assert_int_equal(site_files(site), SITE_FILES_MAX);
	site_free(site);
	put("vendor/a/more.js", "");
	assert_int_equal(site_load(folder, &site), -EFBIG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(files_are_known_by_their_exact_names),
	    cmocka_unit_test(a_folder_that_is_not_there_is_an_empty_site),
	    cmocka_unit_test(what_goes_beyond_the_limits_is_refused),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
