// clock.cc -- what time it is: primitives 135, 137, 240, 241 and 243 to 246, and the named clocks.
//
// Smalltalk's microseconds count from 1901-01-01T00:00:00Z, the system's from 1970.
#include <ctime>

#include "platform/clock.h"
#include "primitives/table_list.h"
#include "primitives/values.h"

namespace banter::primitives {
namespace {

constexpr std::int64_t kSecondsFrom1901To1970 = 2177452800;
constexpr std::int64_t kMicrosecondsPerSecond = 1'000'000;
constexpr std::int64_t kMillisecondMask = 0x1FFFFFFF;

std::int64_t utc_microseconds_since_1901() {
  return platform::utc_microseconds() + kSecondsFrom1901To1970 * kMicrosecondsPerSecond;
}
std::int64_t local_microseconds_since_1901() {
  return utc_microseconds_since_1901() +
         std::int64_t{platform::local_offset_seconds()} * kMicrosecondsPerSecond;
}

// Time class>>millisecondClockValue -- wraps at 2^29.  Fails: no.  May collect: no.
Outcome millisecond_clock(Mutator&, const Args&) {
  return Oop::small_int(platform::monotonic_nanoseconds() / 1'000'000 & kMillisecondMask);
}

// Time class>>primSecondsClock -- local seconds since 1901.  Fails: no.  May collect: no.
Outcome seconds_clock(Mutator&, const Args&) {
  return Oop::small_int(local_microseconds_since_1901() / kMicrosecondsPerSecond);
}

// Time class>>primUTCMicrosecondsClock -- since 1901.  Fails: no.  May collect: no.
Outcome utc_clock(Mutator&, const Args&) {
  return Oop::small_int(utc_microseconds_since_1901());
}

// Time class>>primLocalMicrosecondsClock -- since 1901.  Fails: no.  May collect: no.
Outcome local_clock(Mutator&, const Args&) {
  return Oop::small_int(local_microseconds_since_1901());
}

// Time class>>primUpdateTimezone -- reads the time zone again; the receiver.  Fails: no.
// May collect: no.
Outcome update_timezone(Mutator&, const Args& args) {
  tzset();
  return args.receiver();
}

// DateAndTime class>>primUtcAndTimezone: -- { microseconds since 1901. offset in seconds }, in the
// argument if there is one: pointers, two slots or more.
// Fails: bad_argument, bad_argument_count, no_modification.  May collect: yes.
Outcome utc_and_offset(Mutator& mutator, const Args& args) {
  if (args.count > 1) return Failure::bad_argument_count;
  Oop target = args.from_end(0);
  if (args.count == 0) {
    target = mutator.new_array(2)->oop();
  } else if (!target.is_object() || !target.as_object()->has_pointers_only() ||
             target.as_object()->slot_count() < 2 || is_of(target, ClassIndex::kContext)) {
    return Failure::bad_argument;
  } else if (target.as_object()->is_immutable()) {
    return Failure::no_modification;
  }
  Heap& heap = mutator.heap();
  heap.store(target.as_object(), 0, Oop::small_int(utc_microseconds_since_1901()));
  heap.store(target.as_object(), 1, Oop::small_int(platform::local_offset_seconds()));
  return target;
}

// Nanoseconds of a clock that never goes back.  Fails: no.  May collect: no.
Outcome monotonic_nanoseconds(Mutator& mutator, const Args&) {
  return mutator.new_integer(platform::monotonic_nanoseconds());
}

// The local calendar at `seconds` since 1970, or nothing when the system's time cannot say.
std::optional<std::tm> local_time(Oop seconds) {
  const auto value = int64_value(seconds);
  if (!value) return std::nullopt;
  const auto time = static_cast<std::time_t>(*value);
  if (static_cast<std::int64_t>(time) != *value) return std::nullopt;
  std::tm calendar{};
  if (localtime_r(&time, &calendar) == nullptr) return std::nullopt;
  return calendar;
}

// Seconds east of UTC that local time is at the argument, in seconds since 1970.
// Fails: bad_argument.  May collect: no.
Outcome timezone_offset_at(Mutator&, const Args& args) {
  const auto calendar = local_time(args.at(0));
  if (!calendar) return Failure::bad_argument;
  return Oop::small_int(calendar->tm_gmtoff);
}

// Minutes east of UTC now.  Fails: no.  May collect: no.
Outcome timezone_offset_minutes(Mutator&, const Args&) {
  return Oop::small_int(platform::local_offset_seconds() / 60);
}

constexpr Entry kTable[] = {
    {135, "Time.millisecond_clock", 0, millisecond_clock},
    {137, "Time.seconds_clock", 0, seconds_clock},
    {240, "Time.utc_microseconds", 0, utc_clock},
    {241, "Time.local_microseconds", 0, local_clock},
    {243, "Time.update_timezone", 0, update_timezone},
    {244, "Time.utc_and_offset", -1, utc_and_offset},
    {245, "Time.coarse_utc_microseconds", 0, utc_clock},
    {246, "Time.coarse_local_microseconds", 0, local_clock},
};

constexpr NamedEntry kNamedTable[] = {
    {"Banter", "primitiveMonotonicNanoseconds", 0, monotonic_nanoseconds},
    {"Banter", "primitiveTimezoneOffsetAt", 1, timezone_offset_at},
    {"LocalePlugin", "primitiveTimezoneOffset", 0, timezone_offset_minutes},
    {"", "primitiveHighResClock", 0, monotonic_nanoseconds},
};

}  // namespace

NumberedTable clock_table() {
  return kTable;
}
NamedTable time_named_table() {
  return kNamedTable;
}

}  // namespace banter::primitives
