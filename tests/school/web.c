/*
 * What a host serves by HTTP (RFC 9112) at port 80, one answer a connection: a page
 * with web="TITLE|SERVER", the UPnP description (ssdp.c), ONVIF's device service
 * with onvif="MAKER|MODEL|FIRMWARE|SERIAL|HARDWARE|NAME" (ONVIF Core, 8.1 and 8.2; an
 * empty MAKER: it tells only its users) and eSCL's ScannerCapabilities with
 * escl="MAKE AND MODEL|SERIAL|UUID". What would change something is not done.
 */
#include <stdio.h>
#include <string.h>

#include "tests/school/fields.h"
#include "tests/school/school.h"
#include "tests/school/ssdp.h"
#include "tests/school/tcp.h"

enum { HTTP_PORT = 80, BODY_MAX = 1600 };
enum { WEB_TITLE, WEB_SERVER };
enum { ONVIF_MAKER, ONVIF_MODEL, ONVIF_FIRMWARE, ONVIF_SERIAL, ONVIF_HARDWARE, ONVIF_NAME };
enum { ESCL_MODEL, ESCL_SERIAL, ESCL_UUID };

struct page {
	unsigned status;
	const char *type;
	char body[BODY_MAX];
};

static bool
listens(const struct host *h)
{
	return h->upnp || h->web || h->onvif || h->escl;
}

static void
web_page(const struct host *h, struct page *page)
{
	struct fields f;

	fields_cut(h->web, &f);
	page->status = 200;
	page->type = "text/html; charset=\"utf-8\"";
	(void)snprintf(page->body, sizeof(page->body),
	    "<!DOCTYPE html>\n<html><head><title>%s</title></head><body></body></html>\n",
	    fields_at(&f, WEB_TITLE));
}

static void
onvif_page(const struct host *h, const char *request, struct page *page)
{
	static const char head[] =
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" "
	    "xmlns:ter=\"http://www.onvif.org/ver10/error\" "
	    "xmlns:tds=\"http://www.onvif.org/ver10/device/wsdl\" "
	    "xmlns:tt=\"http://www.onvif.org/ver10/schema\"><s:Body>";
	static const char tail[] = "</s:Body></s:Envelope>\n";
	struct fields f;

	fields_cut(h->onvif, &f);
	page->status = 200;
	page->type = "application/soap+xml; charset=utf-8";
	if (strstr(request, "GetHostname")) {
		(void)snprintf(page->body, sizeof(page->body),
		    "%s<tds:GetHostnameResponse><tds:HostnameInformation><tt:FromDHCP>false</"
		    "tt:FromDHCP><tt:Name>%s</tt:Name></tds:HostnameInformation></"
		    "tds:GetHostnameResponse>%s",
		    head, fields_at(&f, ONVIF_NAME), tail);
	} else if (strstr(request, "GetDeviceInformation") && *fields_at(&f, ONVIF_MAKER)) {
		(void)snprintf(page->body, sizeof(page->body),
		    "%s<tds:GetDeviceInformationResponse><tds:Manufacturer>%s</"
		    "tds:Manufacturer>"
		    "<tds:Model>%s</tds:Model><tds:FirmwareVersion>%s</tds:FirmwareVersion>"
		    "<tds:SerialNumber>%s</tds:SerialNumber><tds:HardwareId>%s</tds:HardwareId>"
		    "</tds:GetDeviceInformationResponse>%s",
		    head, fields_at(&f, ONVIF_MAKER), fields_at(&f, ONVIF_MODEL),
		    fields_at(&f, ONVIF_FIRMWARE), fields_at(&f, ONVIF_SERIAL),
		    fields_at(&f, ONVIF_HARDWARE), tail);
	} else {
		page->status = 400;
		(void)snprintf(page->body, sizeof(page->body),
		    "%s<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>"
		    "ter:NotAuthorized</s:Value></s:Subcode></s:Code><s:Reason><s:Text "
		    "xml:lang=\"en\">Sender not authorized</s:Text></s:Reason></s:Fault>%s",
		    head, tail);
	}
}

static void
escl_page(const struct host *h, struct page *page)
{
	struct fields f;

	fields_cut(h->escl, &f);
	page->status = 200;
	page->type = "text/xml";
	(void)snprintf(page->body, sizeof(page->body),
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<scan:ScannerCapabilities "
	    "xmlns:scan=\"http://schemas.hp.com/imaging/escl/2011/05/03\" "
	    "xmlns:pwg=\"http://www.pwg.org/schemas/2010/12/sm\"><pwg:Version>2.63</"
	    "pwg:Version>"
	    "<pwg:MakeAndModel>%s</pwg:MakeAndModel><pwg:SerialNumber>%s</pwg:SerialNumber>"
	    "<scan:UUID>%s</scan:UUID></scan:ScannerCapabilities>\n",
	    fields_at(&f, ESCL_MODEL), fields_at(&f, ESCL_SERIAL), fields_at(&f, ESCL_UUID));
}

/* The body has come as well, as far as Content-Length says. */
static bool
is_whole(const char *request)
{
	const char *end = strstr(request, "\r\n\r\n");
	const char *length = strcasestr(request, "\r\nContent-Length:");
	unsigned size = 0;

	if (!end)
		return false;
	if (length && length < end)
		(void)sscanf(length + 17, "%u", &size);
	return strlen(end + 4) >= size;
}

static bool
answer(
    struct school *s, struct host *h, const char *request, struct packet *answer, bool *closes)
{
	struct page page = {.status = 404, .type = "text/html"};
	char head[320];
	struct fields f = {0};

	(void)s;
	if (!is_whole(request))
		return false;
	if (h->upnp && strncmp(request, "GET /description.xml ", 21) == 0) {
		page.status = 200;
		page.type = "text/xml; charset=\"utf-8\"";
		ssdp_description(h, page.body, sizeof(page.body));
	} else if (h->web && strncmp(request, "GET / ", 6) == 0) {
		web_page(h, &page);
	} else if (h->onvif && strncmp(request, "POST /onvif/device_service ", 27) == 0) {
		onvif_page(h, request, &page);
	} else if (h->escl && strncmp(request, "GET /eSCL/ScannerCapabilities ", 30) == 0) {
		escl_page(h, &page);
	}
	if (h->web)
		fields_cut(h->web, &f);
	(void)snprintf(head, sizeof(head),
	    "HTTP/1.1 %u %s\r\nServer: %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
	    "Connection: close\r\n\r\n",
	    page.status, page.status == 200 ? "OK" : "Not so",
	    *fields_at(&f, WEB_SERVER) ? fields_at(&f, WEB_SERVER) : "mini_httpd", page.type,
	    strlen(page.body));
	packet_append_text(answer, head);
	packet_append_text(answer, page.body);
	*closes = true;
	return true;
}

const struct tcp_service service_web = {HTTP_PORT, listens, NULL, answer};
