/*
 * Classifies single pieces of evidence: a line "source.key<TAB>value" of standard
 * input each, one line "class<TAB>confidence<TAB>vendor<TAB>model<TAB>os<TAB>rule" of
 * standard output for it. It measures the rules on banners whose maker is known.
 *
 *   classify_lines RULES.csv <LINES
 */
#include <stdio.h>
#include <string.h>

#include "common/classify/classify.h"
#include "common/classify/rule.h"
#include "common/text.h"

enum { LINE_BYTES_MAX = 4096 };

static void
line_classify(const struct rules *rules, char *line)
{
	char *tab = strchr(line, '\t'), *dot = strchr(line, '.'), value[1024];
	struct evidence e = {.source = line, .value = value};
	struct classification is;

	if (!tab || !dot || dot > tab)
		return;
	*tab = *dot = '\0';
	e.key = dot + 1;
	(void)text_clean(value, sizeof(value), tab + 1, strlen(tab + 1));
	classify_device(rules, NULL, 0, &e, 1, &is);
	(void)printf("%s\t%.3f\t%s\t%s\t%s\t%s\n", is.class_key, is.confidence, is.vendor,
	    is.model, is.os, is.rule);
}

int
main(int argc, char **argv)
{
	char error[RULES_ERROR_SIZE] = "", line[LINE_BYTES_MAX];
	struct rules *rules;

	if (argc != 2) {
		(void)fprintf(stderr, "usage: classify_lines RULES.csv <LINES\n");
		return 2;
	}
	if (rules_read(argv[1], &rules, error) < 0) {
		(void)fprintf(stderr, "%s\n", error);
		return 1;
	}
	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		line_classify(rules, line);
	}
	rules_free(rules);
	return 0;
}
