/*
 * A listener that speaks ndt7 (m-lab/ndt-server, spec/ndt7-protocol.md), so that M-Lab's
 * clients measure against the collector. It has a port and a thread of its own: libmicrohttpd
 * 0.9.75 gives a connection that it upgrades under TLS four bytes of buffer.
 */
#ifndef PARTA_COLLECTOR_HTTP_NDT7_H
#define PARTA_COLLECTOR_HTTP_NDT7_H

#include <stdint.h>

struct measure;
struct ndt7;

/* Listens at "[::]:8446"; after server_identity(). 0 or a negative errno: -EINVAL the address
 * cannot be read. */
int ndt7_start(const char *address, struct measure *measure, struct ndt7 **ret);
uint16_t ndt7_port(const struct ndt7 *ndt7);
/* Ends every session; accepts NULL. */
void ndt7_stop(struct ndt7 *ndt7);

#endif
