/* MAC, IPv4 and IPv6 addresses and ranges: parse, print, compare. */
#ifndef PARTA_COMMON_ADDRESS_H
#define PARTA_COMMON_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sockaddr;
struct sockaddr_storage;

enum address_family { ADDRESS_NONE = 0, ADDRESS_IPV4 = 4, ADDRESS_IPV6 = 6 };

struct address {
	uint8_t family;    /* enum address_family */
	uint8_t bytes[16]; /* network order; IPv4 in the first four, the rest zero */
};

struct address_range {
	struct address base; /* host bits zero */
	uint8_t prefix_len;
};

struct mac {
	uint8_t bytes[6];
};

enum { ADDRESS_TEXT_SIZE = 46, MAC_TEXT_SIZE = 18, ADDRESS_RANGE_TEXT_SIZE = 50 };

/* Each returns 0 or -EINVAL. */
int address_parse(const char *text, struct address *ret);
int address_range_parse(const char *text,
    struct address_range *ret); /* "10.0.0.0/24"; a bare address is a range of one */
int mac_parse(const char *text, struct mac *ret); /* "aa:bb:..", "aa-bb-..", "aabb.ccdd.eeff" */

void address_format(const struct address *a, char ret[static ADDRESS_TEXT_SIZE]);
void address_range_format(
    const struct address_range *r, char ret[static ADDRESS_RANGE_TEXT_SIZE]);
void mac_format(const struct mac *m, char ret[static MAC_TEXT_SIZE]);

struct address address_v4(const uint8_t bytes[static 4]);
/* IPv4 for what a socket of both families tells as "::ffff:10.0.0.1"; else the same. */
struct address address_unmapped(const struct address *a);
struct address address_v6(const uint8_t bytes[static 16]);
size_t address_len(const struct address *a); /* 4, 16 or 0 */
int address_compare(const struct address *a, const struct address *b);
bool address_equal(const struct address *a, const struct address *b);
bool address_in_range(const struct address *a, const struct address_range *r);
/* The n-th address of an IPv4 range; addresses it holds (at most 2^32 - 1). */
struct address address_range_at(const struct address_range *r, uint32_t n);
uint32_t address_range_count(const struct address_range *r);

/* RFC 1918, RFC 4193, loopback, link-local, unspecified, shared (RFC 6598): not the public
 * Internet. */
bool address_is_private(const struct address *a);
bool address_is_loopback(const struct address *a);
bool address_is_unspecified(const struct address *a);
bool address_is_multicast(const struct address *a);
bool address_is_link_local(const struct address *a); /* RFC 3927, RFC 4291 2.5.6 */
/* One that a host can have on a network: not of "this network" (RFC 1122 3.2.1.3), loopback, a
 * group, nor above them. */
bool address_is_host(const struct address *a);

bool mac_equal(const struct mac *a, const struct mac *b);
bool mac_is_zero(const struct mac *m);
bool mac_is_multicast(const struct mac *m);
bool mac_is_local(const struct mac *m); /* locally administered (IEEE 802c): often randomised */

/* To and from the sockets API. from: 0 or -EAFNOSUPPORT. */
size_t address_to_sockaddr(
    const struct address *a, uint16_t port, struct sockaddr_storage *ret);
int address_from_sockaddr(const struct sockaddr *sa, struct address *ret, uint16_t *ret_port);

#endif
