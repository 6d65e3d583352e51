/*
 * A capture file through the decoders (sensor.h: `scan --pcap FILE`): pcap and
 * pcapng as libpcap reads them, with microseconds rounded to milliseconds. No capture filter:
 * every frame is looked at.
 */
#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>

#include "agent/sensor/capture.h"
#include "common/check.h"

struct reading {
	enum frame_link link;
	struct sensor_counters counters;
	void (*on_sighting)(void *arg, const struct sighting *sighting);
	void *arg;
};

static int
link_of(pcap_t *pcap, enum frame_link *ret)
{
	static const struct {
		int pcap;
		enum frame_link link;
	} links[] = {
	    {DLT_EN10MB, FRAME_LINK_ETHERNET},
	    {DLT_LINUX_SLL, FRAME_LINK_COOKED},
	    {DLT_LINUX_SLL2, FRAME_LINK_COOKED2},
	    {DLT_RAW, FRAME_LINK_RAW_IP},
	    {DLT_IPV4, FRAME_LINK_RAW_IP},
	    {DLT_IPV6, FRAME_LINK_RAW_IP},
	    {DLT_NULL, FRAME_LINK_LOOPBACK},
	    {DLT_LOOP, FRAME_LINK_LOOPBACK},
	};

	for (size_t i = 0; i < COUNT_OF(links); i++)
		if (links[i].pcap == pcap_datalink(pcap)) {
			*ret = links[i].link;
			return 0;
		}
	return -EPROTONOSUPPORT;
}

static void
read_frame(struct reading *r, const struct pcap_pkthdr *header, const u_char *bytes)
{
	struct sighting s[CAPTURE_SIGHTINGS_MAX];
	size_t n = capture_judge(r->link, bytes, header->caplen, header->len, &r->counters, s);

	for (size_t i = 0; i < n; i++) {
		if (header->ts.tv_sec >= 0)
			s[i].seen_ms =
			    (int64_t)header->ts.tv_sec * 1000 + header->ts.tv_usec / 1000;
		r->on_sighting(r->arg, &s[i]);
	}
}

/* 0 at the end of the file, -EBADMSG where it breaks off. */
static int
read_frames(pcap_t *pcap, struct reading *r)
{
	struct pcap_pkthdr *header;
	const u_char *bytes;
	int got;

	while ((got = pcap_next_ex(pcap, &header, &bytes)) == 1)
		read_frame(r, header, bytes);
	return got == PCAP_ERROR_BREAK ? 0 : -EBADMSG;
}

int
capture_read_file(const char *path,
    void (*on_sighting)(void *arg, const struct sighting *sighting), void *arg,
    struct sensor_counters *ret_counters, char error[static 256])
{
	struct reading reading = {.on_sighting = on_sighting, .arg = arg};
	pcap_t *pcap;
	int r;

	_Static_assert(PCAP_ERRBUF_SIZE <= 256, "room for libpcap's words");
	error[0] = '\0';
	errno = 0;
	pcap = pcap_open_offline(path, error);
	if (!pcap) {
		if (errno != ENOENT && errno != EACCES)
			return -EBADMSG;
		(void)snprintf(
		    error, 256, "%s", strerror(errno)); /* libpcap names the file too */
		return -errno;
	}
	capture_counters_name(&reading.counters);
	r = link_of(pcap, &reading.link);
	if (r < 0)
		(void)snprintf(error, 256,
		    "cannot read frames of link type %s, only Ethernet, Linux cooked, raw "
		    "IP and loopback",
		    pcap_datalink_val_to_name(pcap_datalink(pcap)));
	else
		r = read_frames(pcap, &reading);
	if (r == -EBADMSG)
		(void)snprintf(error, 256, "%s", pcap_geterr(pcap));
	pcap_close(pcap);
	*ret_counters = reading.counters;
	return r;
}
