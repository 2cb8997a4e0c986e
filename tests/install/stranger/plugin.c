/* plugin.c -- a plugin with the archive of the library inside. */
#include <banter/native.h>
#include <stddef.h>

static void add(void* result, void* const* arguments, void* user) {
  *(int*)result = *(const int*)arguments[0] + *(const int*)user;
}

__attribute__((visibility("default"))) banter_function adder(void);

banter_function adder(void) {
  static int two = 2;
  banter_signature* signature = banter_signature_new("int (*)(int)", NULL, NULL);
  banter_callback* callback = banter_callback_new(signature, add, &two, NULL, NULL);
  banter_signature_free(signature);
  return callback == NULL ? NULL : banter_callback_function(callback);
}
