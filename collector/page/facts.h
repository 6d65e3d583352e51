/* What the page tells people of this collector, fixed when it starts. */
#ifndef PARTA_COLLECTOR_PAGE_FACTS_H
#define PARTA_COLLECTOR_PAGE_FACTS_H

#include <stddef.h>
#include <stdint.h>

struct page_facts {
	uint8_t
	    authority_sha256[32]; /* of the certificate of the collector's authority (DER) */
	char url[256];            /* where agents enrol */
	char *openapi;            /* the text of openapi.json; NULL: it is not installed */
	size_t openapi_len;
};

/* Reads the description of the API. 0; -ENOENT it is not there; another negative errno. */
int facts_load(const char *path, struct page_facts *ret);
void facts_clear(struct page_facts *facts);

#endif
