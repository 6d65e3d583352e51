/* What the page tells people of this collector. */
#ifndef PARTA_COLLECTOR_PAGE_FACTS_H
#define PARTA_COLLECTOR_PAGE_FACTS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

struct page_facts {
	/* 32 bytes: of the certificate of the collector's authority (DER), which may be renewed
	 * while workers look. Borrowed. */
	_Atomic(const uint8_t *) authority_sha256;
	char url[256]; /* where agents enrol */
	char *openapi; /* the text of openapi.json; NULL: it is not installed */
	size_t openapi_len;
};

/* Reads the description of the API. 0; -ENOENT it is not there; another negative errno. */
int facts_load(const char *path, struct page_facts *ret);
void facts_clear(struct page_facts *facts);

#endif
