/*
 * Capabilities, no-new-privileges and the system call filter of our processes:
 * see sandbox.h. The filter is a list of what is allowed; what is not listed
 * fails with EPERM, and what only an intruder would try ends the process.
 */
#include "common/sandbox.h"

#include <errno.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "common/check.h"

int
sandbox_drop_capabilities(void)
{
	cap_t none = cap_init();
	int r = 0;

	if (!none)
		return -ENOMEM;
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0L, 0L, 0L);
	for (cap_value_t cap = 0; cap <= CAP_LAST_CAP; cap++)
		(void)cap_drop_bound(cap); /* needs CAP_SETPCAP; the unit does it otherwise */
	if (cap_set_proc(none) < 0)
		r = -errno;
	(void)cap_free(none);
	return r;
}

bool
sandbox_has_net_raw(void)
{
	cap_flag_value_t value = CAP_CLEAR;
	cap_t own = cap_get_proc();

	if (!own)
		return false;
	(void)cap_get_flag(own, CAP_NET_RAW, CAP_PERMITTED, &value);
	(void)cap_free(own);
	return value == CAP_SET;
}

int
sandbox_keep_net_raw(void)
{
	static const cap_value_t kept[] = {CAP_NET_RAW};
	cap_t set;
	int r = 0;

	if (!sandbox_has_net_raw())
		return -EPERM;
	set = cap_init();
	if (!set)
		return -ENOMEM;
	if (cap_set_flag(set, CAP_PERMITTED, 1, kept, CAP_SET) < 0 ||
	    cap_set_flag(set, CAP_EFFECTIVE, 1, kept, CAP_SET) < 0 ||
	    cap_set_flag(set, CAP_INHERITABLE, 1, kept, CAP_SET) < 0 || cap_set_proc(set) < 0 ||
	    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, (unsigned long)CAP_NET_RAW, 0L, 0L) < 0)
		r = -errno;
	(void)cap_free(set);
	return r;
}

/* Memory, time, waiting, descriptors that are open already: what every process of ours needs.
 */
static const int calls_base[] = {
    SCMP_SYS(brk),
    SCMP_SYS(mmap),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(mprotect),
    SCMP_SYS(read),
    SCMP_SYS(readv),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(close),
    SCMP_SYS(lseek),
    SCMP_SYS(fcntl),
    SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(select),
    SCMP_SYS(pselect6),
    SCMP_SYS(epoll_wait),
    SCMP_SYS(epoll_pwait),
    SCMP_SYS(epoll_pwait2),
    SCMP_SYS(epoll_ctl),
    SCMP_SYS(epoll_create1),
    SCMP_SYS(timerfd_create),
    SCMP_SYS(timerfd_settime),
    SCMP_SYS(eventfd2),
    SCMP_SYS(pipe2),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(nanosleep),
    SCMP_SYS(time),
    SCMP_SYS(adjtimex),
    SCMP_SYS(clock_adjtime),
    SCMP_SYS(sendto),
    SCMP_SYS(sendmsg),
    SCMP_SYS(sendmmsg),
    SCMP_SYS(recvfrom),
    SCMP_SYS(recvmsg),
    SCMP_SYS(recvmmsg),
    SCMP_SYS(getsockopt),
    SCMP_SYS(setsockopt),
    SCMP_SYS(getsockname),
    SCMP_SYS(getpeername),
    SCMP_SYS(shutdown),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(getppid),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(getrandom),
    SCMP_SYS(getrusage),
    SCMP_SYS(times),
    SCMP_SYS(uname),
    SCMP_SYS(futex),
    SCMP_SYS(sched_yield),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(tgkill),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(prctl),
    SCMP_SYS(sysinfo),
};

/* Files, sockets and threads beside it. Which socket families: rule below. */
static const int calls_service[] = {
    SCMP_SYS(open),
    SCMP_SYS(openat),
    SCMP_SYS(stat),
    SCMP_SYS(lstat),
    SCMP_SYS(statx),
    SCMP_SYS(statfs),
    SCMP_SYS(fstatfs),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
    SCMP_SYS(getdents64),
    SCMP_SYS(getcwd),
    SCMP_SYS(mkdir),
    SCMP_SYS(mkdirat),
    SCMP_SYS(unlink),
    SCMP_SYS(unlinkat),
    SCMP_SYS(rmdir),
    SCMP_SYS(rename),
    SCMP_SYS(renameat),
    SCMP_SYS(renameat2),
    SCMP_SYS(link),
    SCMP_SYS(linkat),
    SCMP_SYS(chmod),
    SCMP_SYS(fchmod),
    SCMP_SYS(fchmodat),
    SCMP_SYS(umask),
    SCMP_SYS(ftruncate),
    SCMP_SYS(fallocate),
    SCMP_SYS(fsync),
    SCMP_SYS(fdatasync),
    SCMP_SYS(sync_file_range),
    SCMP_SYS(flock),
    SCMP_SYS(utimensat),
    SCMP_SYS(pread64),
    SCMP_SYS(pwrite64),
    SCMP_SYS(sendfile),
    SCMP_SYS(connect),
    SCMP_SYS(bind),
    SCMP_SYS(listen),
    SCMP_SYS(accept),
    SCMP_SYS(accept4),
    SCMP_SYS(ioctl),
    SCMP_SYS(pipe),
    SCMP_SYS(inotify_init1),
    SCMP_SYS(inotify_add_watch),
    SCMP_SYS(inotify_rm_watch),
    SCMP_SYS(clone),
    SCMP_SYS(clone3),
    SCMP_SYS(set_tid_address),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(sched_getparam),
    SCMP_SYS(sched_getscheduler),
    SCMP_SYS(getrlimit),
    SCMP_SYS(prlimit64),
    SCMP_SYS(getresuid),
    SCMP_SYS(getresgid),
    SCMP_SYS(getgroups),
    SCMP_SYS(getpgrp),
    SCMP_SYS(kill),
    SCMP_SYS(wait4),
    SCMP_SYS(waitid),
    SCMP_SYS(membarrier),
    SCMP_SYS(mlock),
    SCMP_SYS(munlock),
    SCMP_SYS(capget),
    SCMP_SYS(socketpair),
    SCMP_SYS(dup),
    SCMP_SYS(dup2),
    SCMP_SYS(dup3),
};

static const int families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};

/* Nothing of ours ever asks for these. */
static const int calls_deadly[] = {
    SCMP_SYS(ptrace),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(bpf),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(reboot),
    SCMP_SYS(swapon),
};

static int
allow(scmp_filter_ctx filter, const int calls[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);

		if (r < 0)
			return r;
	}
	return 0;
}

/* A socket of a listed family, and never a raw one: a capability that comes back by mistake
 * opens nothing. */
static int
allow_sockets(scmp_filter_ctx filter)
{
	for (size_t i = 0; i < COUNT_OF(families); i++) {
		for (int type = SOCK_STREAM; type <= SOCK_SEQPACKET; type++) {
			int r;

			if (type == SOCK_RAW && families[i] != AF_NETLINK)
				continue;
			r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 2,
			    SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)families[i], 0),
			    SCMP_A1(SCMP_CMP_MASKED_EQ, (scmp_datum_t)0xf, (scmp_datum_t)type));
			if (r < 0)
				return r;
		}
	}
	return 0;
}

static int
build(scmp_filter_ctx filter, enum sandbox_profile profile)
{
	int r = allow(filter, calls_base, COUNT_OF(calls_base));

	if (r == 0 && profile == SANDBOX_SERVICE) {
		r = allow(filter, calls_service, COUNT_OF(calls_service));
		if (r == 0)
			r = allow_sockets(filter);
	}
	for (size_t i = 0; r == 0 && i < COUNT_OF(calls_deadly); i++)
		r = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, calls_deadly[i], 0);
	return r;
}

int
sandbox_enter(enum sandbox_profile profile)
{
	static const struct rlimit no_core = {0, 0};
	scmp_filter_ctx filter;
	int r;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) < 0 ||
	    prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L) < 0 || setrlimit(RLIMIT_CORE, &no_core) < 0)
		return -errno;
	filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	if (!filter)
		return -ENOMEM;
	r = build(filter, profile);
	if (r == 0)
		r = seccomp_load(filter);
	seccomp_release(filter);
	return r;
}
