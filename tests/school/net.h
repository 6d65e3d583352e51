/* Frames in, to whom they are for: ARP, ICMP, and by port to the protocols. */
#ifndef PARTA_TESTS_SCHOOL_NET_H
#define PARTA_TESTS_SCHOOL_NET_H

#include <stddef.h>
#include <stdint.h>

struct school;

void net_frame(void *school, const uint8_t *frame, size_t len);

#endif
