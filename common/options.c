/* Option tables: a file, then single values, into a settings struct; the file format is inih's.
 * See options.h. */
#include "common/options.h"

#include <errno.h>
#include <ini.h>
#include <math.h>
#include <string.h>

#include "common/check.h"
#include "common/cleanup.h"
#include "common/text.h"

struct loading {
	const struct option_row *rows;
	size_t count;
	void *settings;
	const char *path;
	struct option_error *error;
	FILE *file;
	int line;
	int result;
	bool given[256]; /* rows that the file named already */
};

static void *
place(const struct option_row *row, void *settings)
{
	return (char *)settings + row->at;
}

static const void *
place_read(const struct option_row *row, const void *settings)
{
	return (const char *)settings + row->at;
}

/* A number with the suffix of its type: "5m" 300, "64K" 65536. */
static int
scaled(const struct option_row *row, const char *value, int64_t *ret)
{
	static const struct {
		char suffix;
		enum option_type type;
		int64_t factor;
	} suffixes[] = {
	    {'s', OPTION_SECONDS, 1},
	    {'m', OPTION_SECONDS, 60},
	    {'h', OPTION_SECONDS, 3600},
	    {'d', OPTION_SECONDS, 86400},
	    {'K', OPTION_BYTES, 1 << 10},
	    {'M', OPTION_BYTES, 1 << 20},
	    {'G', OPTION_BYTES, 1 << 30},
	};
	char digits[32];
	size_t len = strlen(value);
	int64_t factor = 1, number;
	int r;

	if (len == 0 || len >= sizeof(digits))
		return -EINVAL;
	(void)text_copy(digits, sizeof(digits), value);
	for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
		if (suffixes[i].type != row->type || suffixes[i].suffix != digits[len - 1])
			continue;
		factor = suffixes[i].factor;
		digits[len - 1] = '\0';
		break;
	}
	r = text_i64(digits, INT64_MIN / factor, INT64_MAX / factor, &number);
	if (r < 0)
		return r;
	*ret = number * factor;
	return 0;
}

static int
switched(const char *value, bool *ret)
{
	bool yes = text_match("yes|true|on", value);

	if (!yes && !text_match("no|false|off", value))
		return -EINVAL;
	*ret = yes;
	return 0;
}

static int
list_add(const struct option_row *row, struct option_list *list, const char *value, size_t len)
{
	char *text;

	if (list->count >= OPTION_LIST_MAX ||
	    (row->max > 0 && (double)list->count >= row->max) || len >= OPTION_LIST_TEXT)
		return -ERANGE;
	text = list->text[list->count];
	memcpy(text, value, len);
	text[len] = '\0';
	if (row->valid && row->valid(text) < 0)
		return -EINVAL;
	list->count++;
	return 0;
}

static int
listed(const struct option_row *row, const char *value, struct option_list *list)
{
	while (*value) {
		size_t len = strcspn(value, ","), blank;

		while (len && (*value == ' ' || *value == '\t')) {
			value++;
			len--;
		}
		blank = len;
		while (blank && (value[blank - 1] == ' ' || value[blank - 1] == '\t'))
			blank--;
		if (blank) {
			int r = list_add(row, list, value, blank);

			if (r < 0)
				return r;
		}
		value += len;
		if (*value == ',')
			value++;
	}
	return 0;
}

static int
parse(const struct option_row *row, const char *value, void *at)
{
	int64_t number = 0;
	double real = 0;
	int r = 0;

	switch (row->type) {
	case OPTION_TEXT:
		if ((double)strlen(value) < row->min || (double)strlen(value) > row->max)
			return -ERANGE;
		if (row->valid && *value && row->valid(value) < 0)
			return -EINVAL;
		(void)text_copy(at, (size_t)row->max + 1, value);
		return 0;
	case OPTION_LIST:
		return listed(row, value, at);
	case OPTION_SWITCH:
		return switched(value, at);
	case OPTION_REAL:
		r = text_f64(value, row->min, row->max, &real);
		if (r == 0)
			*(double *)at = real;
		return r;
	case OPTION_NUMBER:
	case OPTION_SECONDS:
	case OPTION_BYTES:
		r = scaled(row, value, &number);
		if (r == 0 && ((double)number < row->min || (double)number > row->max))
			return -ERANGE;
		if (r == 0)
			*(int64_t *)at = number;
		return r;
	default:
		return -EINVAL;
	}
}

static const char *
type_words(enum option_type type)
{
	static const char *const words[] = {
	    [OPTION_TEXT] = "text",
	    [OPTION_NUMBER] = "a number",
	    [OPTION_REAL] = "a number",
	    [OPTION_SECONDS] = "a time such as 90s, 5m, 2h or 7d",
	    [OPTION_BYTES] = "a size such as 512, 64K, 20M or 1G",
	    [OPTION_SWITCH] = "yes or no",
	    [OPTION_LIST] = "a list of values separated by commas",
	};

	return words[type];
}

/* The bounds of a row as people write them: "30s", "20M", "7". */
static void
bound_format(const struct option_row *row, double value, char ret[static 32])
{
	static const struct {
		enum option_type type;
		double factor;
		const char *suffix;
	} units[] = {
	    {OPTION_SECONDS, 86400, "d"},
	    {OPTION_SECONDS, 3600, "h"},
	    {OPTION_SECONDS, 60, "m"},
	    {OPTION_SECONDS, 1, "s"},
	    {OPTION_BYTES, 1 << 30, "G"},
	    {OPTION_BYTES, 1 << 20, "M"},
	    {OPTION_BYTES, 1 << 10, "K"},
	};

	for (size_t i = 0; i < COUNT_OF(units); i++) {
		if (units[i].type != row->type || value < units[i].factor ||
		    fmod(value, units[i].factor) != 0)
			continue;
		(void)snprintf(ret, 32, "%.0f%s", value / units[i].factor, units[i].suffix);
		return;
	}
	(void)snprintf(ret, 32, "%.10g", value);
}

static const struct option_row *
find(const struct option_row rows[], size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(rows[i].name, name))
			return &rows[i];
	return NULL;
}

static void
explain(const struct option_row *row, const char *value, int r, const char *where,
    struct option_error *error)
{
	char low[32], high[32];

	bound_format(row, row->min, low);
	bound_format(row, row->max, high);
	if (r == -ERANGE && (row->type == OPTION_TEXT || row->type == OPTION_LIST))
		(void)snprintf(error->text, sizeof(error->text),
		    "%s: '%s' is too long or too short, or has too many values (%s to %s are "
		    "taken)",
		    where, row->name, low, high);
	else if (r == -ERANGE)
		(void)snprintf(error->text, sizeof(error->text),
		    "%s: '%s = %s' is out of bounds, use %s to %s", where, row->name, value,
		    low, high);
	else
		(void)snprintf(error->text, sizeof(error->text),
		    "%s: '%s = %s' is not understood, use %s", where, row->name, value,
		    type_words(row->type));
}

int
options_set(const struct option_row rows[], size_t count, void *settings, const char *name,
    const char *value, const char *where, struct option_error *error)
{
	const struct option_row *row = find(rows, count, name);
	int r;

	if (!row) {
		(void)snprintf(error->text, sizeof(error->text),
		    "%s: there is no option '%s', see the manual for those there are", where,
		    name);
		return -EINVAL;
	}
	r = parse(row, value, place(row, settings));
	if (r < 0)
		explain(row, value, r, where, error);
	return r < 0 ? -EINVAL : 0;
}

static size_t
size_of(const struct option_row *row)
{
	switch (row->type) {
	case OPTION_TEXT:
		return (size_t)row->max + 1;
	case OPTION_SWITCH:
		return sizeof(bool);
	case OPTION_REAL:
		return sizeof(double);
	case OPTION_LIST:
		return sizeof(struct option_list);
	case OPTION_NUMBER:
	case OPTION_SECONDS:
	case OPTION_BYTES:
	default:
		return sizeof(int64_t);
	}
}

void
options_default(const struct option_row rows[], size_t count, void *settings)
{
	for (size_t i = 0; i < count; i++) {
		memset(place(&rows[i], settings), 0, size_of(&rows[i]));
		if (rows[i].fallback)
			CHECK(
			    parse(&rows[i], rows[i].fallback, place(&rows[i], settings)) == 0);
	}
}

/* inih's handler: 0 stops with an error. */
static int
take_line(void *at, const char *section, const char *name, const char *value)
{
	struct loading *l = at;
	const struct option_row *row = find(l->rows, l->count, name);
	size_t i = row ? (size_t)(row - l->rows) : 0;
	char where[256];

	(void)snprintf(where, sizeof(where), "%.200s:%d", l->path, l->line);
	if (*section) {
		(void)snprintf(l->error->text, sizeof(l->error->text),
		    "%s: sections such as [%s] are not used, remove the line", where, section);
		l->result = -EINVAL;
		return 0;
	}
	if (row && l->given[i] && row->type != OPTION_LIST) {
		(void)snprintf(l->error->text, sizeof(l->error->text),
		    "%s: '%s' is given a second time", where, name);
		l->result = -EINVAL;
		return 0;
	}
	if (row && !l->given[i]) { /* a file's list replaces the default one */
		l->given[i] = true;
		if (row->type == OPTION_LIST)
			memset(place(row, l->settings), 0, size_of(row));
	}
	l->result = options_set(l->rows, l->count, l->settings, name, value, where, l->error);
	return l->result == 0;
}

/* inih's reader, so that a message can name the line. */
static char *
read_line(char *line, int size, void *at)
{
	struct loading *l = at;

	l->line++;
	return fgets(line, size, l->file);
}

static int
load(struct loading *l)
{
	int line = ini_parse_stream(read_line, l, take_line, l);

	if (l->result < 0)
		return l->result;
	if (line == 0)
		return 0;
	(void)snprintf(l->error->text, sizeof(l->error->text),
	    "%.200s:%d: the line is not of the form 'key = value'", l->path, line);
	return -EINVAL;
}

int
options_load(const struct option_row rows[], size_t count, void *settings, const char *path,
    struct option_error *error)
{
	struct loading l = {
	    .rows = rows,
	    .count = count,
	    .settings = settings,
	    .path = path,
	    .error = error,
	};
	CLEANUP(fclose_at) FILE *file = fopen(path, "re");
	char reason[128];

	CHECK(count <= COUNT_OF(l.given));
	if (!file) {
		int r = -errno;

		(void)snprintf(error->text, sizeof(error->text), "could not read '%s': %s",
		    path, strerror_r(-r, reason, sizeof(reason)));
		return r;
	}
	l.file = file;
	return load(&l);
}

size_t
options_reload(const struct option_row rows[], size_t count, void *settings, const void *fresh)
{
	size_t waiting = 0;

	for (size_t i = 0; i < count; i++) {
		size_t size = size_of(&rows[i]);

		if (!memcmp(place(&rows[i], settings), place_read(&rows[i], fresh), size))
			continue;
		if (rows[i].reload)
			memcpy(place(&rows[i], settings), place_read(&rows[i], fresh), size);
		else
			waiting++;
	}
	return waiting;
}

/* Breaks a text into lines of at most 76 columns behind a prefix. */
static void
print_wrapped(const char *prefix, const char *text, FILE *out)
{
	size_t column = 0;

	while (*text) {
		size_t word = strcspn(text, " ");

		if (column && column + word + 1 > 76) {
			(void)fputc('\n', out);
			column = 0;
		}
		(void)fputs(column ? " " : prefix, out);
		(void)fwrite(text, 1, word, out);
		column += word + 1;
		text += word;
		text += strspn(text, " ");
	}
	(void)fputc('\n', out);
}

void
options_print_file(const struct option_row rows[], size_t count, const char *program, FILE *out)
{
	(void)fprintf(out,
	    "# %s: configuration. Every option is here, commented out at its default.\n",
	    program);
	for (size_t i = 0; i < count; i++) {
		(void)fputc('\n', out);
		print_wrapped("# ", rows[i].text, out);
		(void)fprintf(out, "#%s =%s%s\n", rows[i].name, rows[i].fallback ? " " : "",
		    rows[i].fallback ? rows[i].fallback : "");
	}
}

/* A text as mdoc(7) wants it: each sentence begins a line. */
static void
print_sentences(const char *text, FILE *out)
{
	for (; *text; text++) {
		(void)fputc(*text, out);
		if (*text == '.' && text[1] == ' ') {
			(void)fputc('\n', out);
			text++;
		}
	}
	(void)fputc('\n', out);
}

void
options_print_manual(const struct option_row rows[], size_t count, FILE *out)
{
	(void)fputs(".Bl -tag -width Ds\n", out);
	for (size_t i = 0; i < count; i++) {
		char low[32], high[32];

		(void)fprintf(out, ".It Cm %s No = Ar %s\n", rows[i].name,
		    rows[i].type == OPTION_SWITCH ? "yes|no" : "value");
		print_sentences(rows[i].text, out);
		bound_format(&rows[i], rows[i].min, low);
		bound_format(&rows[i], rows[i].max, high);
		(void)fprintf(out, "Takes %s", type_words(rows[i].type));
		if (rows[i].type != OPTION_TEXT && rows[i].type != OPTION_SWITCH &&
		    rows[i].type != OPTION_LIST)
			(void)fprintf(out, ", %s to %s", low, high);
		(void)fputs(".\n", out);
		if (rows[i].fallback)
			(void)fprintf(out, "The default is\n.Li %s .\n", rows[i].fallback);
		(void)fprintf(out, "%s\n",
		    rows[i].reload ? "A reload takes a new value."
				   : "A new value needs a restart.");
	}
	(void)fputs(".El\n", out);
}

static void
print_value(const struct option_row *row, const void *at, FILE *out)
{
	const struct option_list *list = at;
	char text[32];

	switch (row->type) {
	case OPTION_TEXT:
		(void)fprintf(out, "%s = %s\n", row->name, (const char *)at);
		break;
	case OPTION_SWITCH:
		(void)fprintf(out, "%s = %s\n", row->name, *(const bool *)at ? "yes" : "no");
		break;
	case OPTION_REAL:
		(void)fprintf(out, "%s = %g\n", row->name, *(const double *)at);
		break;
	case OPTION_LIST:
		for (size_t i = 0; i < list->count; i++)
			(void)fprintf(out, "%s = %s\n", row->name, list->text[i]);
		break;
	case OPTION_NUMBER:
	case OPTION_SECONDS:
	case OPTION_BYTES:
	default:
		bound_format(row, (double)*(const int64_t *)at, text);
		(void)fprintf(out, "%s = %s\n", row->name, text);
	}
}

void
options_print(const struct option_row rows[], size_t count, const void *settings, FILE *out)
{
	for (size_t i = 0; i < count; i++)
		print_value(&rows[i], place_read(&rows[i], settings), out);
}
