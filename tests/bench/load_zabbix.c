/*
 * What load_ingest does, in the words of Zabbix: packets of "sender data" with so
 * many values each, a new TCP connection a packet as its protocol has it, counted
 * when the server says that every value was processed. Prints one JSON object.
 *
 *   load_zabbix [-a THREADS] [-s VALUES] [-t SECONDS]
 *
 * The protocol: "ZBXD", a byte 1, the length in 8 bytes little-endian, JSON.
 */
#include <arpa/inet.h>
#include <getopt.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "common/bytes.h"
#include "common/check.h"
#include "common/clock.h"

enum { PORT = 10151, HOSTS = 100, ITEMS = 100, THREADS_MAX = 64, HEAD_BYTES = 13 };

struct sender {
	pthread_t thread;
	unsigned number;
	uint64_t packets, acknowledged, failed;
};

static unsigned values = 20;
static _Atomic bool stop;

static int
connect_to_server(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(PORT)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	if (fd >= 0)
		(void)close(fd);
	return -1;
}

/* Every value of a thread has a moment of its own, so that none is taken for another. */
static void
packet_fill(const struct sender *sender, struct bytes *ret)
{
	uint8_t head[HEAD_BYTES] = {'Z', 'B', 'X', 'D', 1};
	int64_t now_s = clock_wall_ms() / 1000;
	uint64_t len;

	CHECK(bytes_add(ret, head, sizeof(head)) == 0 &&
	      bytes_add_format(ret, "{\"request\":\"sender data\",\"data\":[") == 0);
	for (unsigned i = 0; i < values; i++) {
		uint64_t n = sender->packets * values + i;

		CHECK(bytes_add_format(ret,
			  "%s{\"host\":\"S%u\",\"key\":\"k%u\",\"value\":\"%.3f\",\"clock\":"
			  "%" PRId64 ",\"ns\":%" PRIu64 "}",
			  i ? "," : "",
			  (unsigned)((sender->number * 13 + sender->packets) % HOSTS + 1),
			  i % ITEMS + 1, (double)(n % 1000) / 7, now_s,
			  (n * THREADS_MAX + sender->number) % 1000000000) == 0);
	}
	CHECK(bytes_add_format(ret, "]}") == 0);
	len = ret->len - HEAD_BYTES;
	for (unsigned i = 0; i < 8; i++)
		ret->data[5 + i] = (uint8_t)(len >> (8 * i));
}

static bool
packet_send(const struct bytes *packet)
{
	char answer[1024];
	size_t len = 0;
	ssize_t got;
	int fd = connect_to_server();
	bool good;

	if (fd < 0)
		return false;
	good = send(fd, packet->data, packet->len, MSG_NOSIGNAL) == (ssize_t)packet->len;
	while (good && len + 1 < sizeof(answer) &&
	       (got = recv(fd, answer + len, sizeof(answer) - 1 - len, 0)) > 0)
		len += (size_t)got;
	(void)close(fd);
	answer[len] = '\0';
	return good && len > HEAD_BYTES && strstr(answer + HEAD_BYTES, "success") &&
	       strstr(answer + HEAD_BYTES, "failed: 0;");
}

static void *
live(void *arg)
{
	struct sender *sender = arg;

	while (!atomic_load(&stop)) {
		struct bytes packet = bytes_new(1024 * 1024);

		packet_fill(sender, &packet);
		if (packet_send(&packet))
			sender->acknowledged++;
		else
			sender->failed++;
		sender->packets++;
		bytes_clear(&packet);
	}
	return NULL;
}

int
main(int argc, char *argv[])
{
	static struct sender senders[THREADS_MAX];
	uint64_t acknowledged = 0, failed = 0, began_us;
	struct timespec length = {.tv_sec = 10};
	unsigned threads = 8;
	int option;

	while ((option = getopt(argc, argv, "a:s:t:")) != -1) {
		unsigned number = optarg ? (unsigned)strtoul(optarg, NULL, 10) : 0;

		if (option == 'a')
			threads = number;
		else if (option == 's')
			values = number;
		else if (option == 't')
			length.tv_sec = (time_t)number;
		else
			return 2;
	}
	CHECK(threads <= THREADS_MAX && values <= ITEMS);
	began_us = clock_boot_us();
	for (unsigned i = 0; i < threads; i++) {
		senders[i].number = i;
		CHECK(pthread_create(&senders[i].thread, NULL, live, &senders[i]) == 0);
	}
	(void)nanosleep(&length, NULL);
	atomic_store(&stop, true);
	for (unsigned i = 0; i < threads; i++) {
		(void)pthread_join(senders[i].thread, NULL);
		acknowledged += senders[i].acknowledged;
		failed += senders[i].failed;
	}
	(void)printf("{\"seconds\":%.3f,\"acknowledged\":%" PRIu64 ",\"failed\":%" PRIu64 "}\n",
	    (double)(clock_boot_us() - began_us) / 1e6, acknowledged, failed);
	return acknowledged > 0 ? 0 : 1;
}
