// text_windows.h -- what the files for Windows share: names in UTF-8 and the system's reasons.
#pragma once

#include <cstdint>
#include <string>

namespace banter::platform {

// Bytes that are not UTF-8, and halves of surrogate pairs, become U+FFFD.
std::wstring to_wide(const std::string& text);
std::string to_utf8(const std::wstring& text);
// What the system says of an error number: "Access denied. (error 5)".
std::string reason_text(std::uint32_t error);

}  // namespace banter::platform
