/* CSV as people send it: whatever it is, rows are bounded and clean, lines rise, and it ends.
 */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "common/csv.h"
#include "common/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct csv csv;
	unsigned line = 0;
	int r;

	csv_start(&csv, (const char *)data, size);
	while ((r = csv_next(&csv)) == 0) {
		assert(csv.line > line);
		assert(csv.count >= 1 && csv.count <= CSV_FIELDS_MAX);
		line = csv.line;
		for (size_t i = 0; i < csv.count; i++)
			assert(text_is_clean(csv.field[i], strlen(csv.field[i])) ||
			       strchr(csv.field[i], '\n') || strchr(csv.field[i], '\r') ||
			       strchr(csv.field[i], '\t'));
	}
	assert(r == -ENODATA || (r == -EBADMSG && csv.error));
	return 0;
}
