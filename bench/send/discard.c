/*
 * discard: an SMTP server that counts messages and throws them away.
 *
 *     discard PORT
 *
 * smtp-sink spends more on a message of 35 kB than a good client does, so it measures
 * itself. This one looks for nothing but the end of commands and of messages. ESMTP with
 * PIPELINING, a thread per connection, answers to one read in one write. Says "ready" when
 * it listens; on SIGTERM prints one line: messages, bytes, and seconds from the first
 * message's end to the last one's.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 1 << 18, ANSWERS = 1 << 14, LONGEST_LINE = 2048 };

static const char END[] = "\r\n.\r\n";
static const size_t END_SIZE = sizeof END - 1;

static atomic_ulong messages, bytes;
static atomic_long first_at, last_at; /* nanoseconds, monotonic */

struct conversation {
    int fd;
    int in_message;
    size_t held;   /* bytes in buffer not yet looked at for good */
    size_t answer; /* bytes in answers not yet written */
    char buffer[CHUNK + LONGEST_LINE];
    char answers[ANSWERS];
};

static long now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec * 1000000000L + at.tv_nsec;
}

static int flush(struct conversation *c)
{
    for (size_t sent = 0; sent < c->answer;) {
        ssize_t n = send(c->fd, c->answers + sent, c->answer - sent, MSG_NOSIGNAL);
        if (n <= 0)
            return -1;
        sent += (size_t)n;
    }
    c->answer = 0;
    return 0;
}

static int say(struct conversation *c, const char *line)
{
    size_t size = strlen(line);
    if (c->answer + size > ANSWERS && flush(c) < 0)
        return -1;
    memcpy(c->answers + c->answer, line, size);
    c->answer += size;
    return 0;
}

static int count_message(struct conversation *c)
{
    long at = now(), none = 0;
    atomic_compare_exchange_strong(&first_at, &none, at);
    atomic_store(&last_at, at);
    atomic_fetch_add(&messages, 1);
    c->in_message = 0;
    return say(c, "250 2.0.0 Ok: queued as DISCARD\r\n");
}

static int obey(struct conversation *c, const char *line)
{
    if (!strncasecmp(line, "DATA", 4)) {
        c->in_message = 1;
        return say(c, "354 End data with <CR><LF>.<CR><LF>\r\n");
    }
    if (!strncasecmp(line, "EHLO", 4))
        return say(c, "250-discard\r\n250-PIPELINING\r\n250 8BITMIME\r\n");
    if (!strncasecmp(line, "QUIT", 4)) {
        say(c, "221 2.0.0 Bye\r\n");
        flush(c);
        return -1;
    }
    return say(c, "250 2.1.0 Ok\r\n");
}

/* Look at what is held; return bytes done with, or -1 to hang up. */
static ssize_t digest(struct conversation *c)
{
    size_t done = 0;
    while (done < c->held) {
        char *start = c->buffer + done;
        size_t left = c->held - done;
        if (c->in_message) {
            char *end = memmem(start, left, END, END_SIZE);
            if (!end) {
                /* The end may lie across two reads: keep what could begin it. */
                size_t keep = left < END_SIZE - 1 ? left : END_SIZE - 1;
                return (ssize_t)(c->held - keep);
            }
            done = (size_t)(end - c->buffer) + END_SIZE;
            if (count_message(c) < 0)
                return -1;
        } else {
            char *newline = memchr(start, '\n', left);
            if (!newline)
                return left > LONGEST_LINE ? -1 : (ssize_t)done;
            done = (size_t)(newline - c->buffer) + 1;
            if (obey(c, start) < 0)
                return -1;
        }
    }
    return (ssize_t)done;
}

static void *converse(void *argument)
{
    struct conversation *c = calloc(1, sizeof *c);
    c->fd = (int)(intptr_t)argument;
    int on = 1;
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (say(c, "220 discard ESMTP\r\n") == 0 && flush(c) == 0) {
        ssize_t n;
        while ((n = recv(c->fd, c->buffer + c->held, CHUNK - c->held, 0)) > 0) {
            atomic_fetch_add(&bytes, (unsigned long)n);
            c->held += (size_t)n;
            ssize_t done = digest(c);
            if (done < 0 || flush(c) < 0)
                break;
            c->held -= (size_t)done;
            memmove(c->buffer, c->buffer + done, c->held);
        }
    }
    close(c->fd);
    free(c);
    return NULL;
}

static void report(int number)
{
    (void)number;
    char line[128];
    double seconds = (double)(atomic_load(&last_at) - atomic_load(&first_at)) / 1e9;
    int size = snprintf(line, sizeof line, "%lu %lu %.6f\n", atomic_load(&messages),
                        atomic_load(&bytes), seconds);
    if (write(STDOUT_FILENO, line, (size_t)size) != size)
        _exit(1);
    _exit(0);
}

int main(int count, char **words)
{
    if (count != 2) {
        fputs("usage: discard PORT\n", stderr);
        return 2;
    }
    struct sockaddr_in here = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)atoi(words[1])),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&here, sizeof here) < 0 || listen(listener, 256) < 0) {
        perror("discard");
        return 1;
    }
    signal(SIGTERM, report);
    puts("ready");
    fflush(stdout);
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        pthread_t thread;
        if (fd < 0 || pthread_create(&thread, NULL, converse, (void *)(intptr_t)fd) != 0)
            continue;
        pthread_detach(thread);
    }
}
