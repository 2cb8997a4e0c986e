#include "ffi/by_value.h"

#include <map>
#include <mutex>
#include <utility>

namespace banter::ffi {

const ByValue& ByValue::of(const abi::CallPlan& plan, const std::string& signature,
                           std::vector<std::byte> default_result) {
  static std::mutex mutex;
  // Never destroyed: C may call after main() has returned.
  static auto& known =
      *new std::map<std::pair<std::string, std::vector<std::byte>>, std::unique_ptr<ByValue>>;
  std::lock_guard lock(mutex);
  auto& found = known[{signature, default_result}];
  if (!found) found = std::make_unique<ByValue>(plan, std::move(default_result));
  return *found;
}

}  // namespace banter::ffi
