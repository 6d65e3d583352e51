/*
 * What a computer tells of itself and of what is attached to it: the inventory of
 * the host script, of GLPI Agent, FusionInventory or OCS becomes evidence
 * (common/classify/evidence.h) of a device and of the devices on its wires. The
 * form is GLPI's inventory format (JSON); XML of its ancestors is brought into it.
 *
 * Left out on purpose: people's names and logins, sticks and disks on USB and
 * telephones (they are somebody's own), keyboards, mice, hubs.
 */
#ifndef PARTA_COMMON_FACTS_FACTS_H
#define PARTA_COMMON_FACTS_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/address.h"
#include "common/arena.h"
#include "common/classify/evidence.h"

enum {
	FACTS_MACS_MAX = 32,
	FACTS_IPS_MAX = 32,
	FACTS_ATTACHED_MAX = 64,
	FACTS_EVIDENCE_MAX = 320, /* of the computer, its software aside */
	FACTS_ITEM_EVIDENCE_MAX = 12,
	FACTS_LIST_MAX = 48, /* entries of one section, software aside */
	FACTS_TEXT_BYTES_MAX = 255,
	FACTS_ERROR_SIZE = 128,
};

/* One device. Texts are clean UTF-8 in the memory of the facts. */
struct facts_item {
	char key[40]; /* of what is attached: the same thing on the same computer keeps it */
	struct evidence *evidence;
	size_t n_evidence, evidence_max;
};

struct facts {
	struct arena arena;
	bool cut; /* something found no room or was one too many */
	size_t software_max;
	struct mac macs[FACTS_MACS_MAX]; /* of its own cards, none virtual */
	size_t n_macs;
	struct address ips[FACTS_IPS_MAX];
	size_t n_ips;
	struct facts_item computer; /* or whatever the inventory is of */
	struct facts_item attached[FACTS_ATTACHED_MAX];
	size_t n_attached;
	int64_t taken_s; /* when it was taken down, Unix time; 0: it does not say */
};

/* Empty facts with room for so many bytes of text and so many programs. 0 or -ENOMEM. */
int facts_new(size_t bytes, size_t software_max, struct facts **ret);
void facts_free(struct facts *facts); /* accepts NULL */

/* Adds what one source says of an item, made clean; nothing for NULL, "" and for words that
 * stand where a value should (SMBIOS "To be filled by O.E.M."). */
void facts_add(struct facts *facts, struct facts_item *item, const char *source,
    const char *key, const char *value);
/* Several texts as one value, parted by ';' (a ';' in them becomes ','), trailing empty ones
 * left out; nothing when the first is empty. */
void facts_add_list(struct facts *facts, struct facts_item *item, const char *source,
    const char *key, const char *const values[], size_t count);
/* What was said of it under a key, or "". */
const char *facts_said(const struct facts_item *item, const char *source, const char *key);

/* What tells the computer itself apart, the best there is: UUID, serial number, name, address
 * (in room). "" when there is none. */
const char *facts_identity(const struct facts *facts, char room[static MAC_TEXT_SIZE]);

/* Gives the computer a key that follows from its identity, as attached items have. */
void facts_key(struct facts *facts);

/* A new attached item named by what it is and where: identity holds what tells it apart on this
 * computer. NULL when there are too many. */
struct facts_item *facts_attach(
    struct facts *facts, const char *kind, const char *model, const char *identity);

/* Drops what is attached and of no class that the rules know: most of it is somebody's own. */
struct rules;
void facts_keep_known(struct facts *facts, const struct rules *rules);

/* True for words that say nothing: "Default string", "System Product Name", ... */
bool facts_say_nothing(const char *text);

/*
 * Reads one inventory, a JSON object of GLPI's inventory format, len bytes of text.
 * 0; -EBADMSG with words in error: it is no such inventory; -ENOMEM.
 */
int facts_read(
    const char *text, size_t len, struct facts *facts, char error[static FACTS_ERROR_SIZE]);

/* The same of an object that is read already (jansson). */
struct json_t;
int facts_of_json(
    const struct json_t *inventory, struct facts *facts, char error[static FACTS_ERROR_SIZE]);

#endif
