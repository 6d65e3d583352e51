#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "agent/probe/page.h"

static void
text_is_what_a_person_sees(void **state)
{
	static const char html[] =
	    "<html><head><title>Доступ &nbsp; ЗАКРЫТ</title><style>b{}</style></head>"
	    "<body><!-- hidden --><p>Сайт&nbsp;<b>заблокирован</b></p><script>var "
	    "x='<p>no';</script>A&amp;B</body>";
	char text[256];

	(void)state;
	page_title(html, sizeof(html) - 1, text, sizeof(text));
	assert_string_equal(text, "Доступ ЗАКРЫТ");
	(void)page_text(html, sizeof(html) - 1, text, sizeof(text));
	assert_string_equal(text, "доступ закрыт сайт заблокирован a&b");
	assert_true(page_is_statutory_block(text));
}

static void
windows_1251_is_read(void **state)
{
	static const char html[] =
	    "<title>\xc4\xee\xf1\xf2\xf3\xef</title><p>\xc4\xee\xf1\xf2\xf3\xef "
	    "\xee\xe3\xf0\xe0\xed\xe8\xf7\xe5\xed 149-\xd4\xc7";
	char text[256];

	(void)state;
	page_title(html, sizeof(html) - 1, text, sizeof(text));
	assert_string_equal(text, "Доступ");
	(void)page_text(html, sizeof(html) - 1, text, sizeof(text));
	assert_true(page_is_statutory_block(text));
}

static void
a_hidden_redirect_is_found(void **state)
{
	static const char html[] = "<meta charset=utf-8><META HTTP-EQUIV='refresh' "
				   "content=\"0; url=http://block.example/x\">";
	char url[64];

	(void)state;
	page_meta_refresh(html, sizeof(html) - 1, url, sizeof(url));
	assert_string_equal(url, "http://block.example/x");
	page_meta_refresh("<meta name=a>", 13, url, sizeof(url));
	assert_string_equal(url, "");
}

static void
ordinary_pages_are_no_block_pages(void **state)
{
	static const char lesson[] = "<title>Открытый урок</title><p>Сегодня на уроке: "
				     "правописание, дроби и космос. Вход свободный.";
	char text[512];

	(void)state;
	(void)page_text(lesson, sizeof(lesson) - 1, text, sizeof(text));
	assert_false(page_is_statutory_block(text));
}

static void
any_bytes_are_read_within_bounds(void **state)
{
	static const char pieces[][12] = {"<title", ">", "</title", "<script", "</script",
	    "<!--", "-->", "&amp", "\xd0", "<meta", "http-equiv", "url=", "'", " "};
	uint32_t seed = 7;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char *html = malloc(64),
		     text[40]; /* of the heap, so that the sanitizer sees its end */
		size_t len = 0;

		assert_non_null(html);
		while (len < 48) {
			const char *piece;

			seed = seed * 1664525u + 1013904223u;
			piece = pieces[(seed >> 20) % (sizeof(pieces) / sizeof(pieces[0]))];
			memcpy(html + len, piece, strlen(piece));
			len += strlen(piece);
		}
		html = realloc(html, len);
		assert_non_null(html);
		page_title(html, len, text, sizeof(text));
		assert_true(page_text(html, len, text, sizeof(text)) < sizeof(text));
		page_meta_refresh(html, len, text, sizeof(text));
		assert_true(strlen(text) < sizeof(text));
		free(html);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_is_what_a_person_sees),
	    cmocka_unit_test(windows_1251_is_read),
	    cmocka_unit_test(a_hidden_redirect_is_found),
	    cmocka_unit_test(ordinary_pages_are_no_block_pages),
	    cmocka_unit_test(any_bytes_are_read_within_bounds),
	};

	return cmocka_run_group_tests_name("agent/probe/page", tests, NULL, NULL);
}
