/* Control flow: switch dense and sparse, goto, computed goto, loops, VLAs, static locals, conditional operators. */
#include <stdio.h>
static const char *dense(int n) { switch (n) { case 0: return "zero"; case 1: return "one"; case 2: return "two"; case 3: return "three"; case 4: return "four"; case 5: return "five"; default: return "many"; } }
static int sparse(long n) { switch (n) { case -1000000: return 1; case 7: return 2; case 1L << 40: return 3; case 100 ... 110: return 4; } return 0; }
static int machine(const unsigned char *code) {
  static void *labels[] = { &&push, &&add, &&dup, &&stop }; int stack[16], top = 0;
  goto *labels[*code++];
push: stack[top++] = *code++; goto *labels[*code++];
add: top--; stack[top - 1] += stack[top]; goto *labels[*code++];
dup: stack[top] = stack[top - 1]; top++; goto *labels[*code++];
stop: return stack[top - 1];
}
static int counter(void) { static int calls = 10; return ++calls; }
static int vla(int n) { int rows[n][n + 1]; int sum = 0; for (int i = 0; i < n; i++) for (int j = 0; j <= n; j++) rows[i][j] = i ^ j; for (int i = 0; i < n; i++) sum += rows[i][n - i]; return sum + (int)sizeof rows; }
int main(void) {
  for (int i = -1; i < 7; i++) printf("%s ", dense(i)); puts("");
  printf("%d %d %d %d %d\n", sparse(-1000000), sparse(7), sparse(1L << 40), sparse(105), sparse(8));
  printf("%d\n", machine((unsigned char[]){ 0, 20, 0, 1, 1, 2, 1, 3 }));
  for (int i = 0; i < 3; i++) counter(); printf("%d\n", counter());
  int total = 0; for (int i = 1; i < 20; i++) total += vla(i); printf("%d\n", total);
  int n = 27, steps = 0; while (n != 1) { n = n % 2 ? 3 * n + 1 : n / 2; steps++; } printf("%d\n", steps);
  int i = 0; do { if (i == 3) continue; if (i == 8) break; total += i; } while (i++ < 10); printf("%d %d\n", i, total);
  for (int a = 0; a < 5; a++) for (int b = 0; b < 5; b++) if (a * b == 6) { printf("%d %d\n", a, b); goto out; }
out: return total & 0x7f;
}
