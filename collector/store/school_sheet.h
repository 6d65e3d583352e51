/*
 * Schools as a CSV file: its first line names the columns (code, name,
 * municipality, settlement, time_zone, provider, contract_down_mbps,
 * contract_up_mbps, pupils, vantage), in any order; code alone is needed. Pure.
 */
#ifndef PARTA_COLLECTOR_STORE_SCHOOL_SHEET_H
#define PARTA_COLLECTOR_STORE_SCHOOL_SHEET_H

#include "collector/store/registry.h"
#include "common/csv.h"

/* THE LIST of what a school has: X(field of struct registry_school, which is the column's name,
 * and option of the command "school add", NULL none) */
#define SCHOOL_FIELDS(X)                                                                       \
	X(code, NULL)                                                                          \
	X(name, "--name")                                                                      \
	X(municipality, "--municipality")                                                      \
	X(settlement, "--settlement")                                                          \
	X(time_zone, "--time-zone")                                                            \
	X(provider, "--provider")                                                              \
	X(contract_down_mbps, "--contract-down")                                               \
	X(contract_up_mbps, "--contract-up")                                                   \
	X(pupils, "--pupils")                                                                  \
	X(vantage, NULL)

struct school_field {
	const char *column, *option;
	size_t at; /* in struct registry_school */
};

extern const struct school_field school_fields[];
extern const size_t school_fields_count;

/* value lives as long as the school. */
void school_field_set(struct registry_school *school, size_t field, const char *value);

struct school_sheet {
	struct csv csv;
	size_t column[CSV_FIELDS_MAX]; /* which field each column is */
	size_t n_columns;
	char error[160], error_ru[256]; /* after -EBADMSG, of line csv.line */
};

/* Over text that outlives it. 0, or -EBADMSG: the first line is wrong. */
int school_sheet_start(struct school_sheet *sheet, const char *text, size_t len);

/* The next school; it lives until the next call, an empty field is NULL. 0, -ENODATA, -EBADMSG.
 */
int school_sheet_next(struct school_sheet *sheet, struct registry_school *ret);

#endif
