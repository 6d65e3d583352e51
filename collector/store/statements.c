/* THE LIST of statements as rows; see statements.h. */
#include "collector/store/statements.h"

const struct statement_row statements[STATEMENTS_COUNT] = {
#define STATEMENT_ROW(name, params, sql) {#name, params, sql},
    STATEMENTS(STATEMENT_ROW)
#undef STATEMENT_ROW
};
