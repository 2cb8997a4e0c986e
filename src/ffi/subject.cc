#include "ffi/subject.h"

#include <algorithm>
#include <map>
#include <mutex>

namespace banter::ffi {

namespace {

Subject::Value value_of(const abi::CType& type) {
  return {type.value, type.role};
}

// A typedef may mean another type in another library: the text alone does not tell two apart.
std::string key_of(const Subject& subject) {
  std::string key = subject.text;
  key += subject.is_callback ? '<' : '>';
  const auto add = [&](const Subject::Value& value) {
    key += static_cast<char>(value.kind);
    key += static_cast<char>(value.role);
  };
  add(subject.result);
  std::for_each(subject.arguments, subject.arguments + subject.word_count, add);
  return key;
}

}  // namespace

const Subject& Subject::of(const abi::Signature& signature, bool is_callback) {
  Subject subject;
  subject.is_callback = is_callback;
  subject.text = abi::to_text(signature);
  subject.name = is_callback || signature.name.empty() ? subject.text : signature.name;
  const std::size_t count = signature.parameters.size();
  subject.word_count = static_cast<std::uint8_t>(std::min(count, kMostWords));
  subject.has_more_arguments = count > kMostWords;
  subject.result = value_of(signature.result);
  for (std::size_t i = 0; i < subject.word_count; i++) {
    subject.arguments[i] = value_of(signature.parameters[i].type);
  }
  // Never destroyed: a thread may be inside C when the program ends.
  static auto& mutex = *new std::mutex;
  static auto& known = *new std::map<std::string, const Subject*>;
  std::lock_guard lock(mutex);
  const Subject*& found = known[key_of(subject)];
  if (found == nullptr) found = new Subject(std::move(subject));
  return *found;
}

}  // namespace banter::ffi
