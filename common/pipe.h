/* Flat messages between our own processes: one SEQPACKET datagram each, type and length
 * checked. */
#ifndef PARTA_COMMON_PIPE_H
#define PARTA_COMMON_PIPE_H

#include <stddef.h>
#include <stdint.h>

enum { PIPE_MESSAGE_MAX = 8192 };

/* Two connected ends, close-on-exec, non-blocking. 0 or a negative errno. */
int pipe_pair(int ret[static 2]);

/* 0; -EAGAIN when the other side is behind; -EPIPE when it is gone; -EMSGSIZE. */
int pipe_send(int fd, uint32_t type, const void *body, size_t len);

/* The next message's type and body; -EAGAIN when there is none, -EPIPE at the end, -EBADMSG
 * when it is larger than `size`. *ret_len at most `size`. */
int pipe_receive(int fd, uint32_t *ret_type, void *body, size_t size, size_t *ret_len);

#endif
