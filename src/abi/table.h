// table.h -- a call as a table for people: where each byte of each argument travels, and why.
#pragma once

#include <string>

#include "abi/classify.h"

namespace banter::abi {

// One line for each piece, the members of structures below their argument; ends with a new line.
//
//   argument  C type                 size  bytes  where  rule
//   0 p       struct { float x, y; }    8  0-7    xmm0   SSE [3.2.3]
//               float x                    0-3
//               float y                    4-7
//   result    double                    8  0-7    xmm0   SSE [3.2.3]
//
// Section numbers are those of the document that the first line names.
std::string table_of(const Signature& signature, const CallPlan& plan);

}  // namespace banter::abi
