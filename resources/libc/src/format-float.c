/*
 * Floating point in formatted output: %f %e %g and %a of double and long double, exact for every value and precision,
 * rounded to nearest, ties to even on the exact value (as glibc does in the default rounding mode).
 *
 * A finite value is m · 2^e with an integer m < 2^64: it is written as an exact decimal number (decimal.h) and scaled.
 *
 * Rounding to d digits after the point looks at the digit limbs only: half is 5 followed by zeros.
 */
#define _GNU_SOURCE
#include <limits.h>
#include <string.h>
#include "decimal.h"
#include "format.h"

/* Limbs for every double: 2^1024 has 309 digits, 2^-1074 has 1,074 of them after the point. */
#define DOUBLE_WHOLE 36
#define DOUBLE_LIMBS (DOUBLE_WHOLE + 121)
/* For every long double: 2^16384 has 4,933 digits, 2^-16445 has 16,445 after the point. */
#define LONG_DOUBLE_WHOLE 550
#define LONG_DOUBLE_LIMBS (LONG_DOUBLE_WHOLE + 1829)

/* A value taken apart: m · 2^e, or not finite. */
struct parts {
  uint64_t mantissa;
  int exponent;
  int negative;
  enum { FINITE, INFINITE, NOT_A_NUMBER } kind;
  /* Bits of the mantissa after the leading hexadecimal digit of %a, and that form's exponent of the leading digit. */
  int hex_bits, hex_exponent;
};

/* The exact decimal expansion; `limbs` has room for it, `whole` limbs of it before the point. */
static void expand(struct decimal *d, uint32_t *limbs, int whole, const struct parts *parts) {
  uint64_t m = parts->mantissa;
  int e = parts->exponent;
  if (m != 0) {
    int zeros = __builtin_ctzll(m);
    m >>= zeros;
    e += zeros;
  }
  d->limbs = limbs;
  d->point = d->count = d->first = whole;
  for (; m > 0; m /= LIMB) limbs[--d->first] = (uint32_t)(m % LIMB);
  if (e > 0) __pw_decimal_multiply(d, e);
  else __pw_decimal_divide(d, -e);
}

static uint32_t power_of_ten(int n) {
  uint32_t p = 1;
  while (n-- > 0) p *= 10;
  return p;
}

static int digits_of(uint32_t limb) {
  int n = 1;
  for (; limb >= 10; limb /= 10) n++;
  return n;
}

/* Decimal exponent of the leading digit; 0 for zero. */
static int leading_exponent(const struct decimal *d) {
  if (d->first >= d->count) return 0;
  return (d->point - 1 - d->first) * LIMB_DIGITS + digits_of(d->limbs[d->first]) - 1;
}

/* Rounds to `digits` decimal places (may be negative: places before the point). */
static void round_at(struct decimal *d, long digits) {
  /* Limb and place inside it of the last digit that is kept. */
  long distance = digits + (long)d->point * LIMB_DIGITS;
  if (distance < 0) {
    d->first = d->count;
    return;
  }
  long limb = distance / LIMB_DIGITS;
  int kept = (int)(distance % LIMB_DIGITS);
  if (limb >= d->count) return;
  if (limb < d->first) {
    /* The digits stand below limb `limb`, which is zero: less than half a unit. */
    d->first = d->count;
    return;
  }
  uint32_t unit = power_of_ten(LIMB_DIGITS - kept);
  uint32_t dropped = kept == 0 ? d->limbs[limb] : d->limbs[limb] % unit;
  uint32_t half = unit / 2;
  int rest = 0;
  for (int i = (int)limb + 1; i < d->count && !rest; i++) rest = d->limbs[i] != 0;
  int odd;
  if (kept == 0) odd = limb > d->first ? (int)(d->limbs[limb - 1] & 1) : 0;
  else odd = (int)(d->limbs[limb] / unit & 1);
  int up = dropped > half || (dropped == half && (rest || odd));
  d->limbs[limb] -= dropped;
  d->count = (int)limb + 1;
  if (!up) return;
  uint64_t carry = unit;
  for (int i = (int)limb; carry != 0; i--) {
    if (i < d->first) {
      d->limbs[i] = 0;
      d->first = i;
    }
    uint64_t x = d->limbs[i] + carry;
    carry = x >= LIMB;
    d->limbs[i] = (uint32_t)(carry ? x - LIMB : x);
  }
}

/* The nine digits of limb i, or zeros where there is none. */
static void limb_text(const struct decimal *d, int i, char text[LIMB_DIGITS]) {
  uint32_t limb = i >= d->first && i < d->count ? d->limbs[i] : 0;
  for (int k = LIMB_DIGITS - 1; k >= 0; k--) {
    text[k] = (char)('0' + limb % 10);
    limb /= 10;
  }
}

/* Puts n digits from the decimal place `from` (0: the units, 1: tens, -1: tenths) downwards. */
static void put_digits(struct output *out, const struct decimal *d, long from, long n) {
  long skip = (long)d->point * LIMB_DIGITS - 1 - from;
  while (n > 0) {
    long i = skip / LIMB_DIGITS;
    int at = (int)(skip % LIMB_DIGITS);
    if (i >= d->count) {
      __pw_pad(out, '0', n);
      return;
    }
    char text[LIMB_DIGITS];
    limb_text(d, (int)i, text);
    int length = LIMB_DIGITS - at < n ? LIMB_DIGITS - at : (int)n;
    __pw_put(out, text + at, (size_t)length);
    skip += length;
    n -= length;
  }
}

/* Decimal places of the last digit that is not zero (negative: before the point). */
static long last_place(const struct decimal *d) {
  int i = d->count - 1;
  while (i >= d->first && d->limbs[i] == 0) i--;
  if (i < d->first) return LONG_MIN;
  int place = LIMB_DIGITS;
  for (uint32_t limb = d->limbs[i]; limb % 10 == 0; limb /= 10) place--;
  return (long)(i - d->point) * LIMB_DIGITS + place;
}

struct layout {
  /* Sign and, for %a, "0x". */
  char prefix[3];
  int prefix_length;
};

static struct layout begin(const struct conversion *how, int negative) {
  struct layout layout = {.prefix_length = 0};
  if (negative) layout.prefix[layout.prefix_length++] = '-';
  else if ((how->flags & FLAG_PLUS) != 0) layout.prefix[layout.prefix_length++] = '+';
  else if ((how->flags & FLAG_SPACE) != 0) layout.prefix[layout.prefix_length++] = ' ';
  return layout;
}

static void put_begin(struct output *out, const struct conversion *how, const struct layout *layout, long pad) {
  if ((how->flags & (FLAG_LEFT | FLAG_ZERO)) == 0) __pw_pad(out, ' ', pad);
  __pw_put(out, layout->prefix, (size_t)layout->prefix_length);
  if ((how->flags & (FLAG_LEFT | FLAG_ZERO)) == FLAG_ZERO) __pw_pad(out, '0', pad);
}

static void put_end(struct output *out, const struct conversion *how, long pad) {
  if ((how->flags & FLAG_LEFT) != 0) __pw_pad(out, ' ', pad);
}

/* "e+05", "p-1074": letter, sign, at least `least` digits; the length. */
static int exponent_text(char *to, char letter, int exponent, int least) {
  char digits[8];
  int n = 0, length = 0;
  unsigned magnitude = exponent < 0 ? 0u - (unsigned)exponent : (unsigned)exponent;
  for (; magnitude > 0 || n < least; magnitude /= 10) digits[n++] = (char)('0' + magnitude % 10);
  to[length++] = letter;
  to[length++] = exponent < 0 ? '-' : '+';
  while (n > 0) to[length++] = digits[--n];
  return length;
}

/* %f: `places` digits after the point. */
static void put_fixed(struct output *out, const struct conversion *how, const struct decimal *d, int negative, long places) {
  struct layout layout = begin(how, negative);
  int top = leading_exponent(d);
  long whole = top < 0 ? 1 : (long)top + 1;
  int point = places > 0 || (how->flags & FLAG_ALTERNATE) != 0;
  long pad = how->width - (layout.prefix_length + whole + point + places);
  put_begin(out, how, &layout, pad);
  put_digits(out, d, whole - 1, whole);
  if (point) __pw_put(out, ".", 1);
  put_digits(out, d, -1, places);
  put_end(out, how, pad);
}

/* %e: one digit, the point, `places` digits, the exponent. */
static void put_scientific(struct output *out, const struct conversion *how, const struct decimal *d, int negative, long places) {
  struct layout layout = begin(how, negative);
  int top = leading_exponent(d);
  char tail[12];
  int tail_length = exponent_text(tail, (how->flags & FLAG_UPPER) != 0 ? 'E' : 'e', top, 2);
  int point = places > 0 || (how->flags & FLAG_ALTERNATE) != 0;
  long pad = how->width - (layout.prefix_length + 1 + point + places + tail_length);
  put_begin(out, how, &layout, pad);
  put_digits(out, d, top, 1);
  if (point) __pw_put(out, ".", 1);
  put_digits(out, d, (long)top - 1, places);
  __pw_put(out, tail, (size_t)tail_length);
  put_end(out, how, pad);
}

static void put_decimal(struct output *out, const struct conversion *how, struct decimal *d, int negative) {
  long precision = how->precision < 0 ? 6 : how->precision;
  char letter = (char)(how->letter | 0x20);
  if (letter == 'f') {
    round_at(d, precision);
    put_fixed(out, how, d, negative, precision);
    return;
  }
  if (letter == 'e') {
    round_at(d, precision - leading_exponent(d));
    put_scientific(out, how, d, negative, precision);
    return;
  }
  /* %g: precision counts significant digits; the form follows from the exponent after rounding. */
  if (precision == 0) precision = 1;
  round_at(d, precision - 1 - leading_exponent(d));
  int top = leading_exponent(d);
  int fixed = top >= -4 && top < precision;
  long places = fixed ? precision - 1 - top : precision - 1;
  if ((how->flags & FLAG_ALTERNATE) == 0) {
    long last = last_place(d);
    long used = last == LONG_MIN ? 0 : fixed ? last : last + top;
    if (used < 0) used = 0;
    if (places > used) places = used;
  }
  if (fixed) put_fixed(out, how, d, negative, places);
  else put_scientific(out, how, d, negative, places);
}

/* %a: the mantissa's bits as they are, rounded to even when the precision is short. */
static void put_hex(struct output *out, struct conversion *how, const struct parts *parts) {
  const char *alphabet = (how->flags & FLAG_UPPER) != 0 ? "0123456789ABCDEF" : "0123456789abcdef";
  struct layout layout = begin(how, parts->negative);
  layout.prefix[layout.prefix_length++] = '0';
  layout.prefix[layout.prefix_length++] = (how->flags & FLAG_UPPER) != 0 ? 'X' : 'x';
  uint64_t m = parts->mantissa;
  int bits = parts->hex_bits, exponent = m == 0 ? 0 : parts->hex_exponent;
  long digits = bits / 4, zeros = 0;
  uint64_t lead;
  if (how->precision >= 0 && how->precision < digits) {
    int drop = bits - how->precision * 4;
    uint64_t dropped = m & (((uint64_t)1 << drop) - 1), half = (uint64_t)1 << (drop - 1);
    m >>= drop;
    if (dropped > half || (dropped == half && (m & 1) != 0)) m++;
    digits = how->precision;
    bits -= drop;
    /* The leading digit of a long double is 8…f: a carry out of it starts again at 8… one binade up. */
    if (bits + 4 < 64 && m >> (bits + 4) != 0) {
      m >>= 4;
      exponent += 4;
    }
  } else if (how->precision < 0) {
    while (digits > 0 && (m & 15) == 0) {
      m >>= 4;
      bits -= 4;
      digits--;
    }
  } else {
    zeros = how->precision - digits;
  }
  lead = m >> bits;
  char body[24], tail[12];
  int length = 0;
  body[length++] = alphabet[lead & 15];
  if (digits + zeros > 0 || (how->flags & FLAG_ALTERNATE) != 0) body[length++] = '.';
  for (int i = bits - 4; i >= 0; i -= 4) body[length++] = alphabet[m >> i & 15];
  int tail_length = exponent_text(tail, (how->flags & FLAG_UPPER) != 0 ? 'P' : 'p', exponent, 1);
  long pad = how->width - (layout.prefix_length + length + zeros + tail_length);
  put_begin(out, how, &layout, pad);
  __pw_put(out, body, (size_t)length);
  __pw_pad(out, '0', zeros);
  __pw_put(out, tail, (size_t)tail_length);
  put_end(out, how, pad);
}

static void put_special(struct output *out, struct conversion *how, const struct parts *parts) {
  struct layout layout = begin(how, parts->negative);
  int upper = (how->flags & FLAG_UPPER) != 0;
  const char *text = parts->kind == INFINITE ? (upper ? "INF" : "inf") : (upper ? "NAN" : "nan");
  how->flags &= ~(unsigned)FLAG_ZERO;
  __pw_put_number(out, how, layout.prefix, (size_t)layout.prefix_length, text, 3, 0);
}

static void put_value(struct output *out, const struct conversion *given, const struct parts *parts, uint32_t *limbs, int whole) {
  struct conversion how = *given;
  if (how.letter >= 'A' && how.letter <= 'Z') how.flags |= FLAG_UPPER;
  if (parts->kind != FINITE) {
    put_special(out, &how, parts);
  } else if ((how.letter | 0x20) == 'a') {
    put_hex(out, &how, parts);
  } else {
    struct decimal d;
    expand(&d, limbs, whole, parts);
    put_decimal(out, &how, &d, parts->negative);
  }
}

/* binary64: sign 1, exponent 11 (bias 1023), fraction 52. */
void __pw_format_double(struct output *out, const struct conversion *how, double value) {
  uint32_t limbs[DOUBLE_LIMBS];
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  uint64_t fraction = bits & 0xfffffffffffff;
  int biased = (int)(bits >> 52 & 0x7ff);
  struct parts parts = {.negative = (int)(bits >> 63), .hex_bits = 52, .kind = FINITE};
  if (biased == 0x7ff) parts.kind = fraction == 0 ? INFINITE : NOT_A_NUMBER;
  parts.mantissa = biased == 0 ? fraction : fraction | (uint64_t)1 << 52;
  parts.exponent = (biased == 0 ? 1 : biased) - 1075;
  parts.hex_exponent = (biased == 0 ? 1 : biased) - 1023;
  put_value(out, how, &parts, limbs, DOUBLE_WHOLE);
}

/* x86's extended format: 64-bit mantissa with its leading bit, exponent 15 (bias 16383), sign 1. */
void __pw_format_long_double(struct output *out, const struct conversion *how, long double value) {
  uint32_t limbs[LONG_DOUBLE_LIMBS];
  struct {
    uint64_t mantissa;
    uint16_t sign_exponent;
  } bits;
  memcpy(&bits, &value, 10);
  int biased = bits.sign_exponent & 0x7fff;
  struct parts parts = {.negative = bits.sign_exponent >> 15, .hex_bits = 60, .kind = FINITE};
  if (biased == 0x7fff) parts.kind = bits.mantissa << 1 == 0 ? INFINITE : NOT_A_NUMBER;
  parts.mantissa = bits.mantissa;
  parts.exponent = (biased == 0 ? 1 : biased) - 16446;
  parts.hex_exponent = (biased == 0 ? 1 : biased) - 16386;
  put_value(out, how, &parts, limbs, LONG_DOUBLE_WHOLE);
}
