/* DNS messages (RFC 1035) as multicast DNS and its kin use them: reading questions, writing
 * records. */
#ifndef PARTA_TESTS_SCHOOL_DNS_H
#define PARTA_TESTS_SCHOOL_DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cursor.h"
#include "tests/school/packet.h"

enum { DNS_LABELS_MAX = 10, DNS_SUFFIXES_MAX = 96, DNS_HEADER = 12 };
enum { DNS_A = 1, DNS_PTR = 12, DNS_TXT = 16, DNS_SRV = 33, DNS_ANY = 255, DNS_IN = 1 };
enum {
	DNS_TOP_BIT = 0x8000
}; /* of a class: "unicast answer wanted" in a question, "flush the cache" in a record */

struct dns_name {
	size_t n;
	uint8_t len[DNS_LABELS_MAX];
	char label[DNS_LABELS_MAX][64];
};

/* A name from texts, the last NULL; a text with dots is several labels when split is true. */
void dns_name_add(struct dns_name *name, const char *text, bool split);
bool dns_name_equal(
    const struct dns_name *a, const struct dns_name *b); /* ASCII case does not count */

/* Reads a name, following pointers backwards only. Fails the cursor when it cannot. */
void dns_read_name(const uint8_t *message, size_t len, struct cursor *c, struct dns_name *ret);

/* A message under construction; names are compressed (RFC 1035 4.1.4). */
struct dns_writer {
	struct packet *p;
	size_t n_suffixes;
	struct {
		uint16_t at;
		struct dns_name name;
	} suffix[DNS_SUFFIXES_MAX];
	uint16_t questions, answers, additionals;
};

void dns_begin(struct dns_writer *w, struct packet *p, uint16_t id, uint16_t flags);
void dns_write_name(struct dns_writer *w, const struct dns_name *name);
/* Opens a record; its data follows, then dns_end_record() with what this returned. */
size_t dns_begin_record(struct dns_writer *w, const struct dns_name *owner, uint16_t type,
    uint16_t class_bits, uint32_t ttl_s);
void dns_end_record(struct dns_writer *w, size_t opened);
/* Writes the counts into the header. */
void dns_end(struct dns_writer *w);

#endif
