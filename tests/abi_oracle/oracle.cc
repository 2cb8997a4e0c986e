#include "oracle.h"

#include <fmt/core.h>

#include <cctype>
#include <cstring>

#include "abi/classify.h"
#include "abi/declaration.h"
#include "child.h"
#include "compiled.h"
#include "native/callback_values.h"
#include "native/invoke.h"
#include "native/thunk.h"
#include "values.h"

namespace banter::abi_oracle {
namespace {

abi::TypeNames names_of(const Corpus& corpus) {
  abi::TypeNames names;
  for (const Definition& each : corpus.types) names[each.name] = each.text;
  return names;
}

// One signature with its plan and the values of this trial.
struct Trial {
  std::string declaration;
  abi::Signature signature;
  abi::CallPlan plan;
  std::vector<Value> arguments;
  std::vector<Value> significant;
  Value result;
  std::string difference;  // the first
  int called = 0;

  void note(std::string what) {
    if (difference.empty()) difference = std::move(what);
  }
};

std::string shown(const unsigned char* bytes, const Value& significant) {
  std::string text;
  for (std::size_t i = 0; i < significant.size(); i++) {
    text += significant[i] == 0 ? " --" : fmt::format(" {:02x}", bytes[i] & significant[i]);
  }
  return text;
}

void compare(Trial& trial, const std::string& what, const unsigned char* expected,
             const void* found, const Value& significant) {
  const auto* bytes = static_cast<const unsigned char*>(found);
  if (same_value(expected, bytes, significant)) return;
  trial.note(fmt::format("{}\n  expected{}\n  found   {}", what, shown(expected, significant),
                         shown(bytes, significant)));
}

// An empty value has no bytes and perhaps no address.
void copy(const Value& value, void* to) {
  if (!value.empty()) std::memcpy(to, value.data(), value.size());
}

// C calls this through a thunk.
void callback_handler(native::VMCallbackContext* context) {
  auto& trial = *static_cast<Trial*>(context->record->user);
  trial.called++;
  const native::CallbackReader reader(trial.plan);
  alignas(16) std::byte room[kMostParameters * kCellSize];
  void* pointers[kMostParameters];
  reader.arguments(*context, room, pointers);
  for (std::size_t i = 0; i < trial.arguments.size(); i++) {
    compare(trial, fmt::format("callback, argument {}", i), trial.arguments[i].data(), pointers[i],
            trial.significant[i]);
  }
  alignas(16) unsigned char own[kCellSize];
  void* value = reader.result_room(*context, own);
  copy(trial.result, value);
  reader.set_result(*context, value);
}

class Oracle {
 public:
  Oracle(const Corpus& corpus, const Compiled& compiled, std::uint64_t seed)
      : corpus_(corpus), compiled_(compiled), names_(names_of(corpus)), engine_(seed) {}

  std::optional<std::string> layouts() {
    const auto* known = static_cast<const unsigned(*)[2]>(compiled_.symbol("oracle_types"));
    for (std::size_t i = 0; i < corpus_.types.size(); i++) {
      const Definition& each = corpus_.types[i];
      auto type = abi::parse_type(each.name, corpus_.abi, names_);
      if (!type.ok()) return layout_problem(each, type.error().message);
      const auto [size, alignment] = known[i];
      if (type.value().size.count != size || type.value().alignment.count != alignment) {
        return layout_problem(each, fmt::format("size {} alignment {}, the compiler says {} and {}",
                                                type.value().size.count,
                                                type.value().alignment.count, size, alignment));
      }
    }
    return std::nullopt;
  }

  std::optional<std::string> subject(std::size_t number) {
    const Subject& subject = corpus_.subjects[number];
    Trial trial;
    trial.declaration = subject.declaration("f");
    auto signature = abi::parse_signature(trial.declaration, corpus_.abi, names_);
    if (!signature.ok()) return signature.error().message;
    trial.signature = std::move(signature).value();
    auto plan = abi::classify(corpus_.abi, trial.signature);
    if (!plan.ok()) return plan.error().message;
    trial.plan = std::move(plan).value();
    for (const abi::Parameter& each : trial.signature.parameters) {
      trial.arguments.push_back(random_value(engine_, each.type));
      trial.significant.push_back(significant_bits(each.type));
    }
    trial.result = random_value(engine_, trial.signature.result);
    callout(trial, number);
    if (trial.difference.empty()) callback(trial, number);
    if (trial.difference.empty()) return std::nullopt;
    return trial.difference;
  }

 private:
  static native::ThunkOwner& owner() {
    static native::ThunkOwner& owner =
        native::ThunkAllocator::instance().add_owner(nullptr, nullptr);
    return owner;
  }

  std::string layout_problem(const Definition& type, const std::string& what) const {
    return fmt::format("{} = {}: {}", type.name, type.text, what);
  }

  // Runs `work` with known values in every register that a callee must keep.
  template <class Work>
  void guarded(Trial& trial, const char* what, Work work) {
    using Guard = int (*)(void (*)(void*), void*);
    const auto guard = reinterpret_cast<Guard>(compiled_.symbol("oracle_guard"));
    auto& misaligned = *static_cast<unsigned*>(compiled_.symbol("oracle_misaligned"));
    misaligned = 0;
    const int lost = guard([](void* it) { (*static_cast<Work*>(it))(); }, &work);
    if (lost != 0) trial.note(fmt::format("{}: {} callee-saved registers were lost", what, lost));
    if (misaligned != 0) trial.note(fmt::format("{}: the stack was not aligned", what));
  }

  void callout(Trial& trial, std::size_t number) {
    std::memset(compiled_.cells("oracle_in"), 0xEE, kMostParameters * kCellSize);
    copy(trial.result, compiled_.cells("oracle_result"));
    void* pointers[kMostParameters];
    for (std::size_t i = 0; i < trial.arguments.size(); i++)
      pointers[i] = trial.arguments[i].data();
    alignas(16) unsigned char result[kCellSize] = {};
    auto* callee = reinterpret_cast<void (*)()>(compiled_.symbol(fmt::format("callee_{}", number)));
    guarded(trial, "callout", [&] { native::invoke(trial.plan, callee, result, pointers); });
    for (std::size_t i = 0; i < trial.arguments.size(); i++) {
      compare(trial, fmt::format("callout, argument {}", i), trial.arguments[i].data(),
              compiled_.cells("oracle_in")[i], trial.significant[i]);
    }
    compare(trial, "callout, result", trial.result.data(), result,
            significant_bits(trial.signature.result));
  }

  void callback(Trial& trial, std::size_t number) {
    native::ThunkRequest request = native::request_for(trial.plan);
    request.handler = callback_handler;
    request.owner = &owner();
    request.user = &trial;
    request.signature = "an oracle's";
    request.creation_site = "oracle.cc";
    auto thunk = native::ThunkAllocator::instance().allocate(request);
    if (!thunk.ok()) return trial.note(thunk.error().message);
    for (std::size_t i = 0; i < trial.arguments.size(); i++) {
      copy(trial.arguments[i], compiled_.cells("oracle_out")[i]);
    }
    std::memset(compiled_.cells("oracle_answer"), 0xEE, kCellSize);
    auto* caller =
        reinterpret_cast<void (*)(void*)>(compiled_.symbol(fmt::format("caller_{}", number)));
    guarded(trial, "callback", [&] { caller(thunk.value()->thunk); });
    if (trial.called != 1) trial.note(fmt::format("called {} times", trial.called));
    compare(trial, "callback, result", trial.result.data(), compiled_.cells("oracle_answer"),
            significant_bits(trial.signature.result));
    native::ThunkAllocator::instance().free(*thunk.value());
  }

  const Corpus& corpus_;
  const Compiled& compiled_;
  abi::TypeNames names_;
  std::mt19937_64 engine_;
};

bool has_word(const std::string& text, const std::string& word) {
  for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
    const std::size_t after = at + word.size();
    if (after == text.size() || std::isdigit(static_cast<unsigned char>(text[after])) == 0) {
      return true;
    }
  }
  return false;
}

// Our placement and the types in it.
std::string explained(const Corpus& corpus, const Subject& subject) {
  auto signature = abi::parse_signature(subject.declaration("f"), corpus.abi, names_of(corpus));
  if (!signature.ok()) return "";
  auto plan = abi::classify(corpus.abi, signature.value());
  if (!plan.ok()) return "";
  std::string text = abi::explain(signature.value(), plan.value());
  // Each type uses only those before it.
  for (std::size_t i = corpus.types.size(); i-- > 0;) {
    const Definition& each = corpus.types[i];
    if (has_word(text, each.name)) text += fmt::format("{} = {}\n", each.name, each.text);
  }
  return text;
}

// The corpus with one subject only.
Corpus reduced(const Corpus& corpus, Subject subject) {
  return {corpus.abi, corpus.types, {std::move(subject)}};
}

}  // namespace

std::optional<Disagreement> first_disagreement(const Corpus& corpus, std::uint64_t seed,
                                               bool keep) {
  const auto question = [&](std::size_t& progress) -> std::optional<std::string> {
    progress = corpus.subjects.size();
    const Compiled compiled(corpus, keep);
    if (!compiled.problem().empty()) return compiled.problem();
    Oracle oracle(corpus, compiled, seed);
    if (auto wrong = oracle.layouts()) return wrong;
    for (progress = 0; progress < corpus.subjects.size(); progress++) {
      if (auto wrong = oracle.subject(progress)) return wrong;
    }
    return std::nullopt;
  };
  auto answer = asked_in_child(question);
  if (!answer) return std::nullopt;
  const std::size_t number = answer->progress;
  if (number < corpus.subjects.size()) {
    answer->text += "\n" + explained(corpus, corpus.subjects[number]);
  }
  return Disagreement{number, std::move(answer->text)};
}

Disagreement smallest_disagreement(Corpus& corpus, Disagreement found, std::uint64_t seed) {
  if (found.subject == corpus.subjects.size()) return found;
  Subject subject = corpus.subjects[found.subject];
  const auto still_wrong = [&](const Subject& candidate) {
    auto wrong = first_disagreement(reduced(corpus, candidate), seed, false);
    if (!wrong || wrong->subject != 0) return false;
    found = *wrong;
    subject = candidate;
    return true;
  };
  Subject candidate = subject;
  candidate.result = "void";
  still_wrong(candidate);
  for (std::size_t i = subject.parameters.size(); i-- > 0;) {
    candidate = subject;
    if (candidate.variadic && candidate.fixed_count == 1 && i == 0) continue;
    candidate.parameters.erase(candidate.parameters.begin() + static_cast<std::ptrdiff_t>(i));
    if (i < candidate.fixed_count) candidate.fixed_count--;
    still_wrong(candidate);
  }
  corpus = reduced(corpus, subject);
  return found;
}

}  // namespace banter::abi_oracle
