/* Compiled without unwind tables: its frame cannot be left. */
int call_without_tables(int (*f)(int), int n);
__attribute__((visibility("default"))) int call_without_tables(int (*f)(int), int n) {
  return f(n) + 1;
}
