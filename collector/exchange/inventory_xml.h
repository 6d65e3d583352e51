/*
 * Inventories as FusionInventory and OCS Inventory write them (XML) brought into the
 * form that GLPI made of it: names in small letters, repeated elements as lists.
 */
#ifndef PARTA_COLLECTOR_EXCHANGE_INVENTORY_XML_H
#define PARTA_COLLECTOR_EXCHANGE_INVENTORY_XML_H

#include <stddef.h>

#include "common/facts/facts.h"

struct json_t;

/*
 * Reads one document. 0 and *ret (json_decref() is the caller's); -EBADMSG with words in
 * error: it is no such document, names entities of its own, or is deeper or larger than any
 * inventory; -ENOMEM.
 */
int inventory_xml_read(
    const char *text, size_t len, struct json_t **ret, char error[static FACTS_ERROR_SIZE]);

#endif
