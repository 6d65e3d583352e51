/* MAC, IPv4 and IPv6 addresses: see address.h. Address blocks: RFC 6890. */
#include "common/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "common/check.h"
#include "common/text.h"

int
address_parse(const char *text, struct address *ret)
{
	struct address a = {0};

	if (inet_pton(AF_INET, text, a.bytes) == 1)
		a.family = ADDRESS_IPV4;
	else if (inet_pton(AF_INET6, text, a.bytes) == 1)
		a.family = ADDRESS_IPV6;
	else
		return -EINVAL;
	*ret = a;
	return 0;
}

static void
clear_host_bits(struct address_range *range)
{
	size_t len = address_len(&range->base);

	for (size_t i = 0; i < len; i++) {
		size_t first_bit = i * 8;

		if (first_bit >= range->prefix_len)
			range->base.bytes[i] = 0;
		else if (range->prefix_len - first_bit < 8)
			range->base.bytes[i] &=
			    (uint8_t)(0xff << (8 - (range->prefix_len - first_bit)));
	}
}

int
address_range_parse(const char *text, struct address_range *ret)
{
	char base[ADDRESS_TEXT_SIZE];
	const char *slash = strchr(text, '/');
	size_t len = slash ? (size_t)(slash - text) : strlen(text);
	struct address_range range;
	int64_t prefix;

	if (len >= sizeof(base))
		return -EINVAL;
	memcpy(base, text, len);
	base[len] = '\0';
	if (address_parse(base, &range.base) < 0)
		return -EINVAL;
	prefix = (int64_t)address_len(&range.base) * 8;
	if (slash && text_i64(slash + 1, 0, prefix, &prefix) < 0)
		return -EINVAL;
	range.prefix_len = (uint8_t)prefix;
	clear_host_bits(&range);
	*ret = range;
	return 0;
}

int
mac_parse(const char *text, struct mac *ret)
{
	char digits[13];
	size_t n = 0;

	for (; *text; text++) {
		if (*text == ':' || *text == '-' || *text == '.')
			continue;
		if (n == sizeof(digits) - 1)
			return -EINVAL;
		digits[n++] = *text;
	}
	digits[n] = '\0';
	if (n != 12 || text_unhex(ret->bytes, sizeof(ret->bytes), digits) != 6)
		return -EINVAL;
	return 0;
}

void
address_format(const struct address *a, char ret[static ADDRESS_TEXT_SIZE])
{
	int family = a->family == ADDRESS_IPV6 ? AF_INET6 : AF_INET;

	if (a->family == ADDRESS_NONE || !inet_ntop(family, a->bytes, ret, ADDRESS_TEXT_SIZE))
		ret[0] = '\0';
}

void
address_range_format(const struct address_range *r, char ret[static ADDRESS_RANGE_TEXT_SIZE])
{
	char base[ADDRESS_TEXT_SIZE];

	address_format(&r->base, base);
	(void)snprintf(ret, ADDRESS_RANGE_TEXT_SIZE, "%.45s/%u", base, (unsigned)r->prefix_len);
}

void
mac_format(const struct mac *m, char ret[static MAC_TEXT_SIZE])
{
	(void)snprintf(ret, MAC_TEXT_SIZE, "%02x:%02x:%02x:%02x:%02x:%02x", m->bytes[0],
	    m->bytes[1], m->bytes[2], m->bytes[3], m->bytes[4], m->bytes[5]);
}

struct address
address_v4(const uint8_t bytes[static 4])
{
	struct address a = {.family = ADDRESS_IPV4};

	memcpy(a.bytes, bytes, 4);
	return a;
}

struct address
address_unmapped(const struct address *a)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	if (a->family == ADDRESS_IPV6 && memcmp(a->bytes, mapped, sizeof(mapped)) == 0)
		return address_v4(a->bytes + sizeof(mapped));
	return *a;
}

struct address
address_v6(const uint8_t bytes[static 16])
{
	struct address a = {.family = ADDRESS_IPV6};

	memcpy(a.bytes, bytes, 16);
	return a;
}

size_t
address_len(const struct address *a)
{
	if (a->family == ADDRESS_IPV4)
		return 4;
	return a->family == ADDRESS_IPV6 ? 16 : 0;
}

int
address_compare(const struct address *a, const struct address *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

bool
address_equal(const struct address *a, const struct address *b)
{
	return address_compare(a, b) == 0;
}

bool
address_in_range(const struct address *a, const struct address_range *r)
{
	struct address_range own = {.base = *a, .prefix_len = r->prefix_len};

	if (a->family != r->base.family)
		return false;
	clear_host_bits(&own);
	return address_equal(&own.base, &r->base);
}

static uint32_t
v4_number(const struct address *a)
{
	return (uint32_t)a->bytes[0] << 24 | (uint32_t)a->bytes[1] << 16 |
	       (uint32_t)a->bytes[2] << 8 | a->bytes[3];
}

struct address
address_range_at(const struct address_range *r, uint32_t n)
{
	uint32_t number = v4_number(&r->base) + n;
	uint8_t bytes[4] = {(uint8_t)(number >> 24), (uint8_t)(number >> 16),
	    (uint8_t)(number >> 8), (uint8_t)number};

	return address_v4(bytes);
}

uint32_t
address_range_count(const struct address_range *r)
{
	if (r->base.family != ADDRESS_IPV4)
		return 0;
	return r->prefix_len == 0 ? UINT32_MAX
				  : (uint32_t)(UINT64_C(1) << (32 - r->prefix_len));
}

static bool
in_any(const struct address *a, const char *const ranges[], size_t count)
{
	struct address_range range;

	for (size_t i = 0; i < count; i++)
		if (address_range_parse(ranges[i], &range) == 0 && address_in_range(a, &range))
			return true;
	return false;
}

bool
address_is_private(const struct address *a)
{
	static const char *const ranges[] = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
	    "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8", "0.0.0.0/8", "fc00::/7",
	    "fe80::/10", "::1/128", "::/128"};

	return in_any(a, ranges, COUNT_OF(ranges));
}

bool
address_is_loopback(const struct address *a)
{
	static const uint8_t one[16] = {[15] = 1};

	if (a->family == ADDRESS_IPV4)
		return a->bytes[0] == 127;
	return a->family == ADDRESS_IPV6 && memcmp(a->bytes, one, sizeof(one)) == 0;
}

bool
address_is_unspecified(const struct address *a)
{
	static const uint8_t zero[16];

	return a->family != ADDRESS_NONE && memcmp(a->bytes, zero, sizeof(zero)) == 0;
}

bool
address_is_link_local(const struct address *a)
{
	if (a->family == ADDRESS_IPV4)
		return a->bytes[0] == 169 && a->bytes[1] == 254;
	return a->family == ADDRESS_IPV6 && a->bytes[0] == 0xfe && (a->bytes[1] & 0xc0) == 0x80;
}

bool
address_is_host(const struct address *a)
{
	if (a->family == ADDRESS_NONE || address_is_unspecified(a) || address_is_loopback(a) ||
	    address_is_multicast(a))
		return false;
	return a->family == ADDRESS_IPV6 || (a->bytes[0] != 0 && a->bytes[0] < 0xe0);
}

bool
address_is_multicast(const struct address *a)
{
	if (a->family == ADDRESS_IPV4)
		return (a->bytes[0] & 0xf0) == 0xe0;
	return a->family == ADDRESS_IPV6 && a->bytes[0] == 0xff;
}

bool
mac_equal(const struct mac *a, const struct mac *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

bool
mac_is_zero(const struct mac *m)
{
	static const struct mac zero;

	return mac_equal(m, &zero);
}

bool
mac_is_multicast(const struct mac *m)
{
	return m->bytes[0] & 1;
}

bool
mac_is_local(const struct mac *m)
{
	return m->bytes[0] & 2;
}

size_t
address_to_sockaddr(const struct address *a, uint16_t port, struct sockaddr_storage *ret)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};

	memset(ret, 0, sizeof(*ret));
	if (a->family == ADDRESS_IPV4) {
		memcpy(&v4.sin_addr, a->bytes, 4);
		memcpy(ret, &v4, sizeof(v4));
		return sizeof(v4);
	}
	memcpy(&v6.sin6_addr, a->bytes, 16);
	memcpy(ret, &v6, sizeof(v6));
	return sizeof(v6);
}

int
address_from_sockaddr(const struct sockaddr *sa, struct address *ret, uint16_t *ret_port)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (sa->sa_family == AF_INET) {
		memcpy(&v4, sa, sizeof(v4));
		*ret = address_v4((const uint8_t *)&v4.sin_addr);
		*ret_port = ntohs(v4.sin_port);
		return 0;
	}
	if (sa->sa_family == AF_INET6) {
		memcpy(&v6, sa, sizeof(v6));
		*ret = address_v6((const uint8_t *)&v6.sin6_addr);
		*ret_port = ntohs(v6.sin6_port);
		return 0;
	}
	return -EAFNOSUPPORT;
}
