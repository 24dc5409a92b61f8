int main(void) {
  char *p = (char *)0xffff800000000000;
  *p = 1;
  return 0;
}
