// callback_values.h -- the arguments of a callback as C values in memory, and its result from
// there.
//
// Most arguments can be read where thunkEntry or C's caller left them; one in several registers is
// put together in a buffer. Which is which follows from the plan once, when the callback is made.
#pragma once

#include <cstdint>
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
  // until the callback returns. `room` has room_needed() bytes, aligned to 16. Over-aligned values
  // are not aligned to more than that.
  void arguments(const VMCallbackContext& context, std::byte* room, void** pointers) const;

  // Where C wants the result, if by reference, and else `own`: of plan().result.type.size bytes.
  void* result_room(const VMCallbackContext& context, void* own) const;
  // Sends the result at `value` (as from result_room) back to C: sets return_code and registers.
  void set_result(VMCallbackContext& context, const void* value) const;

 private:
  enum class Base : std::uint8_t { integers, floats, stack, room };
  struct Source {
    Base base;
    bool by_reference;  // the address of the value lies there
    std::uint32_t offset;
  };
  Source source_of(const abi::Placement& placement, const std::vector<const abi::Step*>& steps);
  void gather(const VMCallbackContext& context, std::byte* room) const;
  // How a result goes back. What is one piece in the first register of its kind needs no
  // ReturnCode::plan.
  enum class Way : std::uint8_t { room, one_piece, registers };
  Way way_of_result() const;

  const abi::CallPlan& plan_;
  std::vector<Source> sources_;
  std::vector<abi::Step> gathered_;  // steps of what is put together; `at` is an offset in the room
  std::size_t room_needed_ = 0;
  Way way_;
  ReturnCode code_;  // of one_piece
};

}  // namespace banter::native
