int main(void) {
  long *p = (long *)0x123456789abc;
  return (int)*p;
}
