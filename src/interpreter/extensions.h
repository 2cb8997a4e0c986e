// extensions.h -- what the layers above keep for each virtual machine: open files, libraries.
#pragma once

#include <memory>
#include <typeindex>
#include <unordered_map>

namespace banter::interpreter {

// One object of each type at most, made on first use, destroyed with the VM. Only the thread that
// holds the VM may call it.
class Extensions {
 public:
  template <class T>
  T& get() {
    std::shared_ptr<void>& entry = entries_[std::type_index(typeid(T))];
    if (!entry) entry = std::make_shared<T>();
    return *static_cast<T*>(entry.get());
  }

 private:
  std::unordered_map<std::type_index, std::shared_ptr<void>> entries_;
};

}  // namespace banter::interpreter
