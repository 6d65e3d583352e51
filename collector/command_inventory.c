/*
 * inventory import: files that other programs took down become evidence of a school;
 * inventory export: what is known of a school's devices, for those programs.
 */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "collector/desk.h"
#include "collector/exchange/inventory_xml.h"
#include "collector/ingest/imported.h"
#include "collector/store/connection.h"
#include "collector/store/registry.h"
#include "collector/store/views.h"
#include "common/bytes.h"
#include "common/check.h"
#include "common/classify/rule.h"
#include "common/cleanup.h"
#include "common/clock.h"
#include "common/digest.h"
#include "common/file.h"

static const char usage[] =
    "usage: parta-collector inventory import --school CODE FILE...\n"
    "       parta-collector inventory export [--school CODE] [--output FOLDER]\n"
    "\n"
    "  import  inventories that other programs took down, as further evidence of a school's\n"
    "          devices: GLPI Agent (JSON, one object a line or one in a file), "
    "FusionInventory\n"
    "          and OCS Inventory (XML), parta-host.sh --print. The same file again changes\n"
    "          nothing; what a file leaves out blanks nothing. Names of people are not kept.\n"
    "  export  the devices in GLPI's inventory format, one JSON object a line, or each a file "
    "of\n"
    "          a folder as GLPI takes them; import reads them back\n";

enum {
	FILE_BYTES_MAX = 8 * 1024 * 1024,
	FACTS_BYTES = 2 * 1024 * 1024,
	SOFTWARE_MAX = 4000,
	INVENTORIES_MAX = 10000, /* of one file */
};

struct import {
	struct rules *rules;
	struct store *store;
	uint8_t agent_id[16];
	const char *path; /* of the file at hand */
	uint8_t file_id[DIGEST_BYTES];
	int64_t changed_ms; /* of the file */
	uint64_t number;
	unsigned new, known, failed;
};

static void
import_failed(struct import *in, FILE *err, const char *why)
{
	in->failed++;
	(void)desk_failed(
	    err, "%s:%llu: %s", in->path, (unsigned long long)in->number + 1, why);
}

/* A file that says no time is as old as its last change; none is of the future. */
static int64_t
taken_ms(const struct import *in, const struct facts *facts, int64_t now_ms)
{
	int64_t taken = facts->taken_s > 0 ? facts->taken_s * 1000 : in->changed_ms;

	return taken < now_ms ? taken : now_ms;
}

static void
import_facts(struct import *in, struct facts *facts, FILE *out, FILE *err)
{
	struct imported imported = {
	    .number = in->number, .now_ms = clock_wall_ms(), .facts = facts};
	const char *name = facts_said(&facts->computer, "facts", "name");
	char error[256] = "", room[MAC_TEXT_SIZE];
	int r;

	facts_keep_known(facts, in->rules);
	facts_key(facts);
	imported.taken_ms = taken_ms(in, facts, imported.now_ms);
	memcpy(imported.agent_id, in->agent_id, sizeof(imported.agent_id));
	memcpy(imported.file_id, in->file_id, sizeof(imported.file_id));
	r = imported_store(in->store, in->rules, &imported, error);
	if (r < 0) {
		import_failed(in, err, error);
		return;
	}
	in->new += r == STORE_NEW;
	in->known += r != STORE_NEW;
	(void)fprintf(out, "%s: %s, %zu attached%s%s\n", in->path,
	    *name ? name : facts_identity(facts, room), facts->n_attached,
	    facts->cut ? ", cut" : "", r == STORE_NEW ? "" : ", imported already");
}

static void
import_json(struct import *in, const json_t *inventory, FILE *out, FILE *err)
{
	char error[FACTS_ERROR_SIZE];
	struct facts *facts;

	if (facts_new(FACTS_BYTES, SOFTWARE_MAX, &facts) < 0) {
		import_failed(in, err, "out of memory");
		return;
	}
	if (facts_of_json(inventory, facts, error) < 0)
		import_failed(in, err, error);
	else
		import_facts(in, facts, out, err);
	facts_free(facts);
}

/* Objects one after the other. */
static void
import_objects(struct import *in, const char *text, size_t len, FILE *out, FILE *err)
{
	size_t at = 0;

	for (; in->number < INVENTORIES_MAX; in->number++) {
		json_error_t why;
		json_t *inventory;

		while (at < len && strchr(" \t\r\n", text[at]))
			at++;
		if (at == len)
			return;
		inventory = json_loadb(
		    text + at, len - at, JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK, &why);
		if (!inventory) {
			import_failed(in, err, why.text);
			return;
		}
		import_json(in, inventory, out, err);
		json_decref(inventory);
		at += (size_t)why.position;
	}
	import_failed(in, err, "it holds more inventories than are taken from one file");
}

static void
import_document(struct import *in, const char *text, size_t len, FILE *out, FILE *err)
{
	char error[FACTS_ERROR_SIZE] = "out of memory";
	json_t *inventory;

	if (inventory_xml_read(text, len, &inventory, error) < 0) {
		import_failed(in, err, error);
		return;
	}
	import_json(in, inventory, out, err);
	json_decref(inventory);
}

static void
import_file(struct import *in, const char *path, FILE *out, FILE *err)
{
	struct bytes text = bytes_new(FILE_BYTES_MAX);
	struct stat st;
	const char *first;
	size_t blanks;
	int r = file_read(path, &text);

	in->path = path;
	in->number = 0;
	if (r < 0 || stat(path, &st) < 0) {
		import_failed(in, err,
		    r == -EFBIG ? "it is larger than 8 MiB" : strerror(r < 0 ? -r : errno));
		bytes_clear(&text);
		return;
	}
	in->changed_ms = (int64_t)st.st_mtim.tv_sec * 1000;
	first = text.data ? (const char *)text.data : "";
	if (text.len >= 3 && memcmp(first, "\xef\xbb\xbf", 3) == 0)
		first += 3;
	blanks = strspn(first, " \t\r\n");
	if (digest_of(first, strlen(first), in->file_id) < 0 || first[blanks] == '\0')
		import_failed(in, err, "there is nothing in it");
	else if (first[blanks] == '<')
		import_document(in, first + blanks, strlen(first + blanks), out, err);
	else
		import_objects(in, first + blanks, strlen(first + blanks), out, err);
	bytes_clear(&text);
}

static int
import_open(struct import *in, struct desk *desk, const char *school, FILE *err)
{
	char path[sizeof(desk->settings.data_dir) + 32], words[RULES_ERROR_SIZE] = "";
	int r = registry_import(desk->registry, school, in->agent_id);

	if (r == -ENOENT)
		return desk_failed(err,
		    "school '%s' is not known: 'parta-collector school list' names all",
		    school);
	if (r < 0)
		return desk_failed(err, "%s", registry_error(desk->registry));
	(void)snprintf(path, sizeof(path), "%s/device_rule.csv", desk->settings.data_dir);
	if (rules_read(path, &in->rules, words) < 0 ||
	    store_open(desk->database.conninfo, &in->store, words) < 0)
		return desk_failed(err, "%s", words);
	return COMMAND_DONE;
}

static int
import(int argc, char *argv[], const struct command_common *common, FILE *out, FILE *err)
{
	struct import in = {.rules = NULL};
	const char *school = NULL;
	struct desk desk;
	int status = command_option(&argc, argv, "--school", &school, err);

	if (status != COMMAND_DONE || !school || argc < 2) {
		(void)fputs(usage, err);
		return COMMAND_USAGE;
	}
	status = desk_open(common, DESK_REGISTRY, &desk, err);
	if (status != COMMAND_DONE)
		return status;
	status = import_open(&in, &desk, school, err);
	for (int i = 1; status == COMMAND_DONE && i < argc; i++)
		import_file(&in, argv[i], out, err);
	if (status == COMMAND_DONE)
		(void)fprintf(out, "%u imported, %u imported already, %u refused\n", in.new,
		    in.known, in.failed);
	store_close(in.store);
	rules_free(in.rules);
	desk_close(&desk);
	return status == COMMAND_DONE && in.failed ? COMMAND_FAILED : status;
}

static int
export_rows(const struct pg_result *rows, const char *folder, FILE *out, FILE *err)
{
	for (size_t i = 0; i < db_rows(rows); i++) {
		const char *text = db_field(rows, i, 1);
		char name[64], path[512];
		int r = 0;

		if (!folder) {
			(void)fprintf(out, "%s\n", text);
			continue;
		}
		(void)snprintf(name, sizeof(name), "%s.json", db_field(rows, i, 0));
		r = file_path(path, sizeof(path), folder, name);
		if (r == 0)
			r = file_write_lazily(path, text, strlen(text), 0640);
		if (r < 0)
			return desk_failed(
			    err, "could not write '%s/%s': %s", folder, name, strerror(-r));
	}
	if (folder)
		(void)fprintf(out, "%zu devices\n", db_rows(rows));
	return ferror(out) ? desk_failed(err, "could not write the result") : COMMAND_DONE;
}

static int export(
    int argc, char *argv[], const struct command_common *common, FILE *out, FILE *err)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	const char *school = NULL, *folder = NULL;
	struct desk desk;
	int status = command_option(&argc, argv, "--school", &school, err);

	if (status == COMMAND_DONE)
		status = command_option(&argc, argv, "--output", &folder, err);
	if (status != COMMAND_DONE || argc != 1) {
		(void)fputs(usage, err);
		return COMMAND_USAGE;
	}
	status = desk_open(common, DESK_VIEWS, &desk, err);
	if (status != COMMAND_DONE)
		return status;
	if (school && views_school(desk.views, school) == 0)
		status = desk_failed(err,
		    "school '%s' is not known: 'parta-collector school list' names all",
		    school);
	else if (views_inventory(desk.views, school, &rows) < 0)
		status = desk_failed(err, "%s", views_error(desk.views));
	else
		status = export_rows(rows, folder, out, err);
	desk_close(&desk);
	return status;
}

int
command_inventory(int argc, char *argv[], FILE *out, FILE *err)
{
	static const struct command_action actions[] = {{"import", import}, {"export", export}};

	return command_act(argc, argv, usage, actions, COUNT_OF(actions), out, err);
}
