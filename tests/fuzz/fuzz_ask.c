/* What a stranger says to an asker, whole and in pieces; built once for each row of ASKERS. */
#include <stdint.h>

#include "tests/lib/ask_drive.h"

extern const struct asker ASKER;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ask_script script = {.asker = &ASKER,
	    .known = {.ip = {.family = ADDRESS_IPV4, .bytes = {10, 77, 0, 5}}},
	    .password = "school",
	    .certificate = "CN=a"};

	for (int i = 0; i < 2; i++) {
		struct ask *ask = ask_begin(&script);

		ask_run(ask, &script, data, size);
		ask_end(ask);
		script.piece = 1 + size % 251;
	}
	return 0;
}
