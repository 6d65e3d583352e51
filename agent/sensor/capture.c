/*
 * Captures on live interfaces: see capture.h. Not promiscuous: all that is sent
 * to everybody or to any group is taken (PACKET_MR_ALLMULTI), other people's
 * unicast is not.
 */
#include "agent/sensor/capture.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "agent/decode/decode.h"
#include "common/check.h"

enum {
	SNAP_BYTES = 1600, /* an Ethernet frame with tags */
	RING_BYTES = 256 * 1024,
};

struct capture {
	pcap_t *pcap;
	char interface[16];
	uint64_t dropped;
};

/* What a frame's callback is called with. */
struct handing {
	capture_frame_fn fn;
	void *arg;
};

static int
set_options(pcap_t *pcap)
{
	int r = pcap_set_snaplen(pcap, SNAP_BYTES);

	if (r == 0)
		r = pcap_set_promisc(pcap, 0);
	if (r == 0)
		r = pcap_set_immediate_mode(pcap, 1);
	if (r == 0)
		r = pcap_set_buffer_size(pcap, RING_BYTES);
	if (r == 0)
		r = pcap_set_timeout(pcap, 1000); /* without effect in immediate mode */
	return r;
}

static int
error_number(int status)
{
	switch (status) {
	case PCAP_ERROR_PERM_DENIED:
	case PCAP_ERROR_PROMISC_PERM_DENIED:
		return -EPERM;
	case PCAP_ERROR_NO_SUCH_DEVICE:
		return -ENODEV;
	case PCAP_ERROR_IFACE_NOT_UP:
		return -ENETDOWN;
	default:
		return -EIO;
	}
}

static int
set_filter(pcap_t *pcap, const char *filter)
{
	struct bpf_program program;
	int r;

	if (pcap_compile(pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN) < 0)
		return -EINVAL;
	r = pcap_setfilter(pcap, &program) < 0 ? -EIO : 0;
	pcap_freecode(&program);
	return r;
}

/* LLDP, CDP and mDNS go to groups that the card would not let in. */
static int
join_groups(pcap_t *pcap, uint32_t ifindex)
{
	struct packet_mreq every = {.mr_ifindex = (int)ifindex, .mr_type = PACKET_MR_ALLMULTI};

	if (setsockopt(pcap_fileno(pcap), SOL_PACKET, PACKET_ADD_MEMBERSHIP, &every,
		sizeof(every)) < 0)
		return -errno;
	return 0;
}

static int
prepare(pcap_t *pcap, uint32_t ifindex, const char *filter, char error[static PCAP_ERRBUF_SIZE])
{
	int r;

	if (pcap_datalink(pcap) != DLT_EN10MB) {
		(void)snprintf(error, PCAP_ERRBUF_SIZE, "not an Ethernet interface");
		return -EPROTONOSUPPORT;
	}
	r = set_filter(pcap, filter);
	if (r == 0 &&
	    (pcap_setdirection(pcap, PCAP_D_IN) < 0 || pcap_get_selectable_fd(pcap) < 0))
		r = -EIO;
	if (r < 0) {
		(void)snprintf(error, PCAP_ERRBUF_SIZE, "%s", pcap_geterr(pcap));
		return r;
	}
	if (pcap_setnonblock(pcap, 1, error) < 0)
		return -EIO;
	r = join_groups(pcap, ifindex);
	if (r < 0)
		(void)snprintf(error, PCAP_ERRBUF_SIZE, "cannot join all groups");
	return r;
}

int
capture_open(const char *interface, uint32_t ifindex, const char *filter,
    char error[static CAPTURE_ERROR_BYTES], struct capture **ret)
{
	struct capture *capture = calloc(1, sizeof(*capture));
	int status, r;

	_Static_assert(CAPTURE_ERROR_BYTES >= PCAP_ERRBUF_SIZE, "room for libpcap's words");
	error[0] = '\0';
	if (!capture)
		return -ENOMEM;
	(void)snprintf(capture->interface, sizeof(capture->interface), "%s", interface);
	capture->pcap = pcap_create(interface, error);
	if (!capture->pcap) {
		free(capture);
		return -EIO;
	}
	status = set_options(capture->pcap);
	if (status == 0)
		status = pcap_activate(capture->pcap);
	if (status < 0) {
		(void)snprintf(error, CAPTURE_ERROR_BYTES, "%s", pcap_statustostr(status));
		if (pcap_geterr(capture->pcap)[0])
			(void)snprintf(
			    error, CAPTURE_ERROR_BYTES, "%s", pcap_geterr(capture->pcap));
		r = error_number(status);
	} else {
		r = prepare(capture->pcap, ifindex, filter, error);
	}
	if (r < 0) {
		capture_close(capture);
		return r;
	}
	*ret = capture;
	return 0;
}

void
capture_close(struct capture *capture)
{
	if (!capture)
		return;
	pcap_close(capture->pcap);
	free(capture);
}

int
capture_fd(const struct capture *capture)
{
	return pcap_get_selectable_fd(capture->pcap);
}

static void
on_packet(u_char *at, const struct pcap_pkthdr *header, const u_char *bytes)
{
	/* libpcap hands a pointer of ours through as bytes. */
	const struct handing *handing = (const struct handing *)(const void *)at;

	handing->fn(handing->arg, bytes, header->caplen, header->len);
}

/* The kernel unbinds the socket of an interface that is gone. */
bool
capture_gone(const struct capture *capture)
{
	struct sockaddr_ll bound = {0};
	socklen_t len = sizeof(bound);

	return getsockname(pcap_fileno(capture->pcap), (struct sockaddr *)&bound, &len) < 0 ||
	       bound.sll_ifindex <= 0;
}

int
capture_read(struct capture *capture, int max, capture_frame_fn fn, void *arg)
{
	struct handing handing = {fn, arg};
	int n = pcap_dispatch(capture->pcap, max, on_packet, (u_char *)&handing);

	if (n >= 0)
		return n;
	if (n == PCAP_ERROR_BREAK)
		return 0;
	/* libpcap has one error for an interface that was set down and for one that is gone. */
	return capture_gone(capture) ? -ENODEV : -ENETDOWN;
}

int
capture_send(struct capture *capture, const void *frame, size_t len)
{
	errno = 0;
	if (pcap_inject(capture->pcap, frame, len) >= 0)
		return 0;
	if (errno == ENOBUFS || errno == EAGAIN || errno == EWOULDBLOCK)
		return -EAGAIN;
	return errno ? -errno : -EIO;
}

uint64_t
capture_dropped(struct capture *capture)
{
	struct pcap_stat stat;

	if (pcap_stats(capture->pcap, &stat) == 0)
		capture->dropped = stat.ps_drop;
	return capture->dropped;
}

void
capture_counters_name(struct sensor_counters *ret)
{
	memset(ret, 0, sizeof(*ret));
	_Static_assert(DECODER_COUNT <= COUNT_OF(((struct sensor_counters *)0)->decoder),
	    "room for every decoder's counters");
	ret->n = DECODER_COUNT;
	for (size_t i = 0; i < DECODER_COUNT; i++)
		(void)snprintf(ret->decoder[i].name, sizeof(ret->decoder[i].name), "%s",
		    decoders[i]->name);
}

size_t
capture_judge(enum frame_link link, const uint8_t *bytes, size_t captured, size_t len,
    struct sensor_counters *counters, struct sighting ret[static CAPTURE_SIGHTINGS_MAX])
{
	int decoder;

	counters->frames++;
	switch (decode_frame(link, bytes, captured, ret, &decoder)) {
	case DECODE_OK:
		counters->decoder[decoder].ok++;
		return decode_sender(link, bytes, captured, &ret[0], &ret[1]) ? 2 : 1;
	case DECODE_NOT_MINE:
		counters->not_mine++;
		break;
	case DECODE_MALFORMED:
		if (captured < len)
			counters->cut++;
		else if (decoder < 0)
			counters->headers_malformed++;
		else
			counters->decoder[decoder].malformed++;
		break;
	}
	return 0;
}
