/* Numbers that stand for credentials in what is remembered: a hash of 64 bits, salted by what
 * it is of, so that no passphrase need be written down. */
#include "agent/ask/snmp.h"

/* FNV-1a; each text ends with a byte that no text holds. */
static uint64_t
hash_text(uint64_t hash, const char *text)
{
	for (; *text; text++)
		hash = (hash ^ (uint8_t)*text) * 0x100000001b3u;
	return (hash ^ 0xff) * 0x100000001b3u;
}

static uint64_t
hash_start(const char *kind)
{
	return hash_text(0xcbf29ce484222325u, kind);
}

uint64_t
snmp_community_id(const char *community)
{
	return hash_text(hash_start("community"), community);
}

uint64_t
snmp_user_id(const struct snmp_user *user)
{
	uint64_t hash = hash_text(hash_start("user"), user->name);

	hash = hash_text(hash, user->auth_protocol);
	hash = hash_text(hash, user->auth_passphrase);
	hash = hash_text(hash, user->priv_protocol);
	return hash_text(hash, user->priv_passphrase);
}
