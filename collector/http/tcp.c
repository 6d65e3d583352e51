/*
 * TCP_INFO as a table: a row is a field of the kernel's, our name for it and that
 * of ndt7 (spec/ndt7-protocol.md of m-lab/ndt-server). The kernel's own header is
 * used, as that of the C library ends before the counts of bytes.
 */
#include "collector/http/tcp.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/inet_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include "common/bytes.h"
#include "common/check.h"
#include "common/cleanup.h"
#include "common/text.h"

enum {
	UNSENT_MS = 5, /* of the rate: draft-ietf-ippm-responsiveness asks it of an endpoint */
	UNSENT_BYTES_MIN = 16 * 1024,
	STATE_CLOSE_WAIT = 8,          /* include/net/tcp_states.h of the kernel */
	UNSENT_BYTES_MAX = 256 * 1024, /* also where no rate is known */
};

#define FIELD(field, key, ndt7)                                                                \
	{                                                                                      \
		offsetof(struct tcp_info, tcpi_##field),                                       \
		    sizeof(((struct tcp_info *)NULL)->tcpi_##field), key, ndt7                 \
	}

static const struct field {
	size_t at, size;
	const char *key, *ndt7;
} fields[] = {
    FIELD(state, "state", "State"),
    FIELD(ca_state, "ca_state", "CAState"),
    FIELD(retransmits, "retransmits", "Retransmits"),
    FIELD(backoff, "backoff", "Backoff"),
    FIELD(options, "options", "Options"),
    FIELD(rto, "rto_us", "RTO"),
    FIELD(ato, "ato_us", "ATO"),
    FIELD(snd_mss, "snd_mss_bytes", "SndMSS"),
    FIELD(rcv_mss, "rcv_mss_bytes", "RcvMSS"),
    FIELD(unacked, "unacked", "Unacked"),
    FIELD(sacked, "sacked", "Sacked"),
    FIELD(lost, "lost", "Lost"),
    FIELD(retrans, "retrans", "Retrans"),
    FIELD(pmtu, "pmtu_bytes", "PMTU"),
    FIELD(rtt, "rtt_us", "RTT"),
    FIELD(rttvar, "rttvar_us", "RTTVar"),
    FIELD(min_rtt, "min_rtt_us", "MinRTT"),
    FIELD(rcv_rtt, "rcv_rtt_us", "RcvRTT"),
    FIELD(snd_ssthresh, "snd_ssthresh", "SndSsThresh"),
    FIELD(snd_cwnd, "snd_cwnd", "SndCwnd"),
    FIELD(advmss, "advmss_bytes", "AdvMSS"),
    FIELD(reordering, "reordering", "Reordering"),
    FIELD(rcv_space, "rcv_space_bytes", "RcvSpace"),
    FIELD(total_retrans, "total_retrans", "TotalRetrans"),
    FIELD(pacing_rate, "pacing_rate_bytes_per_s", "PacingRate"),
    FIELD(max_pacing_rate, "max_pacing_rate_bytes_per_s", "MaxPacingRate"),
    FIELD(delivery_rate, "delivery_rate_bytes_per_s", "DeliveryRate"),
    FIELD(bytes_acked, "bytes_acked", "BytesAcked"),
    FIELD(bytes_received, "bytes_received", "BytesReceived"),
    FIELD(bytes_sent, "bytes_sent", "BytesSent"),
    FIELD(bytes_retrans, "bytes_retrans", "BytesRetrans"),
    FIELD(notsent_bytes, "notsent_bytes", "NotsentBytes"),
    FIELD(segs_out, "segs_out", "SegsOut"),
    FIELD(segs_in, "segs_in", "SegsIn"),
    FIELD(data_segs_in, "data_segs_in", "DataSegsIn"),
    FIELD(data_segs_out, "data_segs_out", "DataSegsOut"),
    FIELD(busy_time, "busy_us", "BusyTime"),
    FIELD(rwnd_limited, "rwnd_limited_us", "RWndLimited"),
    FIELD(sndbuf_limited, "sndbuf_limited_us", "SndBufLimited"),
    FIELD(delivered, "delivered", "Delivered"),
    FIELD(delivered_ce, "delivered_ce", "DeliveredCE"),
    FIELD(dsack_dups, "dsack_dups", "DSackDups"),
    FIELD(reord_seen, "reord_seen", "ReordSeen"),
    FIELD(rcv_ooopack, "rcv_ooopack", "RcvOooPack"),
    FIELD(snd_wnd, "snd_wnd_bytes", "SndWnd"),
};

void
tcp_prepare(int fd, uint64_t rate_bps, uint64_t need_bps)
{
	uint64_t pace = rate_bps ? rate_bps / 8 : UINT64_MAX;
	uint64_t expected = rate_bps ? rate_bps : need_bps;
	uint64_t unsent = expected / 8 * UNSENT_MS / 1000;
	int lowat;

	if (unsent == 0 || unsent > UNSENT_BYTES_MAX)
		unsent = UNSENT_BYTES_MAX;
	lowat = unsent < UNSENT_BYTES_MIN ? UNSENT_BYTES_MIN : (int)unsent;
	(void)setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "bbr", 3);
	(void)setsockopt(fd, SOL_SOCKET, SO_MAX_PACING_RATE, &pace, sizeof(pace));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &lowat, sizeof(lowat));
}

int
tcp_try_bbr(void)
{
	CLEANUP(close_at) int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "bbr", 3) < 0)
		return -errno;
	return 0;
}

int
tcp_read(int fd, struct tcp_info *ret)
{
	socklen_t len = sizeof(*ret);

	memset(ret, 0, sizeof(*ret));
	return getsockopt(fd, IPPROTO_TCP, TCP_INFO, ret, &len) < 0 ? -errno : 0;
}

bool
tcp_peer_ended(int fd)
{
	struct tcp_info info;

	return tcp_read(fd, &info) == 0 && info.tcpi_state == STATE_CLOSE_WAIT;
}

void
tcp_congestion(int fd, char ret[static TCP_CONGESTION_SIZE])
{
	char name[TCP_CONGESTION_SIZE] = "";
	socklen_t len = sizeof(name) - 1;

	if (getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, &len) < 0)
		len = 0;
	(void)text_clean(ret, TCP_CONGESTION_SIZE, name, strnlen(name, len));
}

static uint64_t
field_value(const struct tcp_info *info, const struct field *field)
{
	const uint8_t *at = (const uint8_t *)info + field->at;
	uint64_t wide;
	uint32_t half;

	if (field->size == 1)
		return *at;
	if (field->size == sizeof(half)) {
		memcpy(&half, at, sizeof(half));
		return half;
	}
	memcpy(&wide, at, sizeof(wide));
	return wide <= INT64_MAX ? wide : 0; /* no limit of its pacing */
}

static int
fields_write(const struct tcp_info *info, bool ndt7, struct bytes *ret)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < COUNT_OF(fields); i++)
		r = bytes_add_format(ret, "%s\"%s\":%" PRIu64, i ? "," : "",
		    ndt7 ? fields[i].ndt7 : fields[i].key, field_value(info, &fields[i]));
	return r;
}

int
tcp_write(const struct tcp_info *info, struct bytes *ret)
{
	return fields_write(info, false, ret);
}

int
tcp_write_ndt7(const struct tcp_info *info, struct bytes *ret)
{
	return fields_write(info, true, ret);
}

int
tcp_write_bbr(int fd, struct bytes *ret)
{
	char congestion[TCP_CONGESTION_SIZE];
	union tcp_cc_info info = {0};
	socklen_t len = sizeof(info);

	tcp_congestion(fd, congestion);
	if (strcmp(congestion, "bbr") != 0 ||
	    getsockopt(fd, IPPROTO_TCP, TCP_CC_INFO, &info, &len) < 0)
		return 0;
	return bytes_add_format(ret,
	    "\"BW\":%" PRIu64 ",\"MinRTT\":%u,\"PacingGain\":%u,\"CwndGain\":%u",
	    (uint64_t)info.bbr.bbr_bw_hi << 32 | info.bbr.bbr_bw_lo, info.bbr.bbr_min_rtt,
	    info.bbr.bbr_pacing_gain, info.bbr.bbr_cwnd_gain);
}
