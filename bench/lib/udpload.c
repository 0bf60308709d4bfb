/*
 * UDP load with numbered datagrams: a paced sender and a receiver that counts what arrives.
 *
 *   udpload receive ADDRESS PORT                     until its standard input closes
 *   udpload send ADDRESS PORT SIZE RATE SECONDS      SIZE in bytes of UDP payload, RATE in datagrams per second
 *
 * Each prints one line of JSON at the end. Datagrams go out by sendmmsg and come in by recvmmsg, one kernel buffer
 * each (no UDP_SEGMENT, no UDP_GRO): what is measured is a path for packets that do not coalesce.
 *
 * Pacing: the sender sleeps at least 100 us between batches and sends what has become due. If it was kept from
 * running, it makes up for at most 2 ms; what was due before that is not sent, and not counted as sent. A burst of
 * all that was missed would only measure the queues.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, LARGEST = 1500, SMALLEST = 8, RECEIVE_BUFFER = 4 << 20 };

static const double STEP_SECONDS = 100e-6;
static const double DEBT_SECONDS = 2e-3;
static const uint64_t MOST_DATAGRAMS = 1ull << 26;

struct batch {
    struct mmsghdr messages[BATCH];
    struct iovec vectors[BATCH];
    unsigned char bytes[BATCH][LARGEST];
};

static struct batch batch;

static void fail(const char *what) {
    fprintf(stderr, "udpload: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void refuse(const char *what) {
    fprintf(stderr, "udpload: %s\n", what);
    exit(2);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static void sleep_until(double when) {
    struct timespec t = {(time_t)when, (long)((when - (time_t)when) * 1e9)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR) {
    }
}

static struct sockaddr_in address(const char *host, const char *port) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
    if (inet_pton(AF_INET, host, &a.sin_addr) != 1) refuse("ADDRESS is not an IPv4 address");
    return a;
}

static int udp_socket(void) {
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) fail("socket");
    return fd;
}

static void prepare(size_t size) {
    for (int i = 0; i < BATCH; i++) {
        batch.vectors[i] = (struct iovec){batch.bytes[i], size};
        batch.messages[i].msg_hdr.msg_iov = &batch.vectors[i];
        batch.messages[i].msg_hdr.msg_iovlen = 1;
    }
}

/* Sends `count` datagrams numbered from `first`; a refusal that an ICMP error left on the socket is passed over. */
static void send_batch(int fd, uint64_t first, int count) {
    for (int i = 0; i < count; i++) {
        uint64_t number = first + (uint64_t)i;
        memcpy(batch.bytes[i], &number, sizeof number);
    }
    for (int sent = 0, refused = 0; sent < count;) {
        int n = sendmmsg(fd, batch.messages + sent, (unsigned)(count - sent), 0);
        if (n > 0) {
            sent += n;
        } else if (errno == ECONNREFUSED && ++refused < 100) {
            continue;
        } else if (errno == ENOBUFS) {
            sent++; /* dropped by a full queue: sent, and lost */
        } else if (errno != EINTR) {
            fail("sendmmsg");
        }
    }
}

static void send_load(struct sockaddr_in to, size_t size, double rate, double seconds) {
    int fd = udp_socket();
    if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) fail("connect");
    prctl(PR_SET_TIMERSLACK, 1);
    prepare(size);
    double begin = now(), epoch = begin, t = begin;
    uint64_t sent = 0, since_epoch = 0;
    for (; t - begin < seconds; t = now()) {
        double due = (t - epoch) * rate - (double)since_epoch;
        double most = DEBT_SECONDS * rate + 1;
        if (due > most) { /* forgo what is too old: the schedule starts anew at the debt allowed */
            epoch = t - most / rate;
            since_epoch = 0;
            due = most;
        }
        if (due < 1) {
            double next = epoch + ((double)since_epoch + 1) / rate;
            sleep_until(next > t + STEP_SECONDS ? next : t + STEP_SECONDS);
            continue;
        }
        int count = due < BATCH ? (int)due : BATCH;
        send_batch(fd, sent, count);
        sent += (uint64_t)count;
        since_epoch += (uint64_t)count;
    }
    printf("{\"sent\": %llu, \"seconds\": %.6f}\n", (unsigned long long)sent, t - begin);
}

static void receive_load(struct sockaddr_in at) {
    int fd = udp_socket(), buffer = RECEIVE_BUFFER;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer) != 0) fail("SO_RCVBUFFORCE");
    if (bind(fd, (struct sockaddr *)&at, sizeof at) != 0) fail("bind");
    unsigned char *seen = calloc(MOST_DATAGRAMS / 8, 1);
    if (!seen) fail("calloc");
    prepare(LARGEST);
    printf("ready\n");
    fflush(stdout);
    uint64_t received = 0, duplicates = 0, reordered = 0, highest = 0;
    struct pollfd waits[2] = {{.fd = fd, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
    for (int last = 0; !last;) {
        if (poll(waits, 2, -1) < 0 && errno != EINTR) fail("poll");
        last = waits[1].revents != 0;
        for (int n; (n = recvmmsg(fd, batch.messages, BATCH, MSG_DONTWAIT, NULL)) > 0;) {
            for (int i = 0; i < n; i++) {
                uint64_t number;
                memcpy(&number, batch.bytes[i], sizeof number);
                if (batch.messages[i].msg_len < SMALLEST || number >= MOST_DATAGRAMS) continue;
                unsigned char bit = (unsigned char)(1u << (number & 7));
                if (seen[number >> 3] & bit) {
                    duplicates++;
                    continue;
                }
                seen[number >> 3] |= bit;
                received++;
                if (number < highest) reordered++;
                else highest = number;
            }
        }
    }
    printf("{\"received\": %llu, \"duplicates\": %llu, \"reordered\": %llu}\n", (unsigned long long)received,
           (unsigned long long)duplicates, (unsigned long long)reordered);
}

int main(int argc, char **argv) {
    if (argc == 4 && strcmp(argv[1], "receive") == 0) {
        receive_load(address(argv[2], argv[3]));
        return 0;
    }
    if (argc != 7 || strcmp(argv[1], "send") != 0) refuse("send ADDRESS PORT SIZE RATE SECONDS | receive ADDRESS PORT");
    int size = atoi(argv[4]);
    double rate = atof(argv[5]), seconds = atof(argv[6]);
    if (size < SMALLEST || size > LARGEST) refuse("SIZE is 8 to 1500 bytes");
    if (rate <= 0 || seconds <= 0 || rate * seconds > (double)MOST_DATAGRAMS) refuse("RATE or SECONDS is out of range");
    send_load(address(argv[2], argv[3]), (size_t)size, rate, seconds);
    return 0;
}
