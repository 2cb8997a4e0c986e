// callback_values.h -- the arguments of a callback as C values in memory, and its result from
// there.
//
// Most arguments can be read where thunkEntry or C's caller left them; one in several registers is
// put together in a buffer. Which is which follows from the plan once, when the callback is made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "abi/places.h"
#include "native/vm_callback_context.h"

namespace banter::native {

// How one signature's callbacks find their arguments. Immutable, shared by any number of threads.
class CallbackReader {
 public:
  // `plan` must outlive the reader, and its ABI must run here (call.h).
  explicit CallbackReader(const abi::CallPlan& plan);

  const abi::CallPlan& plan() const { return plan_; }
  std::size_t argument_count() const { return sources_.size(); }
  // Bytes that arguments() wants, aligned to 16.
  std::size_t room_needed() const { return room_needed_; }

  // Fills pointers[0 ... argument_count() - 1] with the addresses of the values, which are good
  // until the callback returns. `room` has room_needed() bytes, aligned to 16, and is noted in
  // context.user. Over-aligned values are not aligned to more than that.
  void arguments(VMCallbackContext& context, std::byte* room, void** pointers) const {
    context.user = room;
    if (!copies_.empty()) gather(context, room);
    void** pointer = pointers;
    for (const Source& source : sources_) *pointer++ = source.in(context);
    if (!references_.empty()) follow_references(pointers);
  }

  // Where C wants the result, if by reference, and else `own`: of plan().result.type.size bytes.
  void* result_room(const VMCallbackContext& context, void* own) const {
    return way_ == Way::room ? room_of_caller(context) : own;
  }
  // Sends the result at `value` (as from result_room) back to C: sets return_code and registers.
  void set_result(VMCallbackContext& context, const void* value) const {
    if (way_ != Way::eight_bytes) return set_other_result(context, value);
    std::memcpy(&context.rvs, value, 8);
    context.return_code = code_;
  }
  // The same for a value that lies anywhere: it is copied to where C wants it by reference.
  void send_result(VMCallbackContext& context, const void* value) const;

 private:
  // Something at a distance from an address that the context has in one of its fields.
  struct Source {
    std::uint32_t base;  // of the field in VMCallbackContext
    std::uint32_t offset;
    std::byte* in(const VMCallbackContext& context) const {
      std::byte* address = nullptr;
      std::memcpy(&address, reinterpret_cast<const std::byte*>(&context) + base, sizeof address);
      return address + offset;
    }
  };
  // A piece of a value that is put together.
  struct Copy {
    Source from;
    std::uint32_t to;  // in the room
    std::uint32_t size;
  };
  // A word of a result that several registers take.
  struct Word {
    std::uint32_t from;
    std::uint32_t to;  // in VMCallbackContext
  };
  // How a result goes back: nothing; in C's room; in rvs, as 8 bytes or as fewer, widened; in
  // registers of results, as words or as what they are.
  enum class Way : std::uint8_t { nothing, room, eight_bytes, one_piece, words, registers };

  static Source source_of(const abi::Step& step);
  Source source_of(const abi::Placement& placement, const std::vector<const abi::Step*>& steps);
  void gather(const VMCallbackContext& context, std::byte* room) const;
  void follow_references(void** pointers) const;
  Way way_of_result() const;
  void note_words();
  void* room_of_caller(const VMCallbackContext& context) const;
  void set_other_result(VMCallbackContext& context, const void* value) const;

  const abi::CallPlan& plan_;
  std::vector<Source> sources_;
  std::vector<std::uint32_t> references_;  // arguments of which the source has the address
  std::vector<Copy> copies_;
  std::size_t room_needed_ = 0;
  Way way_;
  ReturnCode code_;  // with eight_bytes and one_piece
  std::vector<Word> words_;
};

}  // namespace banter::native
