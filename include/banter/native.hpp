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
// Everything here is a thin layer over native.h, whose contracts hold. What fails throws
// banter::NativeError. A handler must not let an exception out: std::terminate ends the program.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "banter/native.h"

namespace banter {

class NativeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
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

// Where a callback is made, for reports; std::source_location, which Clang 14 does not have.
struct Site {
  const char* file;
  int line;
  static Site current(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    return {file, line};
  }
};

// Names for types, for signatures that use them.
class Types {
 public:
  Types() : types_(banter_types_new()) {}
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

class Signature {
 public:
  explicit Signature(const std::string& declaration) : Signature(declaration, nullptr) {}
  Signature(const std::string& declaration, const Types& types)
      : Signature(declaration, types.get()) {}

  // The signature of a C++ function type.
  template <class R, class... A>
  static Signature of() {
    std::string text = std::string(CName<R>::text) + " (*)(";
    const char* separator = "";
    ((text += separator, text += CName<A>::text, separator = ", "), ...);
    return Signature(text + (sizeof...(A) == 0 ? "void)" : ")"));
  }

  std::size_t argument_count() const { return banter_signature_argument_count(get()); }
  std::size_t argument_size(std::size_t i) const {
    return banter_signature_argument_size(get(), i);
  }
  std::size_t result_size() const { return banter_signature_result_size(get()); }
  std::string explain() const {
    const std::unique_ptr<char, void (*)(char*)> text(banter_signature_explain(get()),
                                                      banter_text_free);
    return text ? text.get() : "";
  }
  void call(banter_function function, void* result, void* const* arguments) const {
    banter_call(get(), function, result, arguments);
  }
  const banter_signature* get() const { return signature_.get(); }

 private:
  Signature(const std::string& declaration, const banter_types* types) {
    banter_error error;
    signature_.reset(banter_signature_new(declaration.c_str(), types, &error));
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
  // `function` is a function's address or what dlsym answers.
  explicit Callout(R (*function)(A...)) : Callout(reinterpret_cast<banter_function>(function)) {}
  explicit Callout(void* function) : Callout(reinterpret_cast<banter_function>(function)) {}
  explicit Callout(banter_function function) : function_(function) {
    if (function == nullptr) throw NativeError("a callout to a null pointer");
  }

  R operator()(A... arguments) const {
    std::array<void*, sizeof...(A) + 1> pointers{
        const_cast<void*>(static_cast<const void*>(std::addressof(arguments)))...};
    if constexpr (std::is_void_v<R>) {
      banter_call(signature().get(), function_, nullptr, pointers.data());
    } else {
      R result;
      banter_call(signature().get(), function_, &result, pointers.data());
      return result;
    }
  }

 private:
  static const Signature& signature() {
    static const Signature signature = Signature::of<R, A...>();
    return signature;
  }
  banter_function function_;
};

// A C function pointer to a callable, for signatures known at run time. Moves; freed at its end.
class DynamicCallback {
 public:
  using Handler = std::function<void(void* result, void* const* arguments)>;

  DynamicCallback(const Signature& signature, Handler handler, Site made_at = Site::current()) {
    auto owned = std::make_unique<Handler>(std::move(handler));
    const std::string place = std::string(made_at.file) + ":" + std::to_string(made_at.line);
    banter_callback_options options{};
    options.made_at = place.c_str();
    options.release = [](void* user) { delete static_cast<Handler*>(user); };
    banter_error error;
    callback_.reset(banter_callback_new(
        signature.get(),
        [](void* result, void* const* arguments, void* user) noexcept {
          (*static_cast<Handler*>(user))(result, arguments);
        },
        owned.get(), &options, &error));
    if (!callback_) throw NativeError(error.text);
    owned.release();
  }

  banter_function function() const { return banter_callback_function(callback_.get()); }

 private:
  struct Free {
    void operator()(banter_callback* callback) const { banter_callback_free(callback, nullptr); }
  };
  std::unique_ptr<banter_callback, Free> callback_;
};

template <class Function>
class Callback;

// A C function pointer of known type to a callable.
template <class R, class... A>
class Callback<R(A...)> {
 public:
  using Pointer = R (*)(A...);

  template <class F>
  requires std::is_invocable_r_v<R, F&, A...>
  explicit Callback(F handler, Site made_at = Site::current())
      : callback_(signature(), dynamic(std::move(handler)), made_at) {}

  Pointer get() const { return reinterpret_cast<Pointer>(callback_.function()); }
  operator Pointer() const { return get(); }

 private:
  static const Signature& signature() {
    static const Signature signature = Signature::of<R, A...>();
    return signature;
  }

  template <class F>
  static DynamicCallback::Handler dynamic(F handler) {
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
