/*
 * Refuses system calls as kernels and drivers do that lack something. Preloaded (LD_PRELOAD) into a process; WEFT_REFUSE
 * names what is to be refused, separated by commas:
 *
 *   recvmmsg, sendmmsg         ENOSYS
 *   udp-gro, udp-segment       ENOPROTOOPT when the option is set
 *   segments                   EIO for what is sent in segments: a device that computes no checksums. Segments of one byte
 *                              pass, by which programs ask how many the kernel takes
 *   buffers                    ENOBUFS for every fifth call that sends
 *   tun-vnet                   EINVAL for a TUN with vnet headers
 *   tun-uso, tun-offload       EINVAL for UDP offload on a TUN, or for any
 *   steering                   ENOPROTOOPT for a program that steers the sockets of one port
 *   ipv6                       EAFNOSUPPORT for sockets
 *
 * java.lang.foreign asks dlsym for a function of the C library by that library's own handle, where a preloaded one is not
 * looked for; so dlsym is wrapped as well.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif
#ifndef SO_ATTACH_REUSEPORT_CBPF
#define SO_ATTACH_REUSEPORT_CBPF 51
#endif
#define TUN_USO 0x60

typedef void *lookup(void *, const char *);

/* Its version is that of the first C library for the machine. */
static lookup *real_dlsym(void) {
    static lookup *found;
    if (!found) {
        found = (lookup *) dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.2.5"); /* x86-64 */
    }
    if (!found) {
        found = (lookup *) dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.17"); /* AArch64 */
    }
    return found;
}

static void *libc(const char *name) {
    return real_dlsym()(RTLD_NEXT, name);
}

static int refused(const char *what) {
    const char *list = getenv("WEFT_REFUSE");
    size_t length = strlen(what);
    while (list && *list) {
        size_t item = strcspn(list, ",");
        if (item == length && !memcmp(list, what, length)) {
            return 1;
        }
        list += item + (list[item] == ',');
    }
    return 0;
}

static int fail(int error) {
    errno = error;
    return -1;
}

static int no_buffers(void) {
    static atomic_uint calls;
    return refused("buffers") && atomic_fetch_add(&calls, 1) % 5 == 4;
}

static int in_segments(const struct msghdr *message) {
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR((struct msghdr *) message, c)) {
        if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_SEGMENT) {
            uint16_t size;
            memcpy(&size, CMSG_DATA(c), sizeof size);
            return size > 1;
        }
    }
    return 0;
}

static int my_socket(int domain, int type, int protocol) {
    if (domain == AF_INET6 && refused("ipv6")) {
        return fail(EAFNOSUPPORT);
    }
    return ((int (*)(int, int, int)) libc("socket"))(domain, type, protocol);
}

static int my_setsockopt(int fd, int level, int option, const void *value, socklen_t length) {
    if (level == IPPROTO_UDP
            && ((option == UDP_GRO && refused("udp-gro")) || (option == UDP_SEGMENT && refused("udp-segment")))) {
        return fail(ENOPROTOOPT);
    }
    if (level == SOL_SOCKET && option == SO_ATTACH_REUSEPORT_CBPF && refused("steering")) {
        return fail(ENOPROTOOPT);
    }
    return ((int (*)(int, int, int, const void *, socklen_t)) libc("setsockopt"))(fd, level, option, value, length);
}

static int my_ioctl(int fd, unsigned long request, void *argument) {
    if (request == TUNSETOFFLOAD
            && (refused("tun-offload") || (refused("tun-uso") && ((uintptr_t) argument & TUN_USO)))) {
        return fail(EINVAL);
    }
    if (request == TUNSETIFF && refused("tun-vnet") && (((struct ifreq *) argument)->ifr_flags & IFF_VNET_HDR)) {
        return fail(EINVAL);
    }
    return ((int (*)(int, unsigned long, ...)) libc("ioctl"))(fd, request, argument);
}

static int my_recvmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags, struct timespec *timeout) {
    if (refused("recvmmsg")) {
        return fail(ENOSYS);
    }
    return ((int (*)(int, struct mmsghdr *, unsigned, int, struct timespec *)) libc("recvmmsg"))(
            fd, messages, count, flags, timeout);
}

static int my_sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags) {
    if (refused("sendmmsg")) {
        return fail(ENOSYS);
    }
    if (count && no_buffers()) {
        return fail(ENOBUFS);
    }
    if (refused("segments")) {
        unsigned good = 0;
        while (good < count && !in_segments(&messages[good].msg_hdr)) {
            good++;
        }
        if (count && !good) {
            return fail(EIO);
        }
        count = good;
    }
    return ((int (*)(int, struct mmsghdr *, unsigned, int)) libc("sendmmsg"))(fd, messages, count, flags);
}

static ssize_t my_sendmsg(int fd, const struct msghdr *message, int flags) {
    if (refused("segments") && in_segments(message)) {
        return fail(EIO);
    }
    if (no_buffers()) {
        return fail(ENOBUFS);
    }
    return ((ssize_t(*)(int, const struct msghdr *, int)) libc("sendmsg"))(fd, message, flags);
}

/* The JVM's own sockets too. */
int socket(int domain, int type, int protocol) { return my_socket(domain, type, protocol); }

void *dlsym(void *library, const char *name) {
    static const struct {
        const char *name;
        void *function;
    } ours[] = {
        {"socket", my_socket},
        {"setsockopt", my_setsockopt},
        {"ioctl", my_ioctl},
        {"recvmmsg", my_recvmmsg},
        {"sendmmsg", my_sendmmsg},
        {"sendmsg", my_sendmsg},
    };
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++) {
        if (!strcmp(name, ours[i].name)) {
            return ours[i].function;
        }
    }
    return real_dlsym()(library, name);
}
