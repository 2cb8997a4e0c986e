// recorder_primitives.cc -- FFIRecorder: the flight recorder as Smalltalk sees it.
#include "ffi/crossing_text.h"
#include "ffi/observer.h"
#include "ffi/session.h"
#include "ffi/tables.h"
#include "primitives/array_builder.h"
#include "primitives/values.h"

namespace banter::ffi {

using interpreter::Args;
using interpreter::Failure;
using interpreter::NamedEntry;
using interpreter::Outcome;
using primitives::ArrayBuilder;

namespace {

// FFIRecorder class>>primRecord:times: -- (on, with times).
// Fails: bad_argument.  May collect: no.
Outcome record(Mutator& mutator, const Args& args) {
  auto on = primitives::boolean_value(mutator.heap(), args.at(0));
  auto times = primitives::boolean_value(mutator.heap(), args.at(1));
  if (!on || !times) return Failure::bad_argument;
  observe(kRecorder, *on);
  observe(kTimes, *times);
  return args.receiver();
}

// FFIRecorder class>>primModes -- {whether it records. whether with times}.
// Fails: never.  May collect: yes.
Outcome modes(Mutator& mutator, const Args&) {
  const std::uint8_t now = observers.load();
  ArrayBuilder array(mutator);
  array.boolean((now & kRecorder) != 0).boolean((now & kTimes) != 0);
  return array.make();
}

// FFIRecorder class>>clear -- forgets what has been recorded.  Fails: never.  May collect: no.
Outcome clear(Mutator&, const Args& args) {
  for (RecorderRing* ring = RecorderRing::first(); ring != nullptr; ring = ring->next_ring())
    ring->clear();
  return args.receiver();
}

std::int64_t nanoseconds_between(std::uint64_t from, std::uint64_t to) {
  const double counts = to > from ? static_cast<double>(to - from) : 0;
  return static_cast<std::int64_t>(counts * recorder_clock().nanoseconds_per_count());
}

std::string text_of(const Subject::Value& value, std::uint64_t word) {
  Line line;
  add_value(line, value, word, Texts::as_addresses);
  return std::string(line.view());
}

Oop arguments_of(Mutator& mutator, const RecordedCrossing& crossing) {
  if (!crossing.has_words) return mutator.nil();
  ArrayBuilder array(mutator);
  for (std::size_t i = 0; i < crossing.subject->word_count; i++)
    array.string(text_of(crossing.subject->arguments[i], crossing.words[i]));
  return array.make();
}

// {name. signature. is a callback. arguments as C writes them or nil. state. result or nil. thread.
// process. depth. address. begin in nanoseconds since the start, or nil. duration or nil}
Oop crossing_array(Mutator& mutator, const RecorderRing& ring, const RecordedCrossing& each) {
  const Subject& subject = *each.subject;
  const bool returned = each.state == CrossingState::returned;
  const bool has_result = returned && subject.result.kind != abi::ValueKind::nothing;
  Line thread;
  add_thread(thread, ring.thread_kind(), ring.thread_number());
  ArrayBuilder array(mutator);
  array.string(subject.name).string(subject.text).boolean(subject.is_callback);
  array.add(arguments_of(mutator, each));
  array.symbol(each.state == CrossingState::running ? "running" : returned ? "returned" : "left");
  array.string_or_nil(has_result ? text_of(subject.result, each.result) : std::string());
  array.string(thread.view()).integer(each.place.process).integer(each.place.depth);
  array.add(mutator.new_integer(std::uint64_t{each.place.address}));
  if (!each.timed) return array.nil().nil().make();
  array.add(Oop::small_int(nanoseconds_between(recorder_clock().first(), each.begin)));
  if (each.state == CrossingState::running) return array.nil().make();
  return array.add(Oop::small_int(nanoseconds_between(each.begin, each.end))).make();
}

// FFIRecorder class>>primCrossings -- an Array for each recorded crossing, see above: thread by
// thread, oldest first.  Fails: never.  May collect: yes.
Outcome crossings(Mutator& mutator, const Args&) {
  ArrayBuilder all(mutator);
  for (RecorderRing* ring = RecorderRing::first(); ring != nullptr; ring = ring->next_ring()) {
    const std::uint64_t end = ring->next_serial();
    for (std::uint64_t serial = ring->first_serial(); serial < end; serial++) {
      RecordedCrossing each;
      if (ring->copy(serial, &each)) all.add(crossing_array(mutator, *ring, each));
    }
  }
  return all.make();
}

// FFIRecorder class>>report -- the text of a crash report's last part, with all that is recorded.
// Fails: never.  May collect: yes.
Outcome report(Mutator& mutator, const Args&) {
  std::string text;
  const TextSink sink{
      [](void* to, std::string_view part) { static_cast<std::string*>(to)->append(part); }, &text};
  write_last_crossings(sink, RecorderRing::kCrossings);
  return primitives::make_string(mutator, std::string_view(text));
}

constexpr const char* kModule = "BanterFFI";

constexpr NamedEntry kPrimitives[] = {
    {kModule, "primitiveRecord", 2, record},
    {kModule, "primitiveRecorderModes", 0, modes},
    {kModule, "primitiveRecorderClear", 0, clear},
    {kModule, "primitiveRecorderCrossings", 0, crossings},
    {kModule, "primitiveRecorderReport", 0, report},
};

}  // namespace

std::span<const NamedEntry> recorder_primitives() {
  return kPrimitives;
}

}  // namespace banter::ffi
