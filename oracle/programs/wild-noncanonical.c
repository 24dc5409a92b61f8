int main(void) {
  int *p = (int *)0x8000000000000000;
  *p = 1;
  return 0;
}
