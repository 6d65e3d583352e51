/* The judge is common/speed's; here what it says is held against what is stored. */
#include "collector/rejudge.h"

#include <math.h>
#include <string.h>

#include "common/check.h"

/* Sums of the same numbers in the same order differ by no more; a confidence is kept in single
 * precision. */
static const double rate_grain = 1e-9, confidence_grain = 1e-6;

static bool
is_near(double a, double b)
{
	return fabs(a - b) <= rate_grain * fabs(b) + rate_grain;
}

static enum rejudge
compare(const struct rejudge_found *found, const struct speed_rate *rate,
    const struct speed_judgement *judgement)
{
	if (!is_near(found->ip_mbps, rate->ip_mbps) ||
	    !is_near(found->duration_s, rate->duration_s) ||
	    found->warmup_samples != rate->warmup_samples)
		return REJUDGE_OTHER_RATE;
	if (strcmp(found->verdict, speed_verdict_name(judgement->verdict)) != 0 ||
	    fabs(found->confidence - judgement->confidence) > confidence_grain)
		return REJUDGE_OTHER_VERDICT;
	return REJUDGE_SAME;
}

/* Judges a run and notes what it says. */
static enum rejudge
run_judge(const struct rejudge_run *run, struct speed_plan *plan, struct speed_ruled *ret)
{
	struct speed_finding finding = {.step.kind = run->step, .measured = true};
	enum rejudge found;

	if (plan->n_findings == SPEED_STEPS_MAX || run->step == SPEED_STEP_UNSPECIFIED ||
	    !speed_kept_judge(&run->kept, ret))
		return REJUDGE_BROKEN_RECORD;
	found = compare(&run->found, &ret->rate, &ret->judgement);
	if (found == REJUDGE_SAME &&
	    strcmp(run->cause, speed_cause_name(ret->judgement.cause)) != 0)
		return REJUDGE_OTHER_VERDICT;
	finding.judgement = ret->judgement;
	finding.ip_mbps = ret->rate.ip_mbps;
	speed_plan_note(plan, &finding);
	return found;
}

enum rejudge
rejudge(const struct rejudge_test *test)
{
	struct speed_plan plan = {0};
	struct speed_judgement all;
	struct speed_ruled last = {0};
	const struct speed_kept *decided;

	if (test->n_runs == 0)
		return REJUDGE_NO_RECORD;
	for (size_t i = 0; i < test->n_runs; i++) {
		enum rejudge found = run_judge(&test->runs[i], &plan, &last);

		if (found != REJUDGE_SAME)
			return found;
	}
	decided = &test->runs[test->n_runs - 1].kept;
	if (test->n_samples != decided->n_samples ||
	    (test->n_samples > 0 && memcmp(test->sample_bytes, decided->sample_bytes,
					test->n_samples * sizeof(*test->sample_bytes)) != 0))
		return REJUDGE_OTHER_SAMPLES;
	all = speed_plan_conclude(&plan);
	return compare(&test->found, &last.rate, &all);
}

const char *
rejudge_name(enum rejudge rejudge)
{
	static const char *const names[] = {
	    [REJUDGE_SAME] = "same",
	    [REJUDGE_NO_RECORD] = "no_record",
	    [REJUDGE_BROKEN_RECORD] = "broken_record",
	    [REJUDGE_OTHER_SAMPLES] = "other_samples",
	    [REJUDGE_OTHER_RATE] = "other_rate",
	    [REJUDGE_OTHER_VERDICT] = "other_verdict",
	};

	CHECK((size_t)rejudge < COUNT_OF(names));
	return names[rejudge];
}
