/* receiver add, list, remove, test: who is told of alerts, where, of what. */
#include <errno.h>
#include <string.h>

#include "collector/desk.h"
#include "collector/store/registry.h"
#include "common/bytes.h"
#include "common/check.h"
#include "common/file.h"

static const char usage[] =
    "usage: parta-collector receiver add NAME --email ADDRESS | --webhook URL | --alertmanager "
    "URL\n"
    "           [--secret-file FILE] [--schools CODE,...] [--municipality TEXT] [--kinds "
    "KIND,...]\n"
    "           [--severity info|warning|critical] [--language ru|en] [--quiet yes|no]\n"
    "       parta-collector receiver list [--school CODE] [--format table|json|csv]\n"
    "       parta-collector receiver remove NAME\n"
    "       parta-collector receiver test NAME\n"
    "\n"
    "  add     somebody is told of alerts from now on; a NAME that is there is replaced\n"
    "          --secret-file  a webhook's body is signed with the first line (HMAC-SHA-256)\n"
    "          --quiet yes    in lesson time only; what lasts until then is told then\n"
    "  list    all of them\n"
    "  remove  told no more\n"
    "  test    a message that says only that messages arrive\n";

enum { SECRET_BYTES_MAX = 256 };

struct words {
	const char *email, *webhook, *alertmanager, *secret_file, *schools, *municipality,
	    *kinds, *severity, *language, *quiet, *school;
};

static int
act(struct desk *desk, enum registry_act what,
    const char *const values[static REGISTRY_ACT_VALUES_MAX], FILE *err)
{
	int r = registry_act(desk->registry, what, values);

	if (r == -ENOENT)
		return desk_failed(err,
		    "there is no receiver '%s': 'parta-collector receiver list' shows all",
		    values[0]);
	if (r < 0)
		return desk_failed(err, "%s", registry_error(desk->registry));
	return COMMAND_DONE;
}

/* The first line of a file; the caller clears ret. */
static int
secret_read(const char *path, struct bytes *ret)
{
	int r = path ? file_read(path, ret) : 0;

	if (r == 0 && ret->data)
		ret->data[strcspn((char *)ret->data, "\r\n")] = '\0';
	return r;
}

static int
add(struct desk *desk, const char *name, const struct words *w, FILE *err)
{
	struct bytes secret = bytes_new(SECRET_BYTES_MAX);
	const char *values[REGISTRY_ACT_VALUES_MAX] = {
	    name,
	    w->email     ? "email"
	    : w->webhook ? "webhook"
			 : "alertmanager",
	    w->email     ? w->email
	    : w->webhook ? w->webhook
			 : w->alertmanager,
	    "",
	    w->schools,
	    w->municipality,
	    w->kinds,
	    w->severity,
	    w->language,
	    w->quiet,
	};
	int status, r = secret_read(w->secret_file, &secret);

	if (secret.data)
		values[3] = (const char *)secret.data;
	status = r < 0
		     ? desk_failed(err, "could not read '%s': %s", w->secret_file, strerror(-r))
		     : act(desk, REGISTRY_RECEIVER_PUT, values, err);
	if (secret.data)
		explicit_bzero(secret.data, secret.len);
	bytes_clear(&secret);
	return status;
}

static int
list(struct desk *desk, const char *school, enum command_format format, FILE *out, FILE *err)
{
	static const char *const numbers[] = {NULL};

	return desk_list(desk, REGISTRY_RECEIVERS, school, numbers, format, out, err);
}

static bool
is_sound(int argc, char *argv[], const struct words *w)
{
	int ways = (w->email != NULL) + (w->webhook != NULL) + (w->alertmanager != NULL);

	if (argc == 2)
		return strcmp(argv[1], "list") == 0;
	if (argc != 3)
		return false;
	if (strcmp(argv[1], "add") == 0)
		return ways == 1;
	return strcmp(argv[1], "remove") == 0 || strcmp(argv[1], "test") == 0;
}

int
command_receiver(int argc, char *argv[], FILE *out, FILE *err)
{
	struct words w = {0};
	const struct {
		const char *name;
		const char **value;
	} options[] = {
	    {"--email", &w.email},
	    {"--webhook", &w.webhook},
	    {"--alertmanager", &w.alertmanager},
	    {"--secret-file", &w.secret_file},
	    {"--schools", &w.schools},
	    {"--municipality", &w.municipality},
	    {"--kinds", &w.kinds},
	    {"--severity", &w.severity},
	    {"--language", &w.language},
	    {"--quiet", &w.quiet},
	    {"--school", &w.school},
	};
	const char *values[REGISTRY_ACT_VALUES_MAX] = {NULL};
	struct command_common common;
	struct desk desk;
	int status = command_common(&argc, argv, &common, err);

	if (status == COMMAND_DONE && common.help) {
		(void)fputs(usage, out);
		return COMMAND_DONE;
	}
	for (size_t i = 0; status == COMMAND_DONE && i < COUNT_OF(options); i++)
		status = command_option(&argc, argv, options[i].name, options[i].value, err);
	if (status != COMMAND_DONE || !is_sound(argc, argv, &w)) {
		(void)fputs(usage, err);
		return COMMAND_USAGE;
	}
	status = desk_open(&common, DESK_REGISTRY, &desk, err);
	if (status != COMMAND_DONE)
		return status;
	values[0] = argv[2];
	if (argc == 2)
		status = list(&desk, w.school, common.format, out, err);
	else if (strcmp(argv[1], "add") == 0)
		status = add(&desk, argv[2], &w, err);
	else
		status = act(&desk,
		    strcmp(argv[1], "test") == 0 ? REGISTRY_RECEIVER_TEST
						 : REGISTRY_RECEIVER_DROP,
		    values, err);
	desk_close(&desk);
	return status;
}
