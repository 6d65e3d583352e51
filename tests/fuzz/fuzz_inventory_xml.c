/* A document that somebody hands in for import. */
#include <assert.h>
#include <errno.h>
#include <jansson.h>
#include <stdint.h>

#include "collector/exchange/inventory_xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char error[FACTS_ERROR_SIZE] = "";
	struct facts *facts;
	json_t *inventory = NULL;

	if (inventory_xml_read((const char *)data, size, &inventory, error) < 0) {
		assert(!inventory && error[0] != '\0');
		return 0;
	}
	assert(json_is_object(inventory));
	if (facts_new(8 * 1024, 4, &facts) == 0) {
		(void)facts_of_json(inventory, facts, error);
		facts_free(facts);
	}
	json_decref(inventory);
	return 0;
}
