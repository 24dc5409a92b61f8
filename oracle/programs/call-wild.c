int main(void) {
  void (*f)(void) = (void (*)(void))0x123456789;
  f();
  return 0;
}
