/* Characters in the "C" locale (C11 7.4): ASCII; anything else, EOF included, is in no class. */
#define _GNU_SOURCE
#include <ctype.h>

enum { UPPER = 1, LOWER = 2, DIGIT = 4, SPACE = 8, PUNCT = 16, CONTROL = 32, HEX = 64, BLANK = 128 };

#define C CONTROL
#define S (CONTROL | SPACE)
#define P PUNCT
#define D (DIGIT | HEX)
#define X (UPPER | HEX)
#define U UPPER
#define x (LOWER | HEX)
#define L LOWER
static const unsigned char classes[128] = {
    C, C, C, C, C, C, C, C, C, S | BLANK, S, S, S, S, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C, C,
    SPACE | BLANK, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P, D, D, D, D, D, D, D, D, D, D, P, P, P, P, P, P,
    P, X, X, X, X, X, X, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, P, P, P, P, P,
    P, x, x, x, x, x, x, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, P, P, P, P, C,
};
#undef C
#undef S
#undef P
#undef D
#undef X
#undef U
#undef x
#undef L

static int is(int c, int mask) { return c >= 0 && c < 128 ? classes[c] & mask : 0; }

int isalnum(int c) { return is(c, UPPER | LOWER | DIGIT); }
int isalpha(int c) { return is(c, UPPER | LOWER); }
int isblank(int c) { return is(c, BLANK); }
int iscntrl(int c) { return is(c, CONTROL); }
int isdigit(int c) { return is(c, DIGIT); }
int isgraph(int c) { return is(c, UPPER | LOWER | DIGIT | PUNCT); }
int islower(int c) { return is(c, LOWER); }
int isprint(int c) { return c == ' ' ? 1 : is(c, UPPER | LOWER | DIGIT | PUNCT); }
int ispunct(int c) { return is(c, PUNCT); }
int isspace(int c) { return is(c, SPACE); }
int isupper(int c) { return is(c, UPPER); }
int isxdigit(int c) { return is(c, HEX); }
int tolower(int c) { return is(c, UPPER) ? c + ('a' - 'A') : c; }
int toupper(int c) { return is(c, LOWER) ? c - ('a' - 'A') : c; }
int isascii(int c) { return c >= 0 && c < 128; }
int toascii(int c) { return c & 127; }
