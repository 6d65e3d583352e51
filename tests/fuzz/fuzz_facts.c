/* An inventory that a stranger wrote: whatever it is, what is kept is clean and within bounds.
 */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "common/facts/edid.h"
#include "common/facts/facts.h"
#include "common/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
look_at(const struct facts_item *item)
{
	assert(item->n_evidence <= item->evidence_max);
	for (size_t i = 0; i < item->n_evidence; i++) {
		size_t len = strlen(item->evidence[i].value);

		assert(len > 0 && len <= FACTS_TEXT_BYTES_MAX);
		assert(text_is_clean(item->evidence[i].value, len));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char error[FACTS_ERROR_SIZE] = "";
	struct facts *facts;
	struct edid edid;
	int r;

	if (edid_read(data, size, &edid) == 0)
		assert(text_is_clean(edid.model, strlen(edid.model)) && edid.diagonal_in >= 0);
	if (facts_new(8 * 1024, 4, &facts) < 0)
		return 0;
	r = facts_read((const char *)data, size, facts, error);
	assert(r == 0 || (r == -EBADMSG && error[0] != '\0'));
	look_at(&facts->computer);
	assert(facts->n_attached <= FACTS_ATTACHED_MAX);
	for (size_t i = 0; i < facts->n_attached; i++)
		look_at(&facts->attached[i]);
	facts_free(facts);
	return 0;
}
