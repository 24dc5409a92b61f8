static int sink;

static int endless(int n) {
  char pad[1000];
  pad[0] = (char)n;
  int r = endless(n + 1) + pad[0];
  sink += r;
  return r;
}

int main(void) { return endless(0); }
