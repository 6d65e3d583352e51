/* Samples of a line as a file may hold them: whatever they are, an outage that is told has a
 * class, ends after it began, and comes in the order of time. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "agent/probe/ladder_samples.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
on_outage(void *arg, const struct outage *outage)
{
	(void)arg;
	assert(outage->class > OUTAGE_UNSPECIFIED && outage->class < OUTAGE_AGENT_DOWN);
	assert(outage->end_ms == 0 || outage->end_ms > outage->onset_ms);
	assert(outage->n_evidence > 0 && outage->n_evidence <= CONNECTIVITY_EVIDENCE_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct samples_replay replay;
	char line[SAMPLES_LINE_BYTES + 8];
	size_t at = 0;

	samples_replay_init(&replay, size % 2);
	replay.on_outage = on_outage;
	while (at < size) {
		const uint8_t *end = memchr(data + at, '\n', size - at);
		size_t len = end ? (size_t)(end - (data + at)) : size - at;
		size_t kept = len < sizeof(line) ? len : sizeof(line) - 1;

		memcpy(line, data + at, kept);
		line[kept] = '\0';
		if (samples_replay_line(&replay, line) < 0)
			break;
		at += len + 1;
	}
	return 0;
}
