/* A recording of a throughput test: whatever it is, what is judged is bounded. */
#include <assert.h>
#include <stdint.h>

#include "agent/speed_replay.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct speed_result result;
	char words[SPEED_REPLAY_WORDS_SIZE];

	if (speed_replay((const char *)data, size, 100, &result, words) < 0)
		return 0;
	assert(result.n_steps > 0 && result.n_directions > 0 && result.n_directions <= 2);
	for (size_t i = 0; i < result.n_steps; i++)
		assert(result.steps[i].n_samples <= SPEED_SAMPLES_MAX);
	return 0;
}
