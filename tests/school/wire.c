/*
 * An AF_PACKET socket read and written in batches, and a binary heap of frames
 * that wait for their time, which is how a device's latency is made. Frames longer
 * than Ethernet's (segmentation offload on a veth) are dropped: the rig switches
 * offloads off.
 */
#include "tests/school/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/school/scenario.h"

enum { BATCH = 64, SOCKET_BYTES = 16 << 20, WAITING_MAX = 200000 };

struct waiting {
	int64_t at_us;
	uint64_t order; /* frames of one time keep their order */
	struct host *host;
	size_t len;
	uint8_t *frame;
};

struct batch {
	struct mmsghdr message[BATCH];
	struct iovec part[BATCH];
	uint8_t frame[BATCH][WIRE_FRAME_MAX + 2];
	unsigned n;
};

struct wire {
	int fd;
	uint64_t order;
	struct waiting *heap;
	size_t n, size;
	struct batch in, out;
};

static void
batch_prepare(struct batch *b)
{
	size_t i;

	for (i = 0; i < BATCH; i++) {
		b->part[i] = (struct iovec){.iov_base = b->frame[i], .iov_len = WIRE_FRAME_MAX};
		b->message[i].msg_hdr.msg_iov = &b->part[i];
		b->message[i].msg_hdr.msg_iovlen = 1;
	}
}

int
wire_open(const char *interface, struct wire **ret)
{
	struct sockaddr_ll address = {.sll_family = AF_PACKET,
	    .sll_protocol = htons(ETH_P_ALL),
	    .sll_ifindex = (int)if_nametoindex(interface)};
	struct packet_mreq promiscuous = {
	    .mr_ifindex = address.sll_ifindex, .mr_type = PACKET_MR_PROMISC};
	int bytes = SOCKET_BYTES, yes = 1, r;
	struct wire *w;

	if (address.sll_ifindex == 0)
		return -ENODEV;
	w = calloc(1, sizeof(*w));
	if (!w)
		return -ENOMEM;
	w->fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (w->fd < 0 ||
	    setsockopt(w->fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof(yes)) < 0 ||
	    setsockopt(w->fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &promiscuous,
		sizeof(promiscuous)) < 0 ||
	    setsockopt(w->fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) < 0 ||
	    setsockopt(w->fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes)) < 0 ||
	    bind(w->fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		r = -errno;
		wire_close(w);
		return r;
	}
	batch_prepare(&w->in);
	batch_prepare(&w->out);
	*ret = w;
	return 0;
}

void
wire_close(struct wire *w)
{
	size_t i;

	if (!w)
		return;
	for (i = 0; i < w->n; i++)
		free(w->heap[i].frame);
	free(w->heap);
	if (w->fd >= 0)
		(void)close(w->fd);
	free(w);
}

int
wire_fd(const struct wire *w)
{
	return w->fd;
}

static int
send_batch(struct wire *w)
{
	struct pollfd writable = {.fd = w->fd, .events = POLLOUT};
	unsigned done = 0;
	int n, r = 0;

	while (done < w->out.n) {
		n = sendmmsg(w->fd, w->out.message + done, w->out.n - done, 0);
		if (n > 0) {
			done += (unsigned)n;
		} else if (errno == EAGAIN || errno == ENOBUFS) {
			(void)poll(&writable, 1, 1);
		} else {
			r = -errno;
			break;
		}
	}
	w->out.n = 0;
	return r;
}

static int
put_in_batch(struct wire *w, const uint8_t *frame, size_t len)
{
	memcpy(w->out.frame[w->out.n], frame, len);
	w->out.part[w->out.n].iov_len = len;
	if (++w->out.n == BATCH)
		return send_batch(w);
	return 0;
}

static bool
earlier(const struct waiting *a, const struct waiting *b)
{
	return a->at_us < b->at_us || (a->at_us == b->at_us && a->order < b->order);
}

static void
heap_swap(struct wire *w, size_t a, size_t b)
{
	struct waiting other = w->heap[a];

	w->heap[a] = w->heap[b];
	w->heap[b] = other;
}

static int
heap_put(struct wire *w, struct waiting item)
{
	size_t at, size = w->size ? w->size * 2 : 256;
	struct waiting *larger;

	if (w->n == WAITING_MAX)
		return -ENOBUFS;
	if (w->n == w->size) {
		larger = reallocarray(w->heap, size, sizeof(*larger));
		if (!larger)
			return -ENOMEM;
		w->heap = larger;
		w->size = size;
	}
	at = w->n++;
	w->heap[at] = item;
	for (; at > 0 && earlier(&w->heap[at], &w->heap[(at - 1) / 2]); at = (at - 1) / 2)
		heap_swap(w, at, (at - 1) / 2);
	return 0;
}

static void
heap_drop_first(struct wire *w)
{
	size_t at = 0, child;

	w->heap[0] = w->heap[--w->n];
	while ((child = 2 * at + 1) < w->n) {
		if (child + 1 < w->n && earlier(&w->heap[child + 1], &w->heap[child]))
			child++;
		if (!earlier(&w->heap[child], &w->heap[at]))
			break;
		heap_swap(w, child, at);
		at = child;
	}
}

int
wire_send(struct wire *w, const uint8_t *frame, size_t len, int64_t at_us, struct host *host)
{
	struct waiting item = {.at_us = at_us, .order = w->order++, .host = host, .len = len};
	int r;

	if (len > WIRE_FRAME_MAX)
		return -EMSGSIZE;
	if (at_us == 0) {
		if (host && host->outstanding > 0)
			host->outstanding--;
		return put_in_batch(w, frame, len);
	}
	item.frame = malloc(len);
	if (!item.frame)
		return -ENOMEM;
	memcpy(item.frame, frame, len);
	r = heap_put(w, item);
	if (r < 0)
		free(item.frame);
	return r;
}

size_t
wire_receive(struct wire *w, wire_frame_fn on_frame, void *arg)
{
	int n, i;

	n = recvmmsg(w->fd, w->in.message, BATCH, MSG_DONTWAIT, NULL);
	for (i = 0; i < n; i++) {
		if (!(w->in.message[i].msg_hdr.msg_flags & MSG_TRUNC))
			on_frame(arg, w->in.frame[i], w->in.message[i].msg_len);
	}
	return n > 0 ? (size_t)n : 0;
}

int64_t
wire_flush(struct wire *w, int64_t now_us)
{
	struct waiting *first;

	while (w->n > 0 && w->heap[0].at_us <= now_us) {
		first = &w->heap[0];
		if (first->host && first->host->outstanding > 0)
			first->host->outstanding--;
		(void)put_in_batch(w, first->frame, first->len);
		free(first->frame);
		heap_drop_first(w);
	}
	(void)send_batch(w);
	return w->n > 0 ? w->heap[0].at_us : INT64_MAX;
}
