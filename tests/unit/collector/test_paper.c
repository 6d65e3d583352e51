#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "collector/page/paper.h"
#include "collector/page/sheet.h"

static const struct paper_piece pieces[] = {
    {"title", {"Акт <b>"}},
    {"pair", {"Кто", "Школа & \"Ко\""}},
    {"pair", {"Где", NULL}},
    {"text", {"Слова."}},
    {"columns", {"Имя", "#Мбит/с"}},
    {"row", {"a.b", "12.50"}},
    {"row", {NULL, NULL}},
    {"columns", {"Пусто", "#n"}},
    {"sign", {"Подпись"}},
    {"unheard", {"x"}},
};
enum { PIECES = sizeof(pieces) / sizeof(pieces[0]) };

static void
pieces_become_a_page(void **state)
{
	static const char *const parts[] = {
	    "<title>Акт &lt;b&gt;</title>",
	    "<h1>Акт &lt;b&gt;</h1>\n<table class=\"pairs\">\n<tr><th>Кто</th><td>Школа &amp; "
	    "&quot;Ко&quot;</td></tr>\n<tr><th>Где</th><td></td></tr>\n</table>\n<p>Слова.</"
	    "p>\n",
	    "<table><thead><tr><th>Имя</th><th>Мбит/с</th></tr></thead><tbody>\n"
	    "<tr><td>a.b</td><td "
	    "class=\"number\">12,50</td></tr>\n<tr><td></td><td></td></tr>\n"
	    "</tbody></table>\n",
	    "<tr><td colspan=\"2\">нет</td></tr>\n</tbody></table>\n<p class=\"sign\">",
	};
	struct bytes page = bytes_new(1 << 20), again = bytes_new(1 << 20);

	(void)state;
	assert_int_equal(paper_html(pieces, PIECES, &page), 0);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (!strstr((const char *)page.data, parts[i]))
			fail_msg("the page has no '%s'", parts[i]);
	assert_null(strstr((const char *)page.data, "unheard"));
	assert_int_equal(paper_html(pieces, PIECES, &again), 0);
	assert_int_equal(page.len, again.len);
	assert_memory_equal(page.data, again.data, page.len);
	bytes_clear(&page);
	bytes_clear(&again);
}

static void
a_page_ends_whatever_it_is_made_of(void **state)
{
	static const struct paper_piece odd[] = {
	    {"row", {"no table"}}, {"columns", {NULL}}, {"title", {NULL}}};
	struct bytes page = bytes_new(1 << 20), small = bytes_new(100);

	(void)state;
	assert_int_equal(paper_html(odd, 3, &page), 0);
	assert_non_null(strstr((const char *)page.data, "</html>\n"));
	bytes_clear(&page);
	assert_int_equal(paper_html(NULL, 0, &page), 0);
	bytes_clear(&page);
	assert_true(paper_html(pieces, PIECES, &small) < 0);
	bytes_clear(&small);
}

static int
count_bytes(void *arg, const void *bytes, size_t len)
{
	(void)bytes;
	*(size_t *)arg += len;
	return 0;
}

static void
pieces_become_a_book(void **state)
{
	struct sheet *sheet;
	size_t total = 0;

	(void)state;
	assert_int_equal(sheet_open("parta", NULL, &sheet), 0);
	assert_int_equal(paper_sheet(pieces, PIECES, sheet), 0);
	assert_int_equal(sheet_close(sheet), 0);
	assert_int_equal(sheet_read(sheet, count_bytes, &total), 0);
	assert_true(total > 1000);
	sheet_free(sheet);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pieces_become_a_page),
	    cmocka_unit_test(a_page_ends_whatever_it_is_made_of),
	    cmocka_unit_test(pieces_become_a_book),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
