// new_stack.h -- what lies at the top of a native stack that has not run yet, one function per
// processor (new_stack_<arch>.cc): the picture is in switch_<arch>.S.
#pragma once

#include <cstddef>

namespace banter::carrier {

// Answers the stack pointer to switch to: `start` (banter_stack_start) then calls
// function(argument) with the caller's floating-point control state. The stack's bounds are for
// systems that are told where the running one lies.
void* new_stack(std::byte* low, std::byte* high, void (*start)(), void (*function)(void*),
                void* argument);

}  // namespace banter::carrier
