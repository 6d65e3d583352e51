/* A filter list as a CSV file (RFC 4180 without line ends in fields):
 * id,url,expect,max_stage,category. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/probe/filter.h"
#include "agent/probe/filter_judge.h"
#include "common/check.h"
#include "common/cleanup.h"
#include "common/text.h"

enum { LIST_ENTRIES_MAX = 2000, LIST_FIELDS = 5, LIST_LINE_BYTES = 1024 };

static const char *const stages[] = {"", "dns", "tcp", "tls", "http_head", "http_body"};

/* The next field of a line, unquoted in place; NULL at the end. */
static char *
field(char **at)
{
	char *begin = *at, *out, *in;

	if (!begin)
		return NULL;
	if (*begin != '"') {
		char *comma = strchr(begin, ',');

		if (comma)
			*comma = '\0';
		*at = comma ? comma + 1 : NULL;
		return begin;
	}
	out = in = ++begin;
	while (*in && !(*in == '"' && in[1] != '"')) {
		in += *in == '"';
		*out++ = *in++;
	}
	*at = *in == '"' && in[1] == ',' ? in + 2 : NULL;
	*out = '\0';
	return begin;
}

static int
index_of(const char *word, const char *const words[], size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (!strcmp(words[i], word))
			return (int)i;
	return -EINVAL;
}

static const char *
read_entry(char *line, struct filter_entry *ret)
{
	static const char *const expects[] = {"", "block", "allow", "info"};
	char *fields[LIST_FIELDS], *at = line, host[256];
	int expect, stage;
	bool https;

	for (size_t i = 0; i < LIST_FIELDS; i++) {
		fields[i] = field(&at);
		if (!fields[i])
			return "five fields are needed: id,url,expect,max_stage,category";
	}
	expect = index_of(fields[2], expects, COUNT_OF(expects));
	stage = index_of(fields[3], stages, COUNT_OF(stages));
	if (!filter_url_host(fields[1], host, sizeof(host), &https) ||
	    strlen(fields[1]) >= sizeof(ret->url))
		return "the URL must be http or https, on port 80 or 443";
	if (expect < 0)
		return "expect must be block, allow or info";
	if (stage < 0)
		return "max_stage must be dns, tcp, tls, http_head or http_body";
	memset(ret, 0, sizeof(*ret));
	(void)text_clean(ret->id, sizeof(ret->id), fields[0], strlen(fields[0]));
	(void)text_copy(ret->url, sizeof(ret->url), fields[1]);
	(void)text_clean(ret->category, sizeof(ret->category), fields[4], strlen(fields[4]));
	ret->expect = (enum filter_expect)expect;
	ret->max_stage = (enum filter_stage)stage;
	return NULL;
}

int
filter_list_read(const char *path, struct filter_list *ret, char error[static 256])
{
	CLEANUP(fclose_at) FILE *file = fopen(path, "re");
	CLEANUP(free_at)
	struct filter_entry *entries = calloc(LIST_ENTRIES_MAX, sizeof(*entries));
	char line[LIST_LINE_BYTES], reason[128];
	size_t count = 0, number = 0;

	if (!file || !entries) {
		int r = file ? -ENOMEM : -errno;

		(void)snprintf(error, 256, "could not read '%.100s': %s", path,
		    strerror_r(-r, reason, sizeof(reason)));
		return r;
	}
	while (fgets(line, sizeof(line), file)) {
		const char *words = NULL;

		number++;
		line[strcspn(line, "\r\n")] = '\0';
		if (!line[0] || line[0] == '#' || (number == 1 && !strncmp(line, "id,", 3)))
			continue;
		if (strlen(line) == sizeof(line) - 1 || count == LIST_ENTRIES_MAX)
			words = "the line is too long, or there are more than 2000";
		else
			words = read_entry(line, &entries[count]);
		if (words) {
			(void)snprintf(error, 256, "%.100s:%zu: %s", path, number, words);
			return -EINVAL;
		}
		count++;
	}
	memset(ret, 0, sizeof(*ret));
	(void)text_copy(ret->version, sizeof(ret->version), "file");
	ret->entries = TAKE(entries, NULL);
	ret->n_entries = count;
	return 0;
}

void
filter_list_free(struct filter_list *list)
{
	union { /* the list gives its entries out read-only */
		const struct filter_entry *in;
		struct filter_entry *out;
	} entries = {.in = list->entries};

	free(entries.out);
	memset(list, 0, sizeof(*list));
}
