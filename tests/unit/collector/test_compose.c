/* Messages as their ways want them: mails of hostile names, and what answers mean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "collector/alert/compose.h"
#include "common/check.h"

static struct compose_mail
plain(void)
{
	return (struct compose_mail){
	    .from = "parta@town.test",
	    .to = "boss@town.test",
	    .key = "0b1c",
	    .at_ms = 951827696000, /* 2000-02-29T12:34:56Z */
	    .title = "Hello",
	    .body = "One\nTwo",
	};
}

static const char *
written(struct bytes *text, const struct compose_mail *mail)
{
	bytes_clear(text);
	assert_int_equal(compose_mail(mail, text), 0);
	return (const char *)text->data;
}

static void
a_mail_is_written_to_the_letter(void **state)
{
	struct bytes text = bytes_new(1024 * 1024);
	struct compose_mail mail = plain();

	(void)state;
	assert_string_equal(written(&text, &mail), "Date: Tue, 29 Feb 2000 12:34:56 +0000\r\n"
						   "From: parta <parta@town.test>\r\n"
						   "To: <boss@town.test>\r\n"
						   "Message-ID: <0b1c@town.test>\r\n"
						   "Subject: =?UTF-8?B?SGVsbG8=?=\r\n"
						   "MIME-Version: 1.0\r\n"
						   "Content-Type: text/plain; charset=UTF-8\r\n"
						   "Content-Transfer-Encoding: base64\r\n"
						   "Auto-Submitted: auto-generated\r\n"
						   "\r\n"
						   "T25lDQpUd28=\r\n");
	bytes_clear(&text);
}

static void
dates_are_right_at_the_edges(void **state)
{
	static const struct {
		int64_t at_ms;
		const char *date;
	} dates[] = {
	    {0, "Date: Thu, 1 Jan 1970 00:00:00 +0000\r\n"},
	    {-5, "Date: Thu, 1 Jan 1970 00:00:00 +0000\r\n"},
	    {1798761599999, "Date: Thu, 31 Dec 2026 23:59:59 +0000\r\n"},
	    {1798761600000, "Date: Fri, 1 Jan 2027 00:00:00 +0000\r\n"},
	    {4107542400000, "Date: Mon, 1 Mar 2100 00:00:00 +0000\r\n"},
	};
	struct bytes text = bytes_new(1024 * 1024);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(dates); i++) {
		struct compose_mail mail = plain();

		mail.at_ms = dates[i].at_ms;
		assert_memory_equal(
		    written(&text, &mail), dates[i].date, strlen(dates[i].date));
	}
	bytes_clear(&text);
}

/* No line is too long, no character is cut, and the headers are nine whatever the title is. */
static void
check_lines(const char *text)
{
	size_t headers = 0;
	int in_body = 0;

	for (const char *line = text, *end; *line; line = end + 2) {
		end = strstr(line, "\r\n");
		assert_non_null(end);
		assert_true(end - line <= 76);
		assert_null(memchr(line, '\n', (size_t)(end - line)));
		in_body |= end == line;
		headers += !in_body && *line != ' ';
	}
	assert_int_equal(headers, 9);
}

static void
no_name_becomes_a_header(void **state)
{
	static char long_title[6000], long_body[60000];
	static const char *const titles[] = {"", "x\r\nBcc: evil@town.test\r\n\r\nbody",
	    "Школа",
	    "\xf0\x9f\x8f\xab\xf0\x9f\x8f\xab\xf0\x9f\x8f\xab\xf0\x9f\x8f\xab\xf0\x9f\x8f\xab"
	    "\xf0\x9f\x8f\xab"
	    "\xf0\x9f\x8f\xab\xf0\x9f\x8f\xab\xf0\x9f\x8f\xab\xf0\x9f\x8f\xab\xf0\x9f\x8f\xab"
	    "\xf0\x9f\x8f\xab",
	    "\xbf\xbf\xbf\xbf broken \xff", long_title};
	struct bytes text = bytes_new(1024 * 1024);

	(void)state;
	for (size_t i = 0; i + 2 < sizeof(long_title); i += 2)
		memcpy(long_title + i, "я", 2);
	memset(long_body, 'b', sizeof(long_body) - 1);
	for (size_t i = 0; i < COUNT_OF(titles); i++) {
		struct compose_mail mail = plain();

		mail.title = titles[i];
		mail.body = i % 2 ? long_body : ".\n.\n\n";
		check_lines(written(&text, &mail));
	}
	bytes_clear(&text);
}

static void
an_address_that_holds_more_is_refused(void **state)
{
	static const char *const wrong[] = {"", "a@b\r\nBcc: c@d", "a@b> c", "<a@b", "a b@c",
	    "a@b,c@d", "\"a\"@b", "я@b", "a;b@c"};
	struct bytes text = bytes_new(1024 * 1024);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct compose_mail mail = plain();

		mail.to = wrong[i];
		assert_int_equal(compose_mail(&mail, &text), -EINVAL);
		mail = plain();
		mail.from = wrong[i];
		assert_int_equal(compose_mail(&mail, &text), -EINVAL);
		mail = plain();
		mail.key = wrong[i];
		if (i != 0 && !strpbrk(wrong[i], "\r\n <>,;\"") && (wrong[i][0] & 0x80) == 0)
			continue;
		assert_int_equal(compose_mail(&mail, &text), -EINVAL);
	}
	bytes_clear(&text);
	text = bytes_new(100);
	assert_int_equal(
	    compose_mail(
		&(struct compose_mail){
		    .from = "a@b", .to = "c@d", .key = "k", .title = "t", .body = "b"},
		&text),
	    -EFBIG);
	bytes_clear(&text);
}

static void
answers_mean_what_standards_say(void **state)
{
	static const struct {
		int error;
		long status;
		enum compose_outcome mail, http;
	} answers[] = {
	    {0, 250, COMPOSE_DELIVERED, COMPOSE_DELIVERED},
	    {0, 204, COMPOSE_DELIVERED, COMPOSE_DELIVERED},
	    {0, 301, COMPOSE_DELIVERED, COMPOSE_RETRY},
	    {0, 400, COMPOSE_DELIVERED, COMPOSE_DEAD},
	    {0, 401, COMPOSE_DELIVERED, COMPOSE_RETRY},
	    {0, 404, COMPOSE_DELIVERED, COMPOSE_RETRY},
	    {0, 410, COMPOSE_DELIVERED, COMPOSE_DEAD},
	    {0, 429, COMPOSE_DELIVERED, COMPOSE_RETRY},
	    {0, 503, COMPOSE_DELIVERED, COMPOSE_RETRY},
	    {-ECONNREFUSED, 0, COMPOSE_RETRY, COMPOSE_RETRY},
	    {-ECONNRESET, 450, COMPOSE_RETRY, COMPOSE_RETRY},
	    {-ECONNRESET, 550, COMPOSE_DEAD, COMPOSE_RETRY},
	    {-EACCES, 535, COMPOSE_RETRY, COMPOSE_RETRY},
	    {-EPROTO, 220, COMPOSE_RETRY, COMPOSE_RETRY},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(answers); i++) {
		assert_int_equal(
		    outcome_of_mail(answers[i].error, answers[i].status), answers[i].mail);
		assert_int_equal(
		    outcome_of_http(answers[i].error, answers[i].status), answers[i].http);
	}
}

static void
attempts_come_rarer_but_come(void **state)
{
	(void)state;
	assert_int_equal(outcome_backoff_ms(1, 0), 7500);
	assert_int_equal(outcome_backoff_ms(1, 0xffff), 12500);
	for (unsigned i = 1; i < 100; i++) {
		assert_true(outcome_backoff_ms(i + 1, 0) >= outcome_backoff_ms(i, 0));
		assert_true(outcome_backoff_ms(i, 0xffff) <= 3600 * 1250);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_mail_is_written_to_the_letter),
	    cmocka_unit_test(dates_are_right_at_the_edges),
	    cmocka_unit_test(no_name_becomes_a_header),
	    cmocka_unit_test(an_address_that_holds_more_is_refused),
	    cmocka_unit_test(answers_mean_what_standards_say),
	    cmocka_unit_test(attempts_come_rarer_but_come),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
