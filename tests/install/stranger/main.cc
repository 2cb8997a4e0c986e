// main.cc -- a C++ program that uses what is installed.
#include <banter/native.hpp>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <vector>

struct Point {
  float x, y;
};
template <>
struct banter::CName<Point> {
  static constexpr const char* text = "struct { float x, y; }";
};

static Point scaled(Point p, float by) {
  if (by < 0) throw std::out_of_range("a negative scale");
  return {p.x * by, p.y * by};
}

int main() {
  std::vector<int> numbers = {42, -7, 1000, 0, 3};
  banter::Callback<int(const void*, const void*)> by_value{[](const void* a, const void* b) {
    return *static_cast<const int*>(a) - *static_cast<const int*>(b);
  }};
  std::qsort(numbers.data(), numbers.size(), sizeof numbers[0], by_value);
  for (int each : numbers) std::printf("%d ", each);

  const banter::Callout<Point(Point, float)> scale{scaled, banter::Exceptions::pass};
  const Point result = scale({1, 2}, 1.5f);
  std::printf("%g %g\n", static_cast<double>(result.x), static_cast<double>(result.y));
  try {
    scale({1, 2}, -1);
  } catch (const std::out_of_range& error) {
    std::printf("%s\n", error.what());
  }
  try {
    banter::Signature{"int f(teapot)"};
  } catch (const banter::NativeError& error) {
    std::printf("%s\n", error.what());
  }
}
