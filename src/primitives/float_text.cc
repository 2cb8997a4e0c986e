#include "primitives/float_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <system_error>

#include "base/check.h"

namespace banter::primitives {
namespace {

// Room for the longest fixed form of a double: 309 digits, a point, the places, a sign.
constexpr std::size_t kFixedRoom = 340;

// Smalltalk writes 0.d1d2... * 10^point without exponent while point is in this range.
constexpr int kLeastFixedPoint = -3;
constexpr int kMostFixedPoint = 6;

struct Digits {
  std::string digits;  // d1d2..., without trailing zeros
  int point;           // the value is 0.d1d2... * 10^point
};

// Requires a finite x above zero.
Digits shortest_digits(double x) {
  char buffer[32];
  const auto [end, code] =
      std::to_chars(buffer, buffer + sizeof buffer, x, std::chars_format::scientific);
  BANTER_CHECK(code == std::errc());
  const std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  const std::size_t mark = text.find('e');
  Digits result{std::string(text.substr(0, 1)), 0};
  if (mark > 2) result.digits += text.substr(2, mark - 2);
  const char* exponent = text.data() + mark + 1;
  if (*exponent == '+') ++exponent;
  std::from_chars(exponent, end, result.point);
  ++result.point;
  return result;
}

std::string without_exponent(const Digits& value) {
  const auto size = static_cast<int>(value.digits.size());
  if (value.point <= 0) {
    return "0." + std::string(static_cast<std::size_t>(-value.point), '0') + value.digits;
  }
  const auto point = static_cast<std::size_t>(value.point);
  if (size <= value.point) {
    return value.digits + std::string(point - value.digits.size(), '0') + ".0";
  }
  return value.digits.substr(0, point) + "." + value.digits.substr(point);
}

std::string with_exponent(const Digits& value) {
  const std::string rest = value.digits.size() > 1 ? value.digits.substr(1) : "0";
  return value.digits.substr(0, 1) + "." + rest + "e" + std::to_string(value.point - 1);
}

// Whether a decimal that is out of the range of a double is too large rather than too small.
bool is_large(std::string_view text) {
  const std::size_t mark = text.find_first_of("eE");
  const std::string_view mantissa = text.substr(0, mark);
  const bool negative_exponent = mark != text.npos && text.substr(mark + 1).starts_with('-');
  const std::size_t leading = mantissa.find_first_of("123456789");
  if (leading == mantissa.npos) return false;
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  std::int64_t exponent = 0;
  if (mark != text.npos) {
    const std::size_t digits = text.find_first_of("0123456789", mark);
    const auto parsed = std::from_chars(text.data() + digits, text.data() + text.size(), exponent);
    if (parsed.ec != std::errc()) return !negative_exponent;
  }
  if (negative_exponent) exponent = -exponent;
  return exponent + static_cast<std::int64_t>(point) > static_cast<std::int64_t>(leading);
}

}  // namespace

std::string shortest_float_text(double x) {
  if (std::isnan(x)) return "Float nan";
  if (std::isinf(x)) return x > 0 ? "Float infinity" : "Float negativeInfinity";
  const std::string sign = std::signbit(x) ? "-" : "";
  if (x == 0) return sign + "0.0";
  const Digits value = shortest_digits(std::fabs(x));
  const bool fixed = value.point >= kLeastFixedPoint && value.point <= kMostFixedPoint;
  return sign + (fixed ? without_exponent(value) : with_exponent(value));
}

std::string fixed_float_text(double x, int places) {
  std::string text(kFixedRoom + static_cast<std::size_t>(places), '\0');
  const auto [end, code] =
      std::to_chars(text.data(), text.data() + text.size(), x, std::chars_format::fixed, places);
  BANTER_CHECK(code == std::errc());
  text.resize(static_cast<std::size_t>(end - text.data()));
  return text;
}

std::string exact_float_text(double x, int digits) {
  std::string text(static_cast<std::size_t>(digits) + 32, '\0');
  const auto [end, code] = std::to_chars(text.data(), text.data() + text.size(), x,
                                         std::chars_format::scientific, digits - 1);
  BANTER_CHECK(code == std::errc());
  text.resize(static_cast<std::size_t>(end - text.data()));
  return text;
}

std::optional<double> parse_float_text(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  const std::size_t first = text.starts_with('-') ? 1 : 0;
  if (first >= text.size()) return std::nullopt;
  if (text[first] != '.' && (text[first] < '0' || text[first] > '9')) return std::nullopt;
  double value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size()) return std::nullopt;
  if (code == std::errc()) return value;
  if (code != std::errc::result_out_of_range) return std::nullopt;
  const double limit = is_large(text) ? std::numeric_limits<double>::infinity() : 0.0;
  return first == 1 ? -limit : limit;
}

}  // namespace banter::primitives
