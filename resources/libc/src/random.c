/*
 * Pseudo-random numbers. rand and random give Linux's sequence (random(3)): an additive feedback generator of degree 31,
 *
 *     r[i] = r[i - 3] + r[i - 31]   (modulo 2^32), result r[i] >> 1,
 *
 * started from 31 words of the minimal-standard generator (16807 · x modulo 2^31 − 1), 310 results thrown away. With
 * initstate, smaller tables give degrees 15, 7 and 3, and 8 bytes the plain linear congruential generator.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>

struct kind {
  size_t bytes;
  int degree, separation;
};
static const struct kind kinds[] = {{8, 0, 0}, {32, 7, 3}, {64, 15, 1}, {128, 31, 3}, {256, 63, 1}};

/* Word 0 of a table holds its kind and position, the rest is the generator's state. */
static unsigned default_table[32];
static unsigned *table = default_table;
static int kind = 3;
static int front, rear;
static int started;

static void start(unsigned seed) {
  const struct kind *k = &kinds[kind];
  unsigned *state = table + 1;
  int word = seed == 0 ? 1 : (int)seed;
  started = 1;
  state[0] = (unsigned)word;
  if (kind == 0) return;
  for (int i = 1; i < k->degree; i++) {
    int next = (int)(16807L * (word % 127773) - 2836L * (word / 127773));
    word = next < 0 ? next + 2147483647 : next;
    state[i] = (unsigned)word;
  }
  front = k->separation;
  rear = 0;
  for (int i = 0; i < 10 * k->degree; i++) random();
}

long random(void) {
  if (!started) start(1);
  unsigned *state = table + 1;
  if (kind == 0) {
    state[0] = (state[0] * 1103515245u + 12345u) & 0x7fffffff;
    return (long)state[0];
  }
  int degree = kinds[kind].degree;
  unsigned value = state[front] += state[rear];
  if (++front == degree) front = 0;
  if (++rear == degree) rear = 0;
  return (long)(value >> 1);
}

void srandom(unsigned seed) { start(seed); }

int rand(void) { return (int)random(); }

void srand(unsigned seed) { start(seed); }

static char *leave_table(void) {
  if (!started) start(1);
  table[0] = (unsigned)(kind + 5 * rear);
  return (char *)table;
}

char *initstate(unsigned seed, char *state, size_t size) {
  char *old = leave_table();
  if (size < kinds[0].bytes) {
    errno = EINVAL;
    return NULL;
  }
  for (kind = 4; kinds[kind].bytes > size; kind--) continue;
  table = (unsigned *)state;
  start(seed);
  leave_table();
  return old;
}

char *setstate(char *state) {
  char *old = leave_table();
  unsigned word = *(unsigned *)state;
  if (word % 5 > 4) return NULL;
  table = (unsigned *)state;
  kind = (int)(word % 5);
  rear = (int)(word / 5);
  front = kind == 0 ? 0 : (rear + kinds[kind].separation) % kinds[kind].degree;
  return old;
}

/* Three steps of a linear congruential generator, whose high bits make up the 31 bits of the result. */
int rand_r(unsigned *seed) {
  unsigned next = *seed;
  next = next * 1103515245 + 12345;
  int result = (int)(next / 65536 % 2048);
  next = next * 1103515245 + 12345;
  result = result << 10 ^ (int)(next / 65536 % 1024);
  next = next * 1103515245 + 12345;
  result = result << 10 ^ (int)(next / 65536 % 1024);
  *seed = next;
  return result;
}
