/*
 * Finds makers in the tables that vendor_table.awk makes at build time, by binary
 * search, the longest prefix first (IEEE 802 MA-S, MA-M, MA-L), and gives their
 * names as people say them. It does not guess a maker from a text.
 */
#include "common/classify/vendor.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/address.h"
#include "common/check.h"
#include "common/classify/vendor_table.h"
#include "common/text.h"

static const char *
row_find(const struct vendor_row rows[], size_t count, uint32_t prefix)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (rows[middle].prefix < prefix)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && rows[low].prefix == prefix ? vendor_names + rows[low].name : NULL;
}

static const char *
long_row_find(const struct vendor_long_row rows[], size_t count, uint64_t prefix)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (rows[middle].prefix < prefix)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && rows[low].prefix == prefix ? vendor_names + rows[low].name : NULL;
}

const char *
vendor_of_mac(const struct mac *mac)
{
	uint64_t bits = 0;
	const char *name;

	if (mac_is_local(mac) || mac_is_multicast(mac) || mac_is_zero(mac))
		return NULL;
	for (size_t i = 0; i < sizeof(mac->bytes); i++)
		bits = bits << 8 | mac->bytes[i];
	name = long_row_find(vendor_mas, vendor_mas_count, bits >> 12);
	if (!name)
		name = row_find(vendor_mam, vendor_mam_count, (uint32_t)(bits >> 20));
	if (!name)
		name = row_find(vendor_mal, vendor_mal_count, (uint32_t)(bits >> 24));
	return name;
}

/*
 * The list of numbers whose registered name is not what stands on the device today: the
 * company was bought, or registered under a legal name that nobody knows.
 */
/* clang-format off */
static const struct {
	uint32_t number;
	const char *name;
} enterprise_names[] = {
	{2, "IBM"},
	{36, "DEC"},
	{42, "Oracle (Sun)"},
	{43, "3Com"},
	{45, "Avaya (Nortel)"},
	{52, "Extreme Networks (Enterasys)"},
	{81, "Avaya"},
	{89, "Radware"},
	{161, "Cambium Networks"},
	{211, "Fujitsu"},
	{231, "Fujitsu"},
	{232, "HPE"},
	{258, "Panasonic"},
	{259, "Edge-core (Accton)"},
	{272, "bintec elmeg"},
	{297, "Fujifilm"},
	{437, "Cisco"},
	{476, "Vertiv (Liebert)"},
	{480, "Konica Minolta"},
	{529, "Lucent"},
	{562, "Nortel"},
	{629, "MRV"},
	{637, "Nokia"},
	{705, "Eaton"},
	{714, "Dell Wyse"},
	{738, "Telco Systems"},
	{789, "NetApp"},
	{800, "Alcatel-Lucent Enterprise"},
	{818, "Victron"},
	{850, "Tripplite"},
	{868, "Transition Networks"},
	{872, "AVM"},
	{885, "Vertiv (Reltec)"},
	{935, "Eaton"},
	{1129, "Toshiba"},
	{1182, "Yamaha"},
	{1211, "Oracle (StorageTek)"},
	{1230, "McAfee"},
	{1369, "Forcepoint (Stonesoft)"},
	{1588, "Brocade"},
	{1714, "Infortrend"},
	{1872, "Radware (Alteon)"},
	{1918, "Eaton (Swichtec)"},
	{1981, "Dell"},
	{1991, "Ruckus"},
	{2136, "EFI"},
	{2254, "Delta"},
	{2272, "Avaya (Nortel)"},
	{2281, "Ceragon"},
	{2334, "Blue Coat (Packeteer)"},
	{2925, "Avocent (Cyclades)"},
	{3003, "Alcatel-Lucent Enterprise"},
	{3073, "Tandberg Data (Exabyte)"},
	{3076, "Cisco"},
	{3224, "Juniper"},
	{3320, "BDCOM"},
	{3373, "SIAE Microelettronica"},
	{3375, "F5"},
	{3417, "Blue Coat"},
	{3709, "Datacom (Teracom)"},
	{3807, "FiberHome"},
	{3854, "AKCP"},
	{3902, "ZTE"},
	{3942, "InfiNet"},
	{3955, "Cisco Linksys"},
	{3967, "Bosch"},
	{4115, "Arris"},
	{4555, "Socomec"},
	{4874, "Juniper"},
	{4998, "Arris"},
	{5227, "Buffalo"},
	{5454, "Trango"},
	{5491, "Riello"},
	{5528, "APC NetBotz (Schneider Electric)"},
	{5596, "Tandberg (Cisco)"},
	{5624, "Extreme Networks (Enterasys)"},
	{5651, "Maipu"},
	{5655, "Cisco"},
	{5951, "Citrix NetScaler"},
	{6027, "Dell Force10"},
	{6141, "Ciena"},
	{6302, "Vertiv (Emerson)"},
	{6339, "DCN"},
	{6486, "Alcatel-Lucent Enterprise"},
	{6527, "Nokia"},
	{7309, "Alpha (Argus)"},
	{7571, "SAF Tehnika"},
	{8164, "Cisco (Starent)"},
	{8744, "HP (Colubris)"},
	{8886, "Raisecom"},
	{8962, "McAfee (IntruVert)"},
	{9070, "Microchip (Symmetricom)"},
	{9148, "Oracle (Acme Packet)"},
	{9303, "Waystream"},
	{9304, "CTS"},
	{9789, "Sophos (Astaro)"},
	{9804, "HPE (LeftHand)"},
	{10002, "Ubiquiti"},
	{10418, "Vertiv (Avocent)"},
	{10704, "Barracuda"},
	{10734, "Trend Micro (TippingPoint)"},
	{10812, "InfoTeCS"},
	{10876, "Supermicro"},
	{11096, "Hitachi (BlueArc)"},
	{11369, "Lenovo"},
	{11622, "HPE (3PAR)"},
	{11898, "Proxim"},
	{12124, "Dell"},
	{12148, "Eltek"},
	{12532, "Pulse Secure (Juniper)"},
	{12740, "Dell EqualLogic"},
	{12925, "HPE (3PAR)"},
	{13858, "Eltek"},
	{14125, "EnGenius (Senao)"},
	{14179, "Cisco"},
	{14501, "Blue Coat"},
	{14525, "Juniper"},
	{14823, "Aruba"},
	{15004, "Siemens RuggedCom"},
	{15497, "Cisco"},
	{15983, "Fortinet (Meru)"},
	{16139, "Dell Compellent"},
	{16885, "Avaya (Nortel)"},
	{16972, "TP-Link"},
	{17373, "Vertiv (Geist)"},
	{18248, "Papouch"},
	{18837, "Orolia"},
	{19046, "Lenovo"},
	{19746, "Dell"},
	{20301, "Lenovo (IBM)"},
	{20974, "AMI"},
	{21013, "Cambium Networks (Xirrus)"},
	{21067, "Sophos (Cyberoam)"},
	{21239, "Vertiv (Geist)"},
	{22420, "Accedian"},
	{23128, "McAfee (NitroSecurity)"},
	{23867, "Aruba"},
	{24575, "Tranzeo"},
	{26543, "Blade Network (IBM, Lenovo)"},
	{27662, "Peplink"},
	{27975, "FS"},
	{28458, "Nokia"},
	{29671, "Cisco Meraki"},
	{30932, "Chatsworth"},
	{31926, "Siklu"},
	{32761, "LigoWave"},
	{33049, "Mellanox"},
	{34592, "C-Data"},
	{37447, "HPE Nimble"},
	{37950, "V-SOL"},
	{39747, "Uniview"},
	{40093, "Pantum"},
	{40310, "Cumulus (Nvidia)"},
	{40418, "SNR"},
	{41916, "Cisco"},
	{43296, "Cisco"},
	{45741, "UserGate"},
	{47196, "Aruba"},
	{50114, "Palo Alto Networks"},
	{51966, "Katusha"},
	{52573, "Keenetic"},
	{52642, "FS"},
	{52674, "APC NetBotz (Schneider Electric)"},
};
/* clang-format on */

const char *
vendor_of_enterprise(uint32_t number)
{
	for (size_t i = 0; i < COUNT_OF(enterprise_names); i++)
		if (enterprise_names[i].number == number)
			return enterprise_names[i].name;
	return row_find(vendor_enterprise, vendor_enterprise_count, number);
}

bool
vendor_is_software(uint32_t enterprise)
{
	/* net-snmp, UCD, bsnmpd, FreeBSD, OpenBSD, SNMP Research, Zebra, Squid, LAN Manager;
	 * Broadcom for the software of its switching chips */
	static const uint32_t software[] = {
	    0, 77, 99, 2021, 2238, 3317, 3495, 4413, 8072, 12325, 30155};

	for (size_t i = 0; i < COUNT_OF(software); i++)
		if (software[i] == enterprise)
			return true;
	return false;
}

uint32_t
vendor_enterprise_of_oid(const char *oid)
{
	static const char root[] = "1.3.6.1.4.1.";
	char *end;
	unsigned long number;

	if (*oid == '.')
		oid++;
	if (strncmp(oid, root, sizeof(root) - 1) != 0)
		return 0;
	oid += sizeof(root) - 1;
	if (*oid < '0' || *oid > '9')
		return 0;
	number = strtoul(oid, &end, 10);
	if ((*end != '\0' && *end != '.') || number > UINT32_MAX)
		return 0;
	return (uint32_t)number;
}

/*
 * The list of makers whose registered names differ from what everybody calls
 * them, or from one register to the other. First match wins.
 */
/* clang-format off */
static const struct {
	const char *pattern, *name;
} short_names[] = {
	{"hewlett packard enterprise*|hpe|hpe *|hewlett-packard enterprise*", "HPE"},
	{"hewlett*packard*|hp|hp inc*|hp,*", "HP"},
	{"aruba*", "Aruba"},
	{"cisco meraki*|meraki*", "Cisco Meraki"},
	{"cisco linksys*", "Cisco Linksys"},
	{"cisco*", "Cisco"},
	{"american power conversion*|apc|apc by*", "APC"},
	{"tripp lite*", "Tripplite"},
	{"seiko epson*|epson*", "Epson"},
	{"kyocera*", "Kyocera"},
	{"fuji xerox*|fujifilm*", "Fujifilm"},
	{"xerox*", "Xerox"},
	{"brother industries*|brother", "Brother"},
	{"canon*", "Canon"},
	{"ricoh*", "Ricoh"},
	{"konica minolta*|konica*", "Konica Minolta"},
	{"lexmark*", "Lexmark"},
	{"oki data*|okidata*|oki electric*|oki", "OKI"},
	{"sharp|sharp *", "Sharp"},
	{"toshiba*", "Toshiba"},
	{"zhuhai pantum*|pantum*", "Pantum"},
	{"samsung*", "Samsung"},
	{"panasonic*|matsushita*", "Panasonic"},
	{"hikvision*|hangzhou hikvision*", "Hikvision"},
	{"dahua*|zhejiang dahua*", "Dahua"},
	{"axis communications*", "Axis"},
	{"mikrotik*|routerboard*", "MikroTik"},
	{"eltex*", "Eltex"},
	{"nag llc*|nag, llc*|snr|snr *", "SNR"},
	{"qtech*", "QTECH"},
	{"d-link*|dlink*", "D-Link"},
	{"tp-link*|tplink*|tp link*", "TP-Link"},
	{"zyxel*", "Zyxel"},
	{"huawei*", "Huawei"},
	{"h3c*|hangzhou h3c*|new h3c*", "H3C"},
	{"zte*", "ZTE"},
	{"ubiquiti*|frogfoot*", "Ubiquiti"},
	{"ruckus*", "Ruckus"},
	{"keenetic*|ndm systems*", "Keenetic"},
	{"juniper*", "Juniper"},
	{"netgear*", "Netgear"},
	{"fortinet*", "Fortinet"},
	{"asustek*|asus*", "ASUS"},
	{"dell|dell inc*|dell emc*|dell computer*|dell,*", "Dell"},
	{"lenovo*", "Lenovo"},
	{"international business machines*|ibm|ibm *", "IBM"},
	{"acer*", "Acer"},
	{"intel|intel corp*", "Intel"},
	{"realtek*", "Realtek"},
	{"giga-byte*|gigabyte*", "Gigabyte"},
	{"micro-star*|msi", "MSI"},
	{"elitegroup*", "ECS"},
	{"hon hai*|foxconn*", "Foxconn"},
	{"super micro*|supermicro*", "Supermicro"},
	{"vmware*", "VMware"},
	{"microsoft*", "Microsoft"},
	{"apple|apple *|apple,*", "Apple"},
	{"synology*", "Synology"},
	{"qnap*", "QNAP"},
	{"powercom*", "Powercom"},
	{"cyber power*|cyberpower*", "CyberPower"},
	{"eaton*|powerware*", "Eaton"},
	{"yealink*|xiamen yealink*|yealink(xiamen)*", "Yealink"},
	{"grandstream*", "Grandstream"},
	{"polycom*", "Polycom"},
	{"smart technologies*", "SMART"},
	{"promethean*", "Promethean"},
	{"viewsonic*", "ViewSonic"},
	{"benq*", "BenQ"},
	{"optoma*", "Optoma"},
	{"newline*", "Newline"},
	{"prestigio*", "Prestigio"},
	{"lumien*", "Lumien"},
	{"nextouch*|nex touch*", "NexTouch"},
	{"edflat*", "EdFlat"},
	{"teachtouch*", "TeachTouch"},
	{"geckotouch*", "Geckotouch"},
	{"iqboard*|returnstar*", "IQBoard"},
	{"intervolna*|interwolna*", "Интерволна"},
	{"pc aquarius*|aquarius*", "Aquarius"},
	{"kraftway*", "Kraftway"},
	{"depo|depo *", "Depo"},
	{"iru|iru *", "iRU"},
	{"graviton*|гравитон*", "Graviton"},
	{"kns group*|yadro*", "Yadro"},
	{"*npk rotek*|*ntc rotek*|rotek*", "Rotek"},
	{"zelax*", "Zelax"},
	{"beltex*", "Beltex"},
	{"nec|nec *", "NEC"},
	{"casio*", "Casio"},
	{"hitachi*", "Hitachi"},
	{"sony|sony *", "Sony"},
	{"lg electronics*", "LG"},
	{"raspberry pi*", "Raspberry Pi"},
	{"palo alto networks*", "Palo Alto Networks"},
	{"allied telesis*|allied telesyn*", "Allied Telesis"},
	{"extreme networks*", "Extreme Networks"},
	{"alcatel-lucent enterprise*|ale international*", "Alcatel-Lucent Enterprise"},
};
/* clang-format on */

/* Legal forms that end a registered name and tell nobody anything. */
static const char *const legal_forms[] = {"inc", "inc.", "incorporated", "corp", "corp.",
    "corporation", "co", "co.", "ltd", "ltd.", "limited", "llc", "l.l.c.", "gmbh", "ag", "kg",
    "b.v.", "bv", "n.v.", "s.a.", "sa", "s.p.a.", "spa", "s.r.l.", "srl", "ab", "as", "a/s",
    "oy", "plc", "pty", "pty.", "pte", "pte.", "company", "co.,ltd", "co.,ltd.", "co.,limited",
    "co,ltd", "co.ltd", "co.ltd.", "s.r.o.", "sdn", "bhd", "&"};

static bool
is_legal_form(const char *word, size_t len)
{
	for (size_t i = 0; i < COUNT_OF(legal_forms); i++)
		if (strlen(legal_forms[i]) == len &&
		    strncasecmp(legal_forms[i], word, len) == 0)
			return true;
	return false;
}

/* Takes legal forms off the end of a name, never its first word. */
static void
strip_legal_forms(char *name)
{
	size_t len = strlen(name);

	for (;;) {
		size_t start;

		while (len && strchr(" ,", name[len - 1]))
			len--;
		start = len;
		while (start && !strchr(" ", name[start - 1]))
			start--;
		if (start == 0 || !is_legal_form(name + start, len - start))
			break;
		len = start;
	}
	name[len] = '\0';
}

void
vendor_short_name(const char *name, char *ret, size_t size)
{
	for (size_t i = 0; i < COUNT_OF(short_names); i++) {
		if (text_match(short_names[i].pattern, name)) {
			(void)text_copy(ret, size, short_names[i].name);
			return;
		}
	}
	(void)text_copy(ret, size, name);
	strip_legal_forms(ret);
}
