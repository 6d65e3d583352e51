/*
 * In what state a device is: supplies of a printer (Printer-MIB RFC 3805),
 * protection of a computer (HOST-RESOURCES-MIB RFC 2790 hrSWRunTable, of which
 * nothing else is kept), and what tells that a device is as it was.
 */
#include <inttypes.h>
#include <string.h>

#include "agent/ask/snmp_facts.h"
#include "common/check.h"
#include "common/text.h"

enum {
	LEVEL_SOME = -3, /* RFC 3805 prtMarkerSuppliesLevel */
	LEVEL_UNKNOWN = -2,
	UP_TIME_SLACK_MS = 60 * 1000, /* clocks of devices are poor */
};

/* ---- supplies */

static struct supply_row *
supply_of(struct snmp_facts *facts, const struct snmp_oid *index)
{
	if (index->len != 2)
		return NULL;
	return row_of(&facts->supplies, (struct row_key){index->arc[0], index->arc[1]});
}

SNMP_READER(supply_descr)
{
	struct supply_row *row = supply_of(facts, index);

	if (row)
		row_fill(&row->supply, field, value);
}

SNMP_READER(supply_number)
{
	struct supply_row *row = supply_of(facts, index);
	int32_t number = LEVEL_UNKNOWN;

	CHECK(field->size == sizeof(number));
	if (!row || value->type != SNMP_NUMBER)
		return;
	if (value->number >= INT32_MIN && value->number <= INT32_MAX)
		number = (int32_t)value->number;
	memcpy((char *)&row->supply + field->at, &number, sizeof(number));
}

void
facts_finish_state(struct snmp_facts *facts)
{
	for (size_t i = 0; i < facts->supplies.n; i++) {
		const struct snmp_supply *s =
		    &((struct supply_row *)row_at(&facts->supplies, i))->supply;

		if (!*s->descr)
			continue;
		if (s->level >= 0 && s->max > 0)
			facts_add_format(facts, "printer", "supply", "%s: %" PRId64 " %%",
			    s->descr, (int64_t)s->level * 100 / s->max);
		else
			facts_add_format(facts, "printer", "supply", "%s%s", s->descr,
			    s->level == LEVEL_SOME ? ": some" : "");
	}
}

/* ---- protection */

/* Programs by which a computer's protection is known to run; the names are those of their
 * makers' files. */
SNMP_READER(antivirus)
{
	static const struct {
		const char *pattern, *product;
	} products[] = {
	    {"avp.exe|avpsus.exe|klnagent*|kesl*|kavfs*", "Kaspersky"},
	    {"dwservice.exe|dwengine.exe|dwarkdaemon.exe|drweb*", "Dr.Web"},
	    {"msmpeng.exe|mpdefendercoreservice.exe|mssense.exe", "Microsoft Defender"},
	    {"ekrn.exe|egui.exe|esets*|eraagent.exe", "ESET"},
	    {"avastsvc.exe|avastui.exe|aswidsagent.exe", "Avast"},
	    {"avgsvc.exe|avgui.exe", "AVG"},
	    {"nanosvc.exe|nanoav*.exe", "NANO"},
	    {"bdservicehost.exe|vsserv.exe|epsecurityservice.exe", "Bitdefender"},
	    {"ccsvchst.exe|nortonsecurity.exe|sepmasterservice.exe", "Symantec"},
	    {"mcshield.exe|mfemms.exe", "McAfee"},
	    {"ntrtscan.exe|tmlisten.exe|coreserviceshell.exe", "Trend Micro"},
	    {"savservice.exe|sophosfilescanner.exe|sophosfs.exe", "Sophos"},
	    {"clamd|clamd.exe|freshclam", "ClamAV"},
	    {"360sd.exe|360tray.exe|zhudongfangyu.exe", "360"},
	};
	char name[64];

	if (value->type != SNMP_OCTETS)
		return;
	(void)text_clean(name, sizeof(name), value->bytes, value->len);
	for (size_t i = 0; i < COUNT_OF(products); i++)
		if (text_match(products[i].pattern, name))
			(void)snmp_facts_add(
			    facts, field->source, field->key, products[i].product);
}

/* ---- the stamp */

SNMP_READER(stamp)
{
	uint32_t number = 0;

	CHECK(field->at + sizeof(number) <= sizeof(facts->stamp));
	if (value->type == SNMP_NUMBER && value->number >= 0 && value->number <= UINT32_MAX)
		number = (uint32_t)value->number;
	memcpy((char *)&facts->stamp + field->at, &number, sizeof(number));
}

void
snmp_facts_stamp(const struct snmp_facts *facts, struct snmp_stamp *ret)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	*ret = facts->stamp;
	for (size_t i = 0; i < facts->n_items; i++) {
		const char *text = (const char *)facts->text.data + facts->items[i].at;

		if (strncmp(facts->items[i].key, "sys_", 4) != 0)
			continue;
		for (; *text; text++)
			hash = (hash ^ (uint8_t)*text) * 16777619u;
		hash = (hash ^ 0xff) * 16777619u;
	}
	ret->system = hash;
}

bool
snmp_stamp_holds(
    const struct snmp_stamp *then, const struct snmp_stamp *now, uint64_t elapsed_ms)
{
	uint64_t ran_ms = (uint64_t)(now->up_time_cs - then->up_time_cs) * 10;
	uint64_t slack_ms = UP_TIME_SLACK_MS + elapsed_ms / 100;

	return then->up_time_cs > 0 && ran_ms + slack_ms >= elapsed_ms &&
	       ran_ms <= elapsed_ms + slack_ms && then->system == now->system &&
	       then->ports_cs == now->ports_cs && then->entity_cs == now->entity_cs &&
	       then->neighbors_cs == now->neighbors_cs;
}
