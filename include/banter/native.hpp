// native.hpp -- call C functions and make C function pointers at run time: the C++20 interface.
//
//   banter::Callback<int(const void*, const void*)> by_value{
//       [&](const void* a, const void* b) { return *(const int*)a - *(const int*)b; }};
//   qsort(numbers, count, sizeof *numbers, by_value);
//
//   banter::Callout<double(double)> cosine{dlsym(library, "cos")};
//   double one = cosine(0);
//
// When the types are only known at run time:
//
//   banter::Signature signature{"double (*)(double)"};
//   banter::DynamicCallback callback{signature, [](void* result, void* const* arguments) {...}};
//
// Everything here is a thin layer over native.h, whose contracts hold; all of it is in this header.
// What fails throws banter::NativeError. An exception that comes out of a handler, or out of a
// function that is not called with Exceptions::pass, ends the program with a report.
#pragma once

#if !defined(__cpp_concepts) || __cplusplus < 202002L
#error "banter/native.hpp needs C++20; banter/native.h does not"
#endif

#include <array>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "banter/native.h"

namespace banter {

class BANTER_API NativeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What becomes of a C++ exception that a called function throws.
enum class Exceptions {
  end_the_program,  // with a report, by std::terminate
  pass,             // to the caller
};

// What a C++ type is called in C. A class that travels by value says so itself:
//   template <> struct banter::CName<Point> {
//     static constexpr const char* text = "struct { float x, y; }";
//   };
template <class T>
struct CName {
  static_assert(std::is_pointer_v<T> || std::is_enum_v<T>,
                "say what this type is in C: specialize banter::CName");
  static constexpr const char* text = std::is_pointer_v<T>                    ? "void *"
                                      : sizeof(T) == 8                        ? "int64_t"
                                      : sizeof(T) == 4 && std::is_signed_v<T> ? "int32_t"
                                      : sizeof(T) == 4                        ? "uint32_t"
                                      : sizeof(T) == 2                        ? "uint16_t"
                                                                              : "uint8_t";
};
#define BANTER_C_NAME(type)                    \
  template <>                                  \
  struct CName<type> {                         \
    static constexpr const char* text = #type; \
  }
BANTER_C_NAME(void);
BANTER_C_NAME(bool);
BANTER_C_NAME(char);
BANTER_C_NAME(signed char);
BANTER_C_NAME(unsigned char);
BANTER_C_NAME(short);
BANTER_C_NAME(unsigned short);
BANTER_C_NAME(int);
BANTER_C_NAME(unsigned int);
BANTER_C_NAME(long);
BANTER_C_NAME(unsigned long);
BANTER_C_NAME(long long);
BANTER_C_NAME(unsigned long long);
BANTER_C_NAME(wchar_t);
BANTER_C_NAME(float);
BANTER_C_NAME(double);
BANTER_C_NAME(long double);
#undef BANTER_C_NAME

// Where a callback is made or freed, for reports; std::source_location, which Clang 14 does not
// have.
struct Site {
  const char* file;
  int line;
  static Site current(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    return {file, line};
  }
};

// Names for types, for signatures that use them. Not to be changed while another thread uses it.
class Types {
 public:
  Types() : types_(banter_types_new()) {
    if (!types_) throw NativeError("no memory for type names");
  }
  // Throws NativeError with line and column.
  Types& declare(const std::string& text) {
    banter_error error;
    if (!banter_types_declare(types_.get(), text.c_str(), &error)) throw NativeError(error.text);
    return *this;
  }
  const banter_types* get() const { return types_.get(); }

 private:
  struct Free {
    void operator()(banter_types* types) const { banter_types_free(types); }
  };
  std::unique_ptr<banter_types, Free> types_;
};

// One function type and where its values travel. Never changes.
class Signature {
 public:
  // From a C declaration: "double cos(double)", "int (*)(const void *, const void *)".
  explicit Signature(const std::string& declaration)
      : Signature(banter_host_abi(), declaration, nullptr) {}
  Signature(const std::string& declaration, const Types& types)
      : Signature(banter_host_abi(), declaration, types.get()) {}
  // Of another ABI that runs here: "win_x64" on x86-64 Linux.
  static Signature of_abi(const char* abi, const std::string& declaration,
                          const Types& types = Types()) {
    return Signature(abi, declaration, types.get());
  }

  // The signature of a C++ function type.
  template <class R, class... A>
  static Signature of() {
    std::string text = std::string(CName<R>::text) + " (*)(";
    [[maybe_unused]] const char* separator = "";
    ((text += separator, text += CName<A>::text, separator = ", "), ...);
    return Signature(text + (sizeof...(A) == 0 ? "void)" : ")"));
  }

  // With those after the dots; sizes are in bytes.
  std::size_t argument_count() const { return banter_signature_argument_count(get()); }
  std::size_t argument_size(std::size_t i) const {
    return banter_signature_argument_size(get(), i);
  }
  std::size_t result_size() const { return banter_signature_result_size(get()); }
  // Where every byte of the arguments and the result travels, and by which rule: a table.
  std::string explain() const {
    const std::unique_ptr<char, void (*)(char*)> text(banter_signature_explain(get()),
                                                      banter_text_free);
    if (!text) throw NativeError("no memory for a text");
    return text.get();
  }
  // arguments[i] is the address of the i-th value; `result` has room for the result.
  void call(banter_function function, void* result, void* const* arguments,
            Exceptions exceptions = Exceptions::end_the_program) const {
    const bool pass = exceptions == Exceptions::pass;
    (pass ? banter_call_unwinding : banter_call)(get(), function, result, arguments);
  }
  const banter_signature* get() const { return signature_.get(); }

 private:
  Signature(const char* abi, const std::string& declaration, const banter_types* types) {
    banter_error error;
    signature_.reset(banter_signature_new_for(abi, declaration.c_str(), types, &error));
    if (!signature_) throw NativeError(error.text);
  }
  struct Free {
    void operator()(banter_signature* signature) const { banter_signature_free(signature); }
  };
  std::unique_ptr<banter_signature, Free> signature_;
};

template <class Function>
class Callout;

// A C function of known type, callable as if it had been linked.
template <class R, class... A>
class Callout<R(A...)> {
 public:
  // `function` is a function's address or what dlsym answers. Throws NativeError if it is null.
  explicit Callout(R (*function)(A...), Exceptions exceptions = Exceptions::end_the_program)
      : function_(reinterpret_cast<banter_function>(function)), exceptions_(exceptions) {
    check();
  }
  explicit Callout(void* function, Exceptions exceptions = Exceptions::end_the_program)
      : function_(reinterpret_cast<banter_function>(function)), exceptions_(exceptions) {
    check();
  }

  R operator()(A... arguments) const {
    std::array<void*, sizeof...(A) + 1> pointers{
        const_cast<void*>(static_cast<const void*>(std::addressof(arguments)))...};
    if constexpr (std::is_void_v<R>) {
      signature().call(function_, nullptr, pointers.data(), exceptions_);
    } else {
      R result;
      signature().call(function_, &result, pointers.data(), exceptions_);
      return result;
    }
  }

 private:
  static const Signature& signature() {
    static const Signature signature = Signature::of<R, A...>();
    return signature;
  }
  void check() const {
    if (function_ == nullptr) throw NativeError("a callout to a null pointer");
  }
  banter_function function_;
  Exceptions exceptions_;
};

// A C function pointer. Moves; freed at its end, or before by free(). Not to be asked for anything
// after it was moved from or freed.
class AnyCallback {
 public:
  banter_function function() const { return banter_callback_function(callback_.get()); }
  // Calls that come later are reported, with this place.
  void free(Site freed_at = Site::current()) {
    banter_callback_free(callback_.release(), place_text(freed_at).c_str());
  }

 protected:
  // `make` is called with user, options and error, and answers a callback. `handler` lives until no
  // call can reach it.
  template <class F, class Make>
  AnyCallback(F handler, const void* default_result, Site made_at, Make make) {
    auto owned = std::make_unique<F>(std::move(handler));
    const std::string place = place_text(made_at);
    banter_callback_options options{};
    options.default_result = default_result;
    options.made_at = place.c_str();
    options.release = [](void* user) { delete static_cast<F*>(user); };
    banter_error error;
    callback_.reset(make(owned.get(), &options, &error));
    if (!callback_) throw NativeError(error.text);
    owned.release();
  }

 private:
  static std::string place_text(Site place) {
    return std::string(place.file) + ":" + std::to_string(place.line);
  }
  struct Free {
    void operator()(banter_callback* callback) const { banter_callback_free(callback, nullptr); }
  };
  std::unique_ptr<banter_callback, Free> callback_;
};

// To a callable, for signatures known at run time: handler(void* result, void* const* arguments).
// For a variadic signature arguments[argument_count] is the address of a va_list.
class DynamicCallback : public AnyCallback {
 public:
  // A late call gets what `default_result` points to, of the result's type; zeros if it is null.
  template <class F>
  requires std::is_invocable_v<F&, void*, void* const*> DynamicCallback(
      const Signature& signature, F handler, const void* default_result = nullptr,
      Site made_at = Site::current())
      : AnyCallback(std::move(handler), default_result, made_at,
                    [&](void* user, const banter_callback_options* options, banter_error* error) {
                      return banter_callback_new(signature.get(), run<F>, user, options, error);
                    }) {}

 private:
  template <class F>
  static void run(void* result, void* const* arguments, void* user) {
    (*static_cast<F*>(user))(result, arguments);
  }
};

// To a callable that marshals itself: banter_return handler(banter_registers& registers).
class RawCallback : public AnyCallback {
 public:
  // The signature says what a report names and how `default_result` goes back.
  template <class F>
  requires std::is_invocable_r_v<banter_return, F&, banter_registers&> RawCallback(
      const Signature& signature, F handler, const void* default_result = nullptr,
      Site made_at = Site::current())
      : AnyCallback(std::move(handler), default_result, made_at,
                    [&](void* user, const banter_callback_options* options, banter_error* error) {
                      return banter_callback_new_raw(signature.get(), run<F>, user, options, error);
                    }) {}

 private:
  template <class F>
  static banter_return run(banter_registers* registers, void* user) {
    return (*static_cast<F*>(user))(*registers);
  }
};

template <class Function>
class Callback;

// A C function pointer of known type to a callable. Moves; freed at its end, or before by free().
template <class R, class... A>
class Callback<R(A...)> {
 public:
  using Pointer = R (*)(A...);

  template <class F>
  requires std::is_invocable_r_v<R, F&, A...>
  explicit Callback(F handler, Site made_at = Site::current())
      : callback_(signature(), dynamic(std::move(handler)), nullptr, made_at) {}
  // A late call gets `default_result`.
  template <class F, class D>
  requires std::is_invocable_r_v<R, F&, A...> && std::is_convertible_v<D, R> Callback(
      F handler, const D& default_result, Site made_at = Site::current())
      : callback_(with_default(std::move(handler), static_cast<R>(default_result), made_at)) {}

  Pointer get() const { return reinterpret_cast<Pointer>(callback_.function()); }
  operator Pointer() const { return get(); }
  void free(Site freed_at = Site::current()) { callback_.free(freed_at); }

 private:
  static const Signature& signature() {
    static const Signature signature = Signature::of<R, A...>();
    return signature;
  }

  template <class F, class D>
  static DynamicCallback with_default(F handler, const D& default_result, Site made_at) {
    return DynamicCallback(signature(), dynamic(std::move(handler)), &default_result, made_at);
  }
  template <class F>
  static auto dynamic(F handler) {
    return [handler = std::move(handler)](void* result, void* const* arguments) mutable {
      run(handler, result, arguments, std::index_sequence_for<A...>());
    };
  }
  template <class F, std::size_t... I>
  static void run(F& handler, void* result, void* const* arguments, std::index_sequence<I...>) {
    if constexpr (std::is_void_v<R>) {
      handler(*static_cast<std::remove_reference_t<A>*>(arguments[I])...);
    } else {
      *static_cast<R*>(result) =
          handler(*static_cast<std::remove_reference_t<A>*>(arguments[I])...);
    }
  }

  DynamicCallback callback_;
};

}  // namespace banter
