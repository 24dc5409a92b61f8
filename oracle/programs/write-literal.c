int main(void) {
  char *p = "read only";
  p[0] = 'R';
  return 0;
}
