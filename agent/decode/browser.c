/*
 * Announcements of the browser service ([MS-BRWS], in mailslots of SMB over NetBIOS datagrams,
 * RFC 1002 4.4): who a Windows or Samba host is, of which workgroup, what it runs. Any datagram
 * tells its sender's name. Deliberately not read: elections, lists of backup browsers, and what
 * is told of other workgroups.
 */
#include "agent/decode/decode.h"

#include <string.h>

#include "agent/decode/netbios.h"
#include "agent/decode/value.h"
#include "common/check.h"
#include "common/text.h"

enum {
	DATAGRAM_UNIQUE = 0x10, /* RFC 1002 4.4.1: to one name, to a group, to all */
	DATAGRAM_BROADCAST = 0x12,
	DATAGRAM_ERROR = 0x13,
	SUFFIX_WORKSTATION = 0x00,
	SUFFIX_SERVER = 0x20,
	SUFFIX_MASTER = 0x1d,
	SUFFIX_ELECTION = 0x1e,
	SMB_TRANSACTION = 0x25,
	HOST_ANNOUNCEMENT = 1, /* [MS-BRWS] 2.2 */
	LOCAL_MASTER_ANNOUNCEMENT = 15,
};

/* A name and its scope, of which only the name is read; false when it is none. */
static bool
take_name(struct cursor *c, uint8_t ret[static NETBIOS_NAME_BYTES])
{
	struct cursor label = cursor_cut(c, cursor_u8(c));
	bool good = cursor_ok(&label) && netbios_name_decode(label.at, label.left, ret);

	for (;;) {
		uint8_t len = cursor_u8(c);

		if (len == 0 || !cursor_take(c, len))
			return good && cursor_ok(c);
	}
}

/* SV_TYPE_ of [MS-SRVS] 2.2.2.7, as far as they tell one kind of host from another. */
static void
add_server_type(struct sighting *s, uint32_t bits)
{
	static const struct {
		uint32_t bit;
		const char *word;
	} words[] = {
	    {0x00000001, "workstation"},
	    {0x00000002, "server"},
	    {0x00000004, "sqlserver"},
	    {0x00000008, "domain_controller"},
	    {0x00000010, "backup_controller"},
	    {0x00000020, "time_source"},
	    {0x00000040, "afp"},
	    {0x00000080, "novell"},
	    {0x00000100, "domain_member"},
	    {0x00000200, "print_queue"},
	    {0x00000400, "dialin"},
	    {0x00000800, "unix"},
	    {0x00001000, "nt"},
	    {0x00002000, "windows_for_workgroups"},
	    {0x00008000, "nt_server"},
	    {0x00010000, "potential_browser"},
	    {0x00020000, "backup_browser"},
	    {0x00040000, "master_browser"},
	    {0x00080000, "domain_master"},
	    {0x00400000, "windows_9x"},
	    {0x02000000, "terminal_server"},
	};
	char text[384] = "";
	size_t len = 0;

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (bits & words[i].bit)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s",
			    len ? "," : "", words[i].word);
	(void)sighting_add(s, "server_type", text, len);
}

/* 2.2.1 and 2.2.10: a host and a local master say the same of themselves. */
static void
read_announcement(struct cursor *c, struct sighting *s)
{
	uint8_t code = cursor_u8(c), major, minor;
	const uint8_t *name;
	size_t left;
	uint32_t type;

	if (code != HOST_ANNOUNCEMENT && code != LOCAL_MASTER_ANNOUNCEMENT)
		return;
	(void)cursor_take(c, 1 + 4); /* count, period */
	name = cursor_take(c, NETBIOS_NAME_BYTES);
	major = cursor_u8(c);
	minor = cursor_u8(c);
	type = cursor_le16(c);
	type |= (uint32_t)cursor_le16(c) << 16;
	(void)cursor_take(c, 2 + 2); /* browser version, signature */
	if (!name || !cursor_ok(c))
		return;
	(void)sighting_add(s, "name", name, NETBIOS_NAME_BYTES);
	(void)sighting_add_format(s, "os_version", "%u.%u", major, minor);
	add_server_type(s, type);
	left = cursor_left(c);
	(void)sighting_add(s, "comment", cursor_take(c, left), left);
}

/* [MS-CIFS] 2.2.4.33.1: what a transaction to the browser's mailslot carries; a failed cursor
 * for any other. Offsets count from the head. */
static struct cursor
open_mailslot(struct cursor smb)
{
	static const uint8_t head[] = {0xff, 'S', 'M', 'B', SMB_TRANSACTION};
	static const char mailslot[] = "\\MAILSLOT\\BROWSE";
	struct cursor c = smb, none = {.failed = true}, data = smb;
	const uint8_t *start = cursor_take(&c, sizeof(head));
	uint16_t len, offset, bytes;
	uint8_t words;

	if (!start || memcmp(start, head, sizeof(head)) != 0)
		return none;
	(void)cursor_take(&c, 32 - sizeof(head));
	words = cursor_u8(&c);
	if (words < 14)
		return none;
	(void)cursor_take(&c, 11 * 2);
	len = cursor_le16(&c);
	offset = cursor_le16(&c);
	(void)cursor_take(&c, (words - 13u) * 2u);
	bytes = cursor_le16(&c);
	start = cursor_take(&c, sizeof(mailslot));
	if (!start || bytes < sizeof(mailslot) ||
	    memcmp(start, mailslot, sizeof(mailslot)) != 0)
		return none;
	(void)cursor_take(&data, offset);
	return cursor_cut(&data, len);
}

/* The workgroup is whom an announcement is made to. */
static void
add_workgroup(struct sighting *s, const uint8_t to[static NETBIOS_NAME_BYTES])
{
	uint8_t suffix = to[NETBIOS_NAME_BYTES - 1];

	if (suffix == SUFFIX_MASTER || suffix == SUFFIX_ELECTION ||
	    suffix == SUFFIX_WORKSTATION)
		(void)sighting_add(s, "workgroup", to, NETBIOS_NAME_BYTES - 1);
}

static enum decode_verdict
browser_decode(const struct frame *frame, struct sighting *ret)
{
	struct sighting s = decode_begin(&decoder_browser, frame);
	uint8_t from[NETBIOS_NAME_BYTES], to[NETBIOS_NAME_BYTES], kind;
	struct cursor c = frame->payload, announcement;
	uint16_t offset;

	kind = cursor_u8(&c);
	(void)cursor_take(&c, 1 + 2 + 4 + 2 + 2); /* flags, id, source, length */
	if (!cursor_ok(&c) || kind < DATAGRAM_UNIQUE || kind > DATAGRAM_BROADCAST)
		return cursor_ok(&c) || kind == DATAGRAM_ERROR ? DECODE_NOT_MINE
							       : DECODE_MALFORMED;
	offset = cursor_be16(&c);
	if (!cursor_ok(&c))
		return DECODE_MALFORMED;
	if (offset != 0) /* a later piece */
		return DECODE_NOT_MINE;
	if (!take_name(&c, from) || !take_name(&c, to))
		return DECODE_MALFORMED;
	if (from[NETBIOS_NAME_BYTES - 1] == SUFFIX_WORKSTATION ||
	    from[NETBIOS_NAME_BYTES - 1] == SUFFIX_SERVER)
		(void)sighting_add(&s, "name", from, NETBIOS_NAME_BYTES - 1);
	announcement = open_mailslot(c);
	if (cursor_left(&announcement) && (*announcement.at == HOST_ANNOUNCEMENT ||
					      *announcement.at == LOCAL_MASTER_ANNOUNCEMENT)) {
		read_announcement(&announcement, &s);
		add_workgroup(&s, to);
	}
	*ret = s;
	return DECODE_OK;
}

const struct decoder decoder_browser = {
    .name = "browser",
    .filter = "udp port 138",
    .places = {{FRAME_UDP, 138}},
    .decode = browser_decode,
};
