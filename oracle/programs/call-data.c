static int data[4] = {1, 2, 3, 4};

int main(void) {
  void (*f)(void) = (void (*)(void))data;
  f();
  return 0;
}
