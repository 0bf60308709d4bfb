/*
 * A flood of UDP datagrams over IPv4 from sources that need not be this machine's.
 *
 *   flood FILE SIZE SOURCE BITS SOURCE_PORT ADDRESS PORT RATE SECONDS
 *
 * FILE holds datagrams of SIZE bytes each, which go out one after the other, and again. Each comes from an address drawn
 * from SOURCE/BITS, and from SOURCE_PORT, or with 0 from a port that is drawn too. It prints how many went out. What it was
 * kept from sending for more than 2 ms it does not make up for.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>

enum { BATCH = 64, LARGEST = 1500 };

struct packet {
    struct iphdr ip;
    struct udphdr udp;
    unsigned char data[LARGEST];
} __attribute__((packed));

static struct packet packets[BATCH];
static struct iovec vectors[BATCH];
static struct mmsghdr messages[BATCH];

static void fail(const char *what) {
    fprintf(stderr, "flood: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static uint32_t draw(void) {
    static uint64_t state = 0x2545F4914F6CDD1D;
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (uint32_t)((state * 0x2545F4914F6CDD1D) >> 32);
}

static unsigned char *read_all(const char *name, long *length) {
    FILE *file = fopen(name, "rb");
    if (!file) fail(name);
    fseek(file, 0, SEEK_END);
    *length = ftell(file);
    rewind(file);
    unsigned char *all = malloc((size_t)*length);
    if (!all || fread(all, 1, (size_t)*length, file) != (size_t)*length) fail(name);
    fclose(file);
    return all;
}

int main(int argc, char **argv) {
    if (argc != 10) return 2;
    long length;
    unsigned char *all = read_all(argv[1], &length);
    long size = atol(argv[2]), count = length / size, next = 0;
    uint32_t source = ntohl(inet_addr(argv[3])), hosts = (uint32_t)((1ull << (32 - atoi(argv[4]))) - 1);
    int source_port = atoi(argv[5]);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = inet_addr(argv[6])};
    double rate = atof(argv[8]), seconds = atof(argv[9]);
    int fd = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
    if (fd < 0) fail("socket");
    prctl(PR_SET_TIMERSLACK, 1);
    for (int i = 0; i < BATCH; i++) {
        struct packet *p = &packets[i];
        p->ip = (struct iphdr){.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_UDP, .daddr = to.sin_addr.s_addr};
        p->udp.dest = htons((uint16_t)atoi(argv[7]));
        p->udp.len = htons((uint16_t)(sizeof p->udp + (size_t)size));
        vectors[i] = (struct iovec){p, sizeof p->ip + sizeof p->udp + (size_t)size};
        messages[i].msg_hdr = (struct msghdr){
            .msg_name = &to, .msg_namelen = sizeof to, .msg_iov = &vectors[i], .msg_iovlen = 1};
    }
    uint64_t sent = 0;
    double begin = now(), epoch = begin, paid = 0, t;
    while ((t = now()) - begin < seconds) {
        double due = (t - epoch) * rate - paid;
        if (due > rate * 2e-3 + BATCH) {
            paid += due - rate * 2e-3;
            due = rate * 2e-3;
        }
        if (due < 1) {
            struct timespec pause = {0, 100000};
            nanosleep(&pause, NULL);
            continue;
        }
        int batch = due < BATCH ? (int)due : BATCH;
        for (int i = 0; i < batch; i++, next = (next + 1) % count) {
            packets[i].ip.saddr = htonl(source | (draw() & hosts));
            packets[i].udp.source = htons((uint16_t)(source_port ? source_port : 1024 + draw() % 60000));
            memcpy(packets[i].data, all + next * size, (size_t)size);
        }
        int n = sendmmsg(fd, messages, (unsigned)batch, 0);
        if (n < 0 && errno != ENOBUFS) fail("sendmmsg");
        paid += batch;
        sent += n > 0 ? (uint64_t)n : 0;
    }
    printf("%llu\n", (unsigned long long)sent);
    return 0;
}
