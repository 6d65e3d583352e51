/* What of the attached is equipment: what the device rules give a class. */
#include <string.h>

#include "common/classify/class.h"
#include "common/classify/classify.h"
#include "common/facts/facts.h"

void
facts_keep_known(struct facts *facts, const struct rules *rules)
{
	size_t kept = 0;

	for (size_t i = 0; i < facts->n_attached; i++) {
		const struct facts_item *item = &facts->attached[i];
		struct classification verdict;

		classify_device(rules, NULL, 0, item->evidence, item->n_evidence, &verdict);
		if (strcmp(verdict.class_key, class_key(CLASS_UNKNOWN)) != 0)
			facts->attached[kept++] = *item;
	}
	facts->n_attached = kept;
}
