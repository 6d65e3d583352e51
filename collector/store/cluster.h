/*
 * The embedded default: a private PostgreSQL cluster in the state directory,
 * reached over a Unix socket there, made and run as the user this process is. A
 * cluster that is running already is adopted; whoever leaves last stops it.
 */
#ifndef PARTA_COLLECTOR_STORE_CLUSTER_H
#define PARTA_COLLECTOR_STORE_CLUSTER_H

#include <stdbool.h>
#include <stddef.h>

struct cluster;

enum { CLUSTER_ERROR_SIZE = 512 };

/*
 * Makes the cluster if there is none, starts it if it does not run, waits until
 * it takes connections. keep: a child process starts it again when it dies, for
 * as long as this process lives; call it before threads and the sandbox begin.
 * 0; -ENOENT no PostgreSQL >= 15 is installed; -EPERM this process is root;
 * -ENAMETOOLONG the state directory's path is too long for a socket; -ETIMEDOUT
 * or another negative errno: error names the log to read.
 */
int cluster_open(const char *state_dir, bool keep, struct cluster **ret,
    char error[static CLUSTER_ERROR_SIZE]);

/* For store_open() and migrate_run(); lives as long as the cluster. */
const char *cluster_conninfo(const struct cluster *cluster);

/* Stops it, unless another process still uses it. */
void cluster_close(struct cluster *cluster);

#endif
