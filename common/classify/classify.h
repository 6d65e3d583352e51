/*
 * What a device is: evidence in, a class and the rule that said so out. Pure.
 * The agent shows a local table by it; the collector's verdict is the one that
 * counts, because its rules are the newer ones.
 */
#ifndef PARTA_COMMON_CLASSIFY_CLASSIFY_H
#define PARTA_COMMON_CLASSIFY_CLASSIFY_H

#include <stddef.h>

#include "common/address.h"
#include "common/classify/evidence.h"

struct rules; /* device_rule.csv, read (rule.h) */

/* Evidence beyond so many pieces is not looked at. */
enum { CLASSIFY_EVIDENCE_MAX = 512 };

/* All texts are "" when nothing said so; clean UTF-8. */
struct classification {
	char class_key[32]; /* one of CLASS_KEYS, "unknown" when no rule spoke */
	char rule[48];      /* the rule's id */
	double confidence;  /* 0..1 */
	/* The rules that were weighed: "ID 0.93; + ID 0.60; - ID 0.50 (CLASS)": the one that
	 * gave the class, others that say the same (+), nearly the same (~) or something else
	 * (-). */
	char weighed[256];
	char card_maker[96]; /* of the network card, as it is registered */
	char vendor[96];
	char model[128];
	char serial[96];
	char firmware[128];
	char os[128];
	char name[128];
	char location[128];
};

/*
 * The rule of the highest confidence that fits gives the class; rules that stand
 * on other sources raise the confidence when they agree and lower it when they
 * contradict; weighed names them. Every attribute is taken from the first of its sources that
 * has it (the one table in classify.c).
 */
void classify(const struct rules *rules, const struct evidence evidence[], size_t count,
    struct classification *ret);

/* What follows from other evidence: the makers of the MAC addresses ("oui", "vendor") and of
 * the object identifier ("iana", "number", "vendor" and "product"), the name of a chassis
 * ("entity", "chassis_name"), and what the device says of itself by whichever protocol ("self",
 * "descr", "maker", "model", "name", "os_version" and "words"). Points into itself and the
 * evidence: it must not be moved. */
enum { DERIVED_MAX = 64 };

struct derived {
	struct evidence list[DERIVED_MAX];
	size_t count;
	char number[16], product[64], chassis[49];
};

void classify_derive(const struct mac macs[], size_t n_macs, const struct evidence evidence[],
    size_t count, struct derived *ret);

/* classify() with the derived evidence put first. Agent and collector both call this one, so
 * that they say the same. */
void classify_device(const struct rules *rules, const struct mac macs[], size_t n_macs,
    const struct evidence evidence[], size_t count, struct classification *ret);

/* What a verdict adds to the evidence that it stands on: "oui", "vendor" and "rules",
 * "weighed". Returns how many; they point into the verdict. */
enum { CLASSIFY_TOLD_MAX = 2 };
size_t classify_told(
    const struct classification *is, struct evidence ret[static CLASSIFY_TOLD_MAX]);

/* A serial that no maker gave to one device: "To be filled by O.E.M.", "0123456789", "None",
 * ... */
int classify_serial_is_placeholder(const char *serial);

#endif
