/* What the hosts take that were spoken to lately, the sweep leaves; it keeps a half. */
#include "agent/scan_pace.h"

struct scan_pace
scan_pace(uint32_t broadcasts_per_s, bool fast, bool learns)
{
	return (struct scan_pace){
	    .broadcasts_per_s = broadcasts_per_s ? broadcasts_per_s : SCAN_PACE_POLITE,
	    .fast = fast,
	    .learns = learns};
}

void
scan_pace_lost(struct scan_pace *pace, uint32_t broadcasts_per_s)
{
	if (pace->learns) /* the sweep is slow enough by itself, and nobody else broadcasts */
		return;
	pace->fast = false;
	if (broadcasts_per_s > 0 && broadcasts_per_s < pace->broadcasts_per_s)
		pace->broadcasts_per_s = broadcasts_per_s;
}

bool
scan_pace_divides(const struct scan_pace *pace)
{
	return !pace->learns && !pace->fast;
}

struct scan_rates
scan_pace_rates(const struct scan_pace *pace, bool sweeping, uint64_t devices_per_s)
{
	uint32_t budget = pace->broadcasts_per_s, half = budget > 1 ? budget / 2 : 1;

	if (pace->fast)
		return (struct scan_rates){0, SCAN_PACE_FAST_DEVICES};
	if (pace->learns || !sweeping)
		return (struct scan_rates){budget, budget};
	return (struct scan_rates){.sweep_per_s = devices_per_s < budget - half
						      ? budget - (uint32_t)devices_per_s
						      : half,
	    .devices_per_s = half};
}
