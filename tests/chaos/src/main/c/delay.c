/*
 * delay QUEUE MILLIS: holds every packet that the packet filter puts into netfilter queue QUEUE for so long, then lets it go on. The
 * kernels that the suites must run on have no netem. Ends with its standard input. Prints a line when it is ready.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HELD = 1 << 16 };

static uint32_t held[HELD]; /* ids in the order of arrival: one delay for all, so the first is due first */
static int64_t due[HELD];
static unsigned head, tail;
static int fd, queue;

static int64_t millis(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void tell(int type, int attribute, const void *data, size_t size) {
    struct { struct nlmsghdr n; struct nfgenmsg g; struct nlattr a; char data[64]; } m;
    memset(&m, 0, sizeof m);
    m.a.nla_type = (uint16_t)attribute;
    m.a.nla_len = (uint16_t)(sizeof m.a + size);
    memcpy(m.data, data, size);
    m.n.nlmsg_type = (uint16_t)(NFNL_SUBSYS_QUEUE << 8 | type);
    m.n.nlmsg_flags = NLM_F_REQUEST;
    m.n.nlmsg_len = (uint32_t)(sizeof m.n + sizeof m.g + NLA_ALIGN(m.a.nla_len));
    m.g.nfgen_family = AF_UNSPEC;
    m.g.version = NFNETLINK_V0;
    m.g.res_id = htons((uint16_t)queue);
    if (send(fd, &m, m.n.nlmsg_len, 0) < 0) { perror("netlink"); exit(1); }
}

static void accept_due(void) {
    while (head != tail && due[head % HELD] <= millis()) {
        struct nfqnl_msg_verdict_hdr v = {htonl(NF_ACCEPT), held[head++ % HELD]};
        tell(NFQNL_MSG_VERDICT, NFQA_VERDICT_HDR, &v, sizeof v);
    }
}

static void hold(struct nlmsghdr *n, int64_t delay) {
    if (n->nlmsg_type != (NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_PACKET)) return;
    char *at = (char *)n + NLMSG_HDRLEN + sizeof(struct nfgenmsg), *end = (char *)n + n->nlmsg_len;
    while (at + sizeof(struct nlattr) <= end) {
        struct nlattr *a = (struct nlattr *)at;
        if ((a->nla_type & NLA_TYPE_MASK) == NFQA_PACKET_HDR && tail - head < HELD) {
            held[tail % HELD] = ((struct nfqnl_msg_packet_hdr *)(at + NLA_HDRLEN))->packet_id;
            due[tail++ % HELD] = millis() + delay;
            return;
        }
        at += NLA_ALIGN(a->nla_len);
    }
}

int main(int argc, char **argv) {
    static char buffer[1 << 16] __attribute__((aligned(8)));
    if (argc != 3) { fprintf(stderr, "delay QUEUE MILLIS\n"); return 2; }
    queue = atoi(argv[1]);
    int64_t delay = atoi(argv[2]);
    fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
    struct sockaddr_nl own = {.nl_family = AF_NETLINK};
    if (fd < 0 || bind(fd, (struct sockaddr *)&own, sizeof own) < 0) { perror("netlink"); return 1; }
    struct nfqnl_msg_config_cmd command = {.command = NFQNL_CFG_CMD_BIND, .pf = htons(AF_INET)};
    tell(NFQNL_MSG_CONFIG, NFQA_CFG_CMD, &command, sizeof command);
    struct nfqnl_msg_config_params params = {htonl(0), NFQNL_COPY_META};
    tell(NFQNL_MSG_CONFIG, NFQA_CFG_PARAMS, &params, sizeof params);
    puts("ready");
    fflush(stdout);
    for (;;) {
        accept_due();
        struct pollfd both[2] = {{.fd = fd, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
        int64_t wait = head == tail ? -1 : due[head % HELD] - millis();
        if (poll(both, 2, (int)(wait < -1 ? 0 : wait)) < 0) return 1;
        if (both[1].revents) return 0;
        if (!both[0].revents) continue;
        long n = recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
        for (struct nlmsghdr *m = (struct nlmsghdr *)buffer; n > 0 && NLMSG_OK(m, (uint32_t)n); m = NLMSG_NEXT(m, n)) hold(m, delay);
    }
}
