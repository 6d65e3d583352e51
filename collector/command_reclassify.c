/* reclassify: today's rules over the evidence that was kept; the past is told again. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collector/desk.h"
#include "collector/store/registry.h"
#include "common/address.h"
#include "common/classify/classify.h"
#include "common/classify/rule.h"
#include "common/cleanup.h"

static const char usage[] =
    "usage: parta-collector reclassify [-c FILE]\n"
    "\n"
    "Draws the class, maker, model and serial number of every device again from the evidence\n"
    "that was kept, by the rules as they are now. What changes is written to the audit.\n";

/* Kept evidence as it came, and what its MAC addresses say. */
static int
judge(void *arg, const struct evidence evidence[], size_t count, struct classification *verdict)
{
	const struct rules *rules = arg;
	CLEANUP(free_at) struct evidence *all = calloc(count + 1, sizeof(*all));
	CLEANUP(free_at) struct mac *macs = calloc(count + 1, sizeof(*macs));
	size_t kept = 0, n_macs = 0;

	if (!all || !macs)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		if (evidence[i].source[0] != '\0')
			all[kept++] = evidence[i];
		else if (mac_parse(evidence[i].value, &macs[n_macs]) == 0)
			n_macs++;
	}
	classify_device(rules, macs, n_macs, all, kept, verdict);
	return 0;
}

static int
reclassify(struct desk *desk, FILE *out, FILE *err)
{
	char path[sizeof(desk->settings.data_dir) + 32], words[RULES_ERROR_SIZE] = "";
	struct rules *rules = NULL;
	size_t devices = 0, changed = 0;
	int r;

	(void)snprintf(path, sizeof(path), "%s/device_rule.csv", desk->settings.data_dir);
	if (rules_read(path, &rules, words) < 0)
		return desk_failed(err, "%s", words);
	r = registry_reclassify(desk->registry, judge, rules, &devices, &changed);
	rules_free(rules);
	if (r < 0)
		return desk_failed(err, "could not judge the devices again: %s",
		    *registry_error(desk->registry) ? registry_error(desk->registry)
						    : strerror(-r));
	(void)fprintf(out, "%zu devices judged, %zu changed\n", devices, changed);
	return COMMAND_DONE;
}

int
command_reclassify(int argc, char *argv[], FILE *out, FILE *err)
{
	struct command_common common;
	struct desk desk;
	int status = command_bare(argc, argv, usage, &common, out, err);

	if (status != COMMAND_DONE || common.help)
		return status;
	status = desk_open(&common, DESK_REGISTRY, &desk, err);
	if (status != COMMAND_DONE)
		return status;
	status = reclassify(&desk, out, err);
	desk_close(&desk);
	return status;
}
