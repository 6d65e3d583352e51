/*
 * What a process may do after its start: no new privileges, no capability
 * beyond the kept ones, and a system call filter (seccomp(2), default: EPERM for
 * what is not listed, kill for what no program of ours ever asks for).
 */
#ifndef PARTA_COMMON_SANDBOX_H
#define PARTA_COMMON_SANDBOX_H

#include <stdbool.h>

enum sandbox_profile {
	SANDBOX_SENSOR,  /* packets over descriptors it already has, the pipe, the clock; no
			    file, no socket, no exec */
	SANDBOX_SERVICE, /* files, sockets of AF_UNIX/INET/INET6/NETLINK; no exec, no raw or
			    packet socket, no ptrace, no mount */
};

/* Drops every capability from all sets, bounding set and ambient set included. 0 or a negative
 * errno. */
int sandbox_drop_capabilities(void);

/* Keeps only CAP_NET_RAW in the permitted, effective and (for one exec) ambient sets. -EPERM
 * when it is not held. */
int sandbox_keep_net_raw(void);
bool sandbox_has_net_raw(void);

/* Sets no-new-privileges, forbids core dumps and ptrace (PR_SET_DUMPABLE), loads the filter. 0
 * or a negative errno. */
int sandbox_enter(enum sandbox_profile profile);

#endif
