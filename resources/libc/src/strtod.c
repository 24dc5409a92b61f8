/*
 * Floating point from text (C11 7.22.1.3): decimal and hexadecimal numbers, infinities and NaNs, correctly rounded to
 * float, double and long double.
 *
 * Decimal: short numbers whose parts are exact doubles are one multiplication or division (both correctly rounded).
 * Every other becomes an exact decimal number (decimal.h), which is scaled by powers of two until its whole part is a
 * 64-bit integer with the highest bit set; that integer and the fraction behind it decide the rounding. More digits than
 * can matter are replaced by one digit 1 when any of them is not zero.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "decimal.h"

/* One of the three formats, and room for its decimal numbers. */
struct format {
  int bits;            /* of the mantissa, leading one included */
  int lowest;          /* exponent of the last bit of subnormal numbers */
  int highest;         /* largest exponent of the leading bit */
  int digits_max;      /* significant decimal digits that can matter */
  int decimal_highest; /* numbers of 10^this and more overflow */
  int decimal_lowest;  /* numbers below 10^this round to zero */
  int whole;           /* limbs before the point */
};

static const struct format binary32 = {24, -149, 127, 800, 40, -60, 8};
static const struct format binary64 = {53, -1074, 1023, 800, 310, -345, 39};
static const struct format extended = {64, -16445, 16383, 11600, 4934, -4970, 553};
#define DOUBLE_LIMBS (39 + 90 + 130)
#define EXTENDED_LIMBS (553 + 1292 + 1830)

/* A rounded magnitude: mantissa · 2^exponent. Infinity has `infinite`. */
struct magnitude {
  uint64_t mantissa;
  int exponent;
  int infinite;
};

/*
 * Rounds m · 2^e, where m has its highest bit set and `tail` tells the fraction behind m: 0 none, 1 less than half,
 * 2 half, 3 more than half. Sets errno to ERANGE on overflow and on an inexact subnormal result.
 */
static struct magnitude round_to(const struct format *format, uint64_t m, int e, int tail) {
  struct magnitude result = {0, 0, 0};
  int drop = 64 - format->bits, subnormal = 0;
  if (e + drop < format->lowest) {
    drop = format->lowest - e;
    subnormal = 1;
  }
  if (drop > 64) {
    errno = ERANGE;
    return result;
  }
  int inexact = tail != 0;
  int up;
  if (drop == 0) {
    up = tail == 3 || (tail == 2 && (m & 1) != 0);
  } else {
    uint64_t half = (uint64_t)1 << (drop - 1);
    uint64_t dropped = drop == 64 ? m : m & ((half << 1) - 1);
    m = drop == 64 ? 0 : m >> drop;
    up = dropped > half || (dropped == half && (tail != 0 || (m & 1) != 0));
    inexact |= dropped != 0;
  }
  e += drop;
  m += (uint64_t)up;
  if (up && m == 0) {
    m = (uint64_t)1 << 63;
    e++;
  }
  if (subnormal && inexact && m >> (format->bits - 1) == 0) errno = ERANGE;
  if (m >> (format->bits - 1) > 1) {
    m >>= 1;
    e++;
  }
  if (m != 0 && e + 63 - __builtin_clzll(m) > format->highest) {
    errno = ERANGE;
    result.infinite = 1;
    return result;
  }
  result.mantissa = m;
  result.exponent = e;
  return result;
}

static uint64_t whole_part(const struct decimal *d) {
  uint64_t n = 0;
  for (int i = d->first; i < d->point; i++) n = n * LIMB + (i < d->count ? d->limbs[i] : 0);
  return n;
}

static struct magnitude round_decimal(const struct format *format, struct decimal *d) {
  int e = 0;
  while (d->point - d->first > 2) {
    __pw_decimal_divide(d, 9);
    e += 9;
  }
  /* Below 10^18 now, so that 29 more bits fit while the whole part has at most 30. */
  uint64_t whole;
  while ((whole = whole_part(d)) < (uint64_t)1 << 30) {
    __pw_decimal_multiply(d, 29);
    e -= 29;
  }
  int shift = __builtin_clzll(whole);
  __pw_decimal_multiply(d, shift);
  whole = whole_part(d);
  int tail = 0;
  if (d->count > d->point) {
    uint32_t next = d->first > d->point ? 0 : d->limbs[d->point];
    int more = d->count > d->point + 1 || d->first > d->point;
    tail = next < LIMB / 2 ? 1 : next > LIMB / 2 || more ? 3 : 2;
  }
  return round_to(format, whole, e - shift, tail);
}

/* What the scan of a decimal number found: digits without point and leading zeros, value = 0.digits · 10^scale. */
struct scan {
  const char *digits;   /* where the first digit that counts stands */
  int count;            /* digits from there on that count, trailing zeros excluded */
  int scale;
  const char *end;
};

static int parse_exponent(const char **at) {
  const char *p = *at + 1;
  int negative = 0, n = 0;
  if (*p == '-' || *p == '+') negative = *p++ == '-';
  if (!isdigit((unsigned char)*p)) return 0;
  for (; isdigit((unsigned char)*p); p++) n = n < 100000000 ? n * 10 + (*p - '0') : n;
  *at = p;
  return negative ? -n : n;
}

/* Scans [digits][.digits][e[±]digits]; `end` is `text` when there is no digit. */
static struct scan scan_decimal(const char *text) {
  struct scan scan = {.end = text};
  const char *p = text;
  int seen = 0, point = 0, position = 0, last = 0;
  for (;; p++) {
    if (*p == '.' && !point) {
      point = 1;
      continue;
    }
    if (!isdigit((unsigned char)*p)) break;
    seen = 1;
    if (scan.digits == NULL) {
      if (*p == '0') {
        scan.scale -= point;
        continue;
      }
      scan.digits = p;
    }
    position++;
    if (*p != '0') last = position;
    if (!point) scan.scale++;
  }
  if (!seen) return scan;
  if ((*p | 0x20) == 'e') {
    int exponent = parse_exponent(&p);
    if (scan.digits != NULL) scan.scale += exponent;
  }
  scan.count = last;
  scan.end = p;
  return scan;
}

/* Numbers of at most 15 digits and a power of ten of at most 10^22: both exact, so one operation rounds correctly. */
static int convert_short(const struct scan *scan, double *to) {
  static const double powers[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
                                  1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  int power = scan->scale - scan->count;
  if (scan->count > 15 || power < -22 || power > 22) return 0;
  uint64_t n = 0;
  const char *p = scan->digits;
  for (int i = 0; i < scan->count; p++) {
    if (*p == '.') continue;
    n = n * 10 + (uint64_t)(*p - '0');
    i++;
  }
  *to = power < 0 ? (double)n / powers[-power] : (double)n * powers[power];
  return 1;
}

/* The decimal digits as limbs: digit i (from 0) has the place scale - 1 - i. */
static void load(struct decimal *d, const struct format *format, const struct scan *scan, uint32_t *limbs) {
  int kept = scan->count > format->digits_max ? format->digits_max : scan->count;
  int offset = (format->whole * LIMB_DIGITS - scan->scale);
  int at = offset / LIMB_DIGITS, filled = offset % LIMB_DIGITS;
  uint32_t limb = 0;
  const char *p = scan->digits;
  d->limbs = limbs;
  d->point = format->whole;
  d->first = at;
  for (int i = 0; i < kept; p++) {
    if (*p == '.') continue;
    limb = limb * 10 + (uint32_t)(*p - '0');
    i++;
    if (i == kept && scan->count > kept) limb |= 1; /* the digits left out are not all zero: last of them is not */
    if (++filled == LIMB_DIGITS) {
      limbs[at++] = limb;
      limb = 0;
      filled = 0;
    }
  }
  if (filled > 0) {
    for (; filled < LIMB_DIGITS; filled++) limb *= 10;
    limbs[at++] = limb;
  }
  while (at > d->first && limbs[at - 1] == 0) at--;
  while (at < d->point) limbs[at++] = 0;
  d->count = at;
}

static struct magnitude convert_decimal(const struct format *format, const struct scan *scan, uint32_t *limbs) {
  struct magnitude none = {0, 0, 0};
  if (scan->count == 0) return none;
  if (scan->scale > format->decimal_highest) {
    errno = ERANGE;
    none.infinite = 1;
    return none;
  }
  if (scan->scale < format->decimal_lowest) {
    errno = ERANGE;
    return none;
  }
  struct decimal d;
  load(&d, format, scan, limbs);
  return round_decimal(format, &d);
}

static int hex_value(int c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; }

/* 0x[digits][.digits][p[±]digits], `text` behind "0x". */
static struct magnitude convert_hex(const struct format *format, const char *text, const char **end) {
  uint64_t m = 0;
  int point = 0, rest = 0, tail_digits = 0;
  long e = 0;
  const char *p = text;
  for (;; p++) {
    if (*p == '.' && !point) {
      point = 1;
      continue;
    }
    if (!isxdigit((unsigned char)*p)) break;
    int digit = hex_value((unsigned char)*p);
    if (m >> 60 == 0) {
      m = m << 4 | (uint64_t)digit;
      e -= point ? 4 : 0;
    } else {
      /* Past 60 bits and more: only the first such digit's bits and whether the others are zero matter. */
      if (tail_digits++ == 0) rest = digit << 1;
      else rest |= digit != 0;
      e += point ? 0 : 4;
    }
  }
  if ((*p | 0x20) == 'p') e += parse_exponent(&p);
  *end = p;
  struct magnitude none = {0, 0, 0};
  if (m == 0) return none;
  int shift = __builtin_clzll(m);
  m <<= shift;
  e -= shift;
  /* At most three bits of the first digit left out move into the mantissa; the others tell half and more. */
  if (tail_digits > 0) m |= (uint64_t)(rest >> (5 - shift));
  rest = rest << shift & 31;
  int tail = rest == 0 ? 0 : rest < 16 ? 1 : rest == 16 ? 2 : 3;
  if (e > 40000) e = 40000;
  if (e < -40000) e = -40000;
  return round_to(format, m, (int)e, tail);
}

enum kind { NUMBER, SHORT_NUMBER, INFINITE, NOT_A_NUMBER };

struct parsed {
  enum kind kind;
  int negative;
  double value; /* SHORT_NUMBER */
  struct magnitude magnitude;
};

/* "nan" with an optional parenthesised sequence. */
static const char *after_nan(const char *p) {
  const char *q = p;
  if (*q != '(') return p;
  for (q++; isalnum((unsigned char)*q) || *q == '_'; q++) continue;
  return *q == ')' ? q + 1 : p;
}

static struct parsed parse(const struct format *format, const char *text, char **end, uint32_t *limbs) {
  struct parsed parsed = {.kind = NUMBER};
  const char *p = text, *stop = text;
  while (isspace((unsigned char)*p)) p++;
  if (*p == '-' || *p == '+') parsed.negative = *p++ == '-';
  if ((*p | 0x20) == 'i' && strncasecmp(p, "inf", 3) == 0) {
    parsed.kind = INFINITE;
    stop = p + (strncasecmp(p, "infinity", 8) == 0 ? 8 : 3);
  } else if ((*p | 0x20) == 'n' && strncasecmp(p, "nan", 3) == 0) {
    parsed.kind = NOT_A_NUMBER;
    stop = after_nan(p + 3);
  } else if (p[0] == '0' && (p[1] | 0x20) == 'x' &&
             (isxdigit((unsigned char)p[2]) || (p[2] == '.' && isxdigit((unsigned char)p[3])))) {
    parsed.magnitude = convert_hex(format, p + 2, &stop);
  } else {
    struct scan scan = scan_decimal(p);
    if (scan.end != p) stop = scan.end;
    if (format->bits == 53 && scan.count > 0 && convert_short(&scan, &parsed.value)) parsed.kind = SHORT_NUMBER;
    else parsed.magnitude = convert_decimal(format, &scan, limbs);
  }
  if (stop == text) parsed.negative = 0;
  if (end != NULL) *end = (char *)stop;
  return parsed;
}

double strtod(const char *restrict text, char **restrict end) {
  uint32_t limbs[DOUBLE_LIMBS];
  struct parsed parsed = parse(&binary64, text, end, limbs);
  uint64_t bits;
  if (parsed.kind == SHORT_NUMBER) return parsed.negative ? -parsed.value : parsed.value;
  if (parsed.kind == NOT_A_NUMBER) {
    bits = (uint64_t)0x7ff8 << 48;
  } else if (parsed.kind == INFINITE || parsed.magnitude.infinite) {
    bits = (uint64_t)0x7ff << 52;
  } else {
    bits = parsed.magnitude.mantissa;
    /* A normal number's leading bit adds one to the exponent field. */
    if (bits >> 52 != 0) bits += (uint64_t)(parsed.magnitude.exponent + 1074) << 52;
  }
  bits |= (uint64_t)parsed.negative << 63;
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

float strtof(const char *restrict text, char **restrict end) {
  uint32_t limbs[DOUBLE_LIMBS];
  struct parsed parsed = parse(&binary32, text, end, limbs);
  uint32_t bits;
  if (parsed.kind == NOT_A_NUMBER) {
    bits = 0x7fc00000;
  } else if (parsed.kind == INFINITE || parsed.magnitude.infinite) {
    bits = 0x7f800000;
  } else {
    bits = (uint32_t)parsed.magnitude.mantissa;
    if (bits >> 23 != 0) bits += (uint32_t)(parsed.magnitude.exponent + 149) << 23;
  }
  bits |= (uint32_t)parsed.negative << 31;
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

long double strtold(const char *restrict text, char **restrict end) {
  uint32_t limbs[EXTENDED_LIMBS];
  struct parsed parsed = parse(&extended, text, end, limbs);
  struct {
    uint64_t mantissa;
    uint16_t sign_exponent;
    uint16_t padding[3];
  } bits = {parsed.magnitude.mantissa, 0, {0}};
  if (parsed.kind == NOT_A_NUMBER) {
    bits.mantissa = (uint64_t)3 << 62;
    bits.sign_exponent = 0x7fff;
  } else if (parsed.kind == INFINITE || parsed.magnitude.infinite) {
    bits.mantissa = (uint64_t)1 << 63;
    bits.sign_exponent = 0x7fff;
  } else if (bits.mantissa >> 63 != 0) {
    bits.sign_exponent = (uint16_t)(parsed.magnitude.exponent + 16446);
  }
  if (parsed.negative) bits.sign_exponent |= 0x8000;
  long double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

double atof(const char *text) { return strtod(text, NULL); }
