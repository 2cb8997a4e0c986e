// mutation.h -- sites in the text of a protocol, and what may be taken out there.
//
// An operation on shared memory says where it stands (std::source_location), so the checked text
// needs no marks for them. What is no such operation, a condition for example, is named by a Step
// in the text.
#pragma once

#include <array>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <tuple>

#include "carrier/model/source_place.h"
#include "carrier/ownership_platform.h"

namespace banter::carrier::model {

struct Site {
  SourcePlace where;
  friend bool operator<(const Site& a, const Site& b) { return a.key() < b.key(); }
  friend bool operator==(const Site& a, const Site& b) { return a.key() == b.key(); }
  // The name of the function alone.
  std::string_view function() const {
    std::string_view name = where.function_name();
    name = name.substr(0, name.find('('));
    return name.substr(name.find_last_of(": *&") + 1);
  }

 private:
  std::tuple<std::string_view, unsigned, unsigned> key() const {
    return {where.file_name(), where.line(), where.column()};
  }
};

enum class Change {
  none,
  taken_out,  // the operation does not happen
  relaxed,    // it happens, ordered with nothing
};

struct Mutation {
  Change change = Change::none;
  Site site{};
  Step step = Step::none;  // instead of a site

  bool hits(Change wanted, const SourcePlace& where) const {
    return change == wanted && site.where.line() == where.line() &&
           site.where.column() == where.column() &&
           std::strcmp(site.where.file_name(), where.file_name()) == 0;
  }
};

inline constexpr std::array<const char*, static_cast<std::size_t>(Step::count)> kStepNames = {
    "none",
    "look again before giving up",
    "look again after C",
    "use an earlier grant",
    "wait behind others",
    "try behind others",
    "leave the queue when the VM was taken",
    "leave the queue when the VM was handed over",
    "promise what is granted",
    "mark who is granted",
    "use a grant once",
    "refuse a grant after shut down",
    "refuse to try after shut down",
    "refuse to wait after shut down",
    "refuse to yield after shut down",
    "empty the queue at shut down",
};
static_assert(kStepNames.back() != nullptr, "each Step has a name");

// What was done at each site while nothing was taken out, and what can be changed there.
struct SiteInfo {
  std::string operation;  // "place_.store"
  bool can_be_taken_out = false;
  bool can_be_relaxed = false;
};

struct Mutator {
  Mutation mutation;
  bool collecting = false;
  std::map<Site, SiteInfo> sites;

  bool takes_out(const SourcePlace& where) const { return mutation.hits(Change::taken_out, where); }
  std::memory_order order(std::memory_order order, const SourcePlace& where) const {
    return mutation.hits(Change::relaxed, where) ? std::memory_order_relaxed : order;
  }
  void note(const SourcePlace& where, auto&& info) {
    if (collecting && !sites.contains(Site{where})) sites.emplace(Site{where}, info());
  }
};

inline Mutator& mutator() {
  static Mutator it;
  return it;
}

}  // namespace banter::carrier::model
