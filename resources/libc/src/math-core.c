/*
 * Kernels of the elementary functions in double-double arithmetic. Each reduces its argument with a table to a small t
 * and sums a short series whose leading terms are double-double and whose tail, smaller by 2^-13 and more, is double:
 * the relative error is at most about 2^-65, so that rounding hi + lo gives the correctly rounded double in all but
 * about one case in thousands.
 *
 *     exp    x = (32 k + i) ln 2 / 32 + t            2^k · 2^(i/32) · e^t             |t| ≤ 0.011
 *     log    x = 2^k · z, c ≈ z from a table          k ln 2 + log c + log(1 + (z/c - 1))
 *     sin    x = q π/2 + i/32 + t                     addition theorem                 |t| ≤ 1/64
 *     atan   t = (y - c x) / (x + c y), c = i/64      atan c + atan t                  |t| ≤ 1/128
 */
#include <stddef.h>
#include "math-dd.h"
#include "math-tables.h"

double __pw_scale(dd a, int n) {
  if (n > 1000) {
    double x = (a.hi + a.lo) * power_of_two(1000);
    return x * power_of_two(n - 1000 > 1000 ? 1000 : n - 1000);
  }
  if (n >= -900) return (a.hi + a.lo) * power_of_two(n);
  if (n < -2200) return a.hi * 0x1p-1000 * 0x1p-1000;
  /* Maybe subnormal: round at its last place by adding a number whose ulp that is. */
  double x = a.hi * power_of_two(n + 1000 < -1000 ? -1000 : n + 1000), y = a.lo * power_of_two(n + 1000 < -1000 ? -1000 : n + 1000);
  double magnitude = x < 0 ? -x : x;
  if (magnitude >= 0x1p-22) return (x + y) * 0x1p-1000;
  double big = x < 0 ? -0x1.8p-22 : 0x1.8p-22;
  dd s = two_sum(big, x);
  double rounded = s.hi + (s.lo + y);
  return (rounded - big) * 0x1p-1000;
}

dd __pw_exp(dd x, int *exponent) {
  double k = __builtin_rint(x.hi * 0x1.71547652b82fep+5);
  dd t = two_sum(x.hi - k * LN2_BY_32[0], -k * LN2_BY_32[1]);
  t = quick_sum(t.hi, t.lo + (x.lo - k * LN2_BY_32[2]));
  int n = (int)k, i = n & 31;
  *exponent = n >> 5;
  double r = t.hi;
  double tail = t.lo + r * t.lo +
                r * r * (0.5 + r * (0x1.5555555555555p-3 + r * (0x1.5555555555555p-5 + r * (0x1.1111111111111p-7 +
                r * (0x1.6c16c16c16c17p-10 + r * 0x1.a01a01a01a01ap-13)))));
  double high = EXP_TABLE[i][0], low = EXP_TABLE[i][1];
  dd p = two_product(high, r), s = two_sum(high, p.hi);
  return quick_sum(s.hi, s.lo + (p.lo + high * tail + (low + low * r)));
}

/* log(1 + r), |r| ≤ 2^-6. */
static dd log_near_one(dd r) {
  dd square = dd_multiply(r, r), cube = dd_multiply(square, r);
  double x = r.hi;
  double tail = x * x * x * x *
                (-0.25 + x * (0.2 + x * (-0x1.5555555555555p-3 + x * (0x1.2492492492492p-3 + x * (-0.125 +
                x * (0x1.c71c71c71c71cp-4 + x * (-0.1 + x * (0x1.745d1745d1746p-4 - x * 0x1.5555555555555p-4))))))));
  dd s = dd_add_double(dd_multiply(cube, (dd){THIRD[0], THIRD[1]}), tail);
  s = dd_add((dd){-0.5 * square.hi, -0.5 * square.lo}, s);
  return dd_add(r, s);
}

dd __pw_log(double x) {
  int k = 0;
  uint64_t bits = bits_of(x);
  if (bits >> 52 == 0) {
    bits = bits_of(x * 0x1p54);
    k = -54;
  }
  uint64_t offset = bits - ((uint64_t)0x3fe6 << 48);
  int i = (int)(offset >> 46 & 63);
  k += (int)((int64_t)offset >> 52);
  double z = from_bits(bits - (offset & (uint64_t)0xfff << 52));
  double inverse = LOG_TABLE[i][0];
  double z_high = from_bits(bits_of(z) & ~(uint64_t)0x7ffffff);
  dd r = two_sum(z_high * inverse - 1, (z - z_high) * inverse);
  dd s = log_near_one(r);
  if (inverse != 1) s = dd_add((dd){LOG_TABLE[i][1], LOG_TABLE[i][2]}, s);
  if (k == 0) return s;
  double n = k;
  dd ln2 = two_sum(n * LN2_PARTS[0], n * LN2_PARTS[1]);
  ln2.lo += n * LN2_PARTS[2];
  return dd_add(ln2, s);
}

dd __pw_log_dd(dd x) {
  double q = x.lo / x.hi;
  return dd_add_double(__pw_log(x.hi), q - 0.5 * q * q);
}

dd __pw_log1p(dd x) {
  if (x.hi < 0x1p-7 && x.hi > -0x1p-7) return log_near_one(x);
  dd sum = two_sum(1, x.hi);
  return __pw_log_dd(quick_sum(sum.hi, sum.lo + x.lo));
}

dd __pw_expm1(dd x) {
  dd sum = {1, 0};
  for (int n = 19; n > 1; n--) sum = dd_add_double(dd_divide(dd_multiply(sum, x), (dd){n, 0}), 1);
  return dd_multiply(sum, x);
}

void __pw_sin_cos_reduced(dd x, dd *sine, dd *cosine) {
  double a = x.hi < 0 ? -x.hi : x.hi, lo = x.hi < 0 ? -x.lo : x.lo;
  int i = (int)(a * 32 + 0.5);
  dd t = quick_sum(a - i * 0.03125, lo);
  if (i == 0) t = (dd){a, lo};
  double s = t.hi * t.hi;
  /* sin t = t.hi + sin_tail, cos t = 1 - cos_tail */
  double sin_tail = t.lo - 0.5 * s * t.lo +
                    t.hi * s * (-0x1.5555555555555p-3 + s * (0x1.1111111111111p-7 + s * (-0x1.a01a01a01a01ap-13 + s * 0x1.71de3a556c734p-19)));
  double cos_tail = t.hi * t.lo + s * (0.5 + s * (-0x1.5555555555555p-5 + s * (0x1.6c16c16c16c17p-10 - s * 0x1.a01a01a01a01ap-16)));
  double sh = SIN_COS_TABLE[i][0], sl = SIN_COS_TABLE[i][1], ch = SIN_COS_TABLE[i][2], cl = SIN_COS_TABLE[i][3];
  dd p = two_product(ch, t.hi), u = two_sum(sh, p.hi);
  dd result = quick_sum(u.hi, u.lo + (p.lo + ch * sin_tail + (cl * t.hi + (sl - sh * cos_tail))));
  p = two_product(-sh, t.hi);
  u = two_sum(ch, p.hi);
  *cosine = quick_sum(u.hi, u.lo + (p.lo - sh * sin_tail + (cl - sl * t.hi - ch * cos_tail)));
  *sine = x.hi < 0 ? dd_negate(result) : result;
}

/*
 * Large arguments (Payne and Hanek): of the product m · 2^e · (2/π) only the bits around the point matter. 192 bits of
 * 2/π are taken so that those above are multiples of 4 after multiplication; the product modulo 4 gives quadrant and
 * fraction. Returns the quadrant; *r is in [-π/4, π/4].
 */
static int reduce_large(double x, dd *r) {
  uint64_t bits = bits_of(x);
  uint64_t m = (bits & 0xfffffffffffff) | (uint64_t)1 << 52;
  int e = (int)(bits >> 52 & 0x7ff) - 1075;
  /* Bit position in 2/π whose product with m · 2^e has the weight 4 or more: all bits before it are dropped. */
  int skip = e > 62 ? e - 62 : 0;
  uint64_t window[4];
  for (int i = 0; i < 4; i++) {
    int at = skip + 64 * i, word = at >> 6, shift = at & 63;
    window[i] = word < 20 ? TWO_BY_PI_BITS[word] << shift : 0;
    if (shift != 0 && word + 1 < 20) window[i] |= TWO_BY_PI_BITS[word + 1] >> (64 - shift);
  }
  /* product = m · window (256 bits, the low ones dropped), as an integer times 2^(e - skip - 256). */
  uint64_t product[4], carry = 0;
  for (int i = 3; i >= 0; i--) {
    unsigned __int128 wide = (unsigned __int128)window[i] * m + carry;
    product[i] = (uint64_t)wide;
    carry = (uint64_t)(wide >> 64);
  }
  /* Shift so that the integer part modulo 4 stands in the two top bits: bits before are multiples of 4. */
  int point = e - skip; /* of the 256 bits, this many are before the binary point */
  int up = point - 2;
  uint64_t top, next, last;
  if (up >= 0) {
    int words = up >> 6, shift = up & 63;
    uint64_t a = product[words], b = product[words + 1], c = words + 2 < 4 ? product[words + 2] : 0, d = words + 3 < 4 ? product[words + 3] : 0;
    top = shift ? a << shift | b >> (64 - shift) : a;
    next = shift ? b << shift | c >> (64 - shift) : b;
    last = shift ? c << shift | d >> (64 - shift) : c;
  } else {
    int shift = -up; /* at most 55: e ≥ -32 here */
    top = product[0] >> shift | carry << (64 - shift);
    next = product[0] << (64 - shift) | product[1] >> shift;
    last = product[1] << (64 - shift) | product[2] >> shift;
  }
  int quadrant = (int)(top >> 62);
  top = top << 2 | next >> 62;
  next = next << 2 | last >> 62;
  int negative = (int)(top >> 63);
  if (negative) {
    quadrant++;
    top = ~top;
    next = ~next;
  }
  /* fraction = top:next / 2^128 in [0, 1/2] */
  dd fraction = {0, 0};
  int zeros = top == 0 ? 64 : __builtin_clzll(top);
  if (zeros > 0 && zeros < 64) {
    top = top << zeros | next >> (64 - zeros);
    next <<= zeros;
  } else if (zeros == 64) {
    top = next;
    next = 0;
  }
  fraction = two_sum((double)(top >> 11) * 0x1p-53, (double)((top & 0x7ff) << 42 | next >> 22) * 0x1p-106);
  double scale = power_of_two(-zeros);
  fraction.hi *= scale;
  fraction.lo *= scale;
  *r = dd_multiply(fraction, (dd){HALF_PI_DD[0], HALF_PI_DD[1]});
  if (negative) *r = dd_negate(*r);
  return quadrant & 3;
}

void __pw_sin_cos(double x, dd *sine, dd *cosine) {
  double a = x < 0 ? -x : x;
  dd r = {a, 0};
  int quadrant = 0;
  if (a > 0x1.921fb54442d18p-1) {
    if (a < 0x1p18) {
      double k = __builtin_rint(a * 0x1.45f306dc9c883p-1);
      dd s = two_sum(a - k * HALF_PI[0], -k * HALF_PI[1]), t = two_sum(s.lo, -k * HALF_PI[2]);
      r = quick_sum(s.hi, t.hi);
      r = quick_sum(r.hi, r.lo + (t.lo - k * HALF_PI[3]));
      quadrant = (int)k & 3;
    } else {
      quadrant = reduce_large(a, &r);
    }
  }
  dd s, c;
  __pw_sin_cos_reduced(r, &s, &c);
  dd sine_result = (quadrant & 1) != 0 ? c : s, cosine_result = (quadrant & 1) != 0 ? s : c;
  if ((quadrant & 2) != 0) sine_result = dd_negate(sine_result);
  if (quadrant == 1 || quadrant == 2) cosine_result = dd_negate(cosine_result);
  *sine = x < 0 ? dd_negate(sine_result) : sine_result;
  *cosine = cosine_result;
}

dd __pw_angle(dd y, dd x) {
  int swapped = y.hi > x.hi;
  if (swapped) {
    dd exchange = x;
    x = y;
    y = exchange;
  }
  int i = (int)(y.hi / x.hi * 64 + 0.5);
  dd t;
  if (i == 0) {
    t = dd_divide(y, x);
  } else {
    double c = i * 0.015625;
    t = dd_divide(dd_add(y, dd_multiply_double(x, -c)), dd_add(x, dd_multiply_double(y, c)));
  }
  double s = t.hi * t.hi;
  double tail = t.hi * s * (-0x1.5555555555555p-2 + s * (0.2 + s * (-0x1.2492492492492p-3 + s * (0x1.c71c71c71c71cp-4 - s * 0x1.745d1745d1746p-4))));
  dd angle = quick_sum(t.hi, t.lo + (tail - s * t.lo));
  if (i != 0) angle = dd_add((dd){ATAN_TABLE[i][0], ATAN_TABLE[i][1]}, angle);
  return swapped ? dd_add((dd){HALF_PI_DD[0], HALF_PI_DD[1]}, dd_negate(angle)) : angle;
}
