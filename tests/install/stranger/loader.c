/* loader.c -- opens a library by a path from here, leaves for another folder, makes a callback,
 * closes the library, and calls the callback:
 *
 *   loader ./plugin.so adder              a plugin with a function that answers a callback
 *   loader lib/libbanter-native.so        the library itself
 */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef void (*function)(void);

static function symbol(void* library, const char* name) {
  void* address = dlsym(library, name);
  function result = NULL;
  if (address == NULL) fprintf(stderr, "%s\n", dlerror());
  memcpy(&result, &address, sizeof result);
  return result;
}

static int two = 2;
static void add(void* result, void* const* arguments, void* user) {
  *(int*)result = *(const int*)arguments[0] + *(const int*)user;
}

static function made_by_library(void* library) {
  void* (*signature_new)(const char*, const void*, void*) =
      (void* (*)(const char*, const void*, void*))symbol(library, "banter_signature_new");
  void* (*callback_new)(const void*, void (*)(void*, void* const*, void*), void*, const void*,
                        void*) =
      (void* (*)(const void*, void (*)(void*, void* const*, void*), void*, const void*, void*))
          symbol(library, "banter_callback_new");
  function (*callback_function)(const void*) =
      (function (*)(const void*))symbol(library, "banter_callback_function");
  return callback_function(
      callback_new(signature_new("int (*)(int)", NULL, NULL), add, &two, NULL, NULL));
}

int main(int count, char** arguments) {
  void* library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
  function made;
  if (library == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  if (chdir("/") != 0) return 1;
  made = count > 2 ? ((function (*)(void))symbol(library, arguments[2]))()
                   : made_by_library(library);
  if (made == NULL) return 1;
  dlclose(library);
  printf("%d\n", ((int (*)(int))made)(40));
  return 0;
}
