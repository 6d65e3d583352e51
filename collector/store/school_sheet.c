/* Columns by their names, rows by their columns. */
#include "collector/store/school_sheet.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "common/check.h"
#include "common/text.h"

const struct school_field school_fields[] = {
#define SCHOOL_FIELD_ROW(field, option)                                                        \
	{#field, option, offsetof(struct registry_school, field)},
    SCHOOL_FIELDS(SCHOOL_FIELD_ROW)
#undef SCHOOL_FIELD_ROW
};

const size_t school_fields_count = COUNT_OF(school_fields);

void
school_field_set(struct registry_school *school, size_t field, const char *value)
{
	*(const char **)(void *)((char *)school + school_fields[field].at) = value;
}

static int
refuse(struct school_sheet *sheet, const char *en, const char *ru)
{
	(void)text_copy(sheet->error, sizeof(sheet->error), en);
	(void)text_copy(sheet->error_ru, sizeof(sheet->error_ru), ru);
	return -EBADMSG;
}

static int
column_take(struct school_sheet *sheet, size_t c)
{
	const char *name = sheet->csv.field[c];
	size_t i = 0;

	while (i < school_fields_count && strcmp(school_fields[i].column, name) != 0)
		i++;
	if (i == school_fields_count) {
		(void)snprintf(
		    sheet->error, sizeof(sheet->error), "column '%.60s' is not known", name);
		(void)snprintf(sheet->error_ru, sizeof(sheet->error_ru),
		    "столбец «%.60s» не известен", name);
		return -EBADMSG;
	}
	for (size_t before = 0; before < c; before++)
		if (sheet->column[before] == i)
			return refuse(
			    sheet, "a column stands there twice", "столбец назван дважды");
	sheet->column[c] = i;
	return 0;
}

int
school_sheet_start(struct school_sheet *sheet, const char *text, size_t len)
{
	bool has_code = false;
	int r;

	csv_start(&sheet->csv, text, len);
	r = csv_next(&sheet->csv);
	if (r == -ENODATA)
		return refuse(sheet, "the file is empty", "файл пуст");
	if (r < 0)
		return refuse(sheet, sheet->csv.error, sheet->csv.error_ru);
	sheet->n_columns = sheet->csv.count;
	for (size_t c = 0; c < sheet->n_columns; c++) {
		r = column_take(sheet, c);
		if (r < 0)
			return r;
		has_code |= sheet->column[c] == 0;
	}
	return has_code ? 0 : refuse(sheet, "there is no column 'code'", "нет столбца «code»");
}

int
school_sheet_next(struct school_sheet *sheet, struct registry_school *ret)
{
	struct csv *csv = &sheet->csv;
	int r = csv_next(csv);

	if (r == -ENODATA)
		return r;
	if (r < 0)
		return refuse(sheet, csv->error, csv->error_ru);
	if (csv->count != sheet->n_columns) {
		(void)snprintf(sheet->error, sizeof(sheet->error),
		    "the row has %zu fields, the first line names %zu", csv->count,
		    sheet->n_columns);
		(void)snprintf(sheet->error_ru, sizeof(sheet->error_ru),
		    "в строке полей: %zu, а в первой названо: %zu", csv->count,
		    sheet->n_columns);
		return -EBADMSG;
	}
	*ret = (struct registry_school){0};
	for (size_t c = 0; c < sheet->n_columns; c++)
		school_field_set(
		    ret, sheet->column[c], csv->field[c][0] ? csv->field[c] : NULL);
	return ret->code ? 0 : refuse(sheet, "the code is empty", "код пуст");
}
