"""
Makes resources/libc/src/math-tables.h, and math-gamma-table.h with the argument "gamma": constants and tables of the mathematical functions, each as a sum of doubles
(high + low), computed with 80 decimal digits by Python's decimal module. Run: python3 make-math-tables.py > ../src/math-tables.h
"""
from decimal import Decimal as D, getcontext
from fractions import Fraction

getcontext().prec = 110
getcontext().Emin, getcontext().Emax = -99999, 99999


def pi():
    # Machin: pi = 16 atan(1/5) - 4 atan(1/239)
    return 16 * atan(D(1) / 5) - 4 * atan(D(1) / 239)


def atan(x):
    if abs(x) > D("0.1"):
        return 2 * atan(x / (1 + (1 + x * x).sqrt()))
    total, term, n = D(0), x, 1
    while abs(term) > D(10) ** -105:
        total += term / n if n % 4 == 1 else -term / n
        term, n = term * x * x, n + 2
    return total


def sin(x):
    total, term, n = D(0), x, 1
    while abs(term) > D(10) ** -105:
        total += term
        term, n = -term * x * x / ((n + 1) * (n + 2)), n + 2
    return total


def cos(x):
    total, term, n = D(0), D(1), 0
    while abs(term) > D(10) ** -105:
        total += term
        term, n = -term * x * x / ((n + 1) * (n + 2)), n + 2
    return total


def parts(x, count=2, bits=53):
    """x as a sum of doubles; the first count - 1 have `bits` significant bits."""
    out = []
    for i in range(count):
        f = float(x)
        if bits < 53 and i < count - 1 and f != 0:
            m, e = __import__("math").frexp(f)
            f = float(int(m * 2**bits)) * 2.0 ** (e - bits)
        out.append(f)
        x -= D(f)
    return out


def text(values):
    return ", ".join(v.hex() if v else "0.0" for v in values)


def table(name, width, rows, comment):
    print(f"\n/* {comment} */\nstatic const double {name}[{len(rows)}][{width}] = {{")
    for row in rows:
        print(f"    {{{text(row)}}},")
    print("};")


def constant(name, values):
    print(f"static const double {name}[{len(values)}] = {{{text(values)}}};")


PI, LN2, LN10 = pi(), D(2).ln(), D(10).ln()
print("/* Made by resources/libc/test/make-math-tables.py. Numbers are sums of doubles, the largest part first. */")
constant("LN2_BY_32", parts(LN2 / 32, 3, 36))
constant("LN2_PARTS", parts(LN2, 3, 40))
constant("HALF_PI", parts(PI / 2, 4, 33))
constant("PI_DD", parts(PI))
constant("HALF_PI_DD", parts(PI / 2))
constant("LN2_DD", parts(LN2))
constant("INVERSE_LN2", parts(1 / LN2))
constant("INVERSE_LN10", parts(1 / LN10))
constant("THIRD", parts(D(1) / 3))
constant("TWO_BY_ROOT_PI", parts(2 / PI.sqrt()))
constant("INVERSE_ROOT_PI", parts(1 / PI.sqrt()))
constant("HALF_LN_2PI", parts((2 * PI).ln() / 2))

table("EXP_TABLE", 2, [parts((LN2 * i / 32).exp()) for i in range(32)], "2^(i / 32)")

rows = []
for i in range(64):
    # Interval i of the mantissa: see log_parts in math-core.c.
    low = (0x3FE6 << 48) + (i << 46)
    import struct
    z = [struct.unpack("<d", struct.pack("<Q", b))[0] for b in (low, low + (1 << 46))]
    if 0.99 < z[0] < 1.001 or z[1] == 1.0:
        inverse = D(1)
    else:
        centre = (D(z[0]) + D(z[1])) / 2
        inverse = D(round(1 / centre * 1024)) / 1024
    rows.append([float(inverse)] + parts(-inverse.ln()))
table("LOG_TABLE", 3, rows, "1 / c to 10 places and log(c), c near the middle of interval i")

table("SIN_COS_TABLE", 4, [parts(sin(D(i) / 32)) + parts(cos(D(i) / 32)) for i in range(27)], "sin(i / 32), cos(i / 32)")
table("ATAN_TABLE", 2, [parts(atan(D(i) / 64)) for i in range(65)], "atan(i / 64)")

# Stirling's series: B(2n) / (2n (2n - 1)).
bernoulli = [Fraction(1)]
from math import comb
for m in range(1, 31):
    bernoulli.append(-sum(comb(m + 1, k) * bernoulli[k] for k in range(m)) / (m + 1))
rows = []
for n in range(1, 13):
    c = bernoulli[2 * n] / (2 * n * (2 * n - 1))
    rows.append(parts(D(c.numerator) / D(c.denominator)))
table("STIRLING_TABLE", 2, rows, "B(2n) / (2n (2n - 1)), n from 1")

getcontext().prec = 420
def atan_inverse(n):
    total, term, k = D(0), D(1) / n, 1
    while abs(term) > D(10) ** -415:
        total += term / k if k % 4 == 1 else -term / k
        term, k = term / (n * n), k + 2
    return total
PI = 16 * atan_inverse(5) - 4 * atan_inverse(239)
bits = int((2 / PI) * 2 ** 1280)
words = [(bits >> (1280 - 64 * (i + 1))) & (2**64 - 1) for i in range(20)]
print("\n/* 2 / pi: binary digits after the point, most significant first. */\nstatic const unsigned long TWO_BY_PI_BITS[20] = {")
for i in range(0, 20, 4):
    print("    " + ", ".join(f"0x{w:016x}" for w in words[i:i + 4]) + ",")
print("};")
