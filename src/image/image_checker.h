// image_checker.h -- believes nothing of an image that somebody gave us.
//
// After the checks every object lies inside, every reference is to an object, every object has a
// class, the first five objects and the class table are what the heap takes them for.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "heap/object.h"

namespace banter::image {

class ImageChecker {
 public:
  // The objects lie in memory at [begin, end) and are not relocated yet.
  ImageChecker(std::uintptr_t begin, std::uintptr_t end, std::string name)
      : begin_(begin), end_(end), name_(std::move(name)) {}

  // Each object begins where the one before ends, the last one at the end. Clears the header bits
  // that mean nothing in a file.
  Result<void> walk();
  // True if an object's header is at this address.
  bool is_object(std::uint64_t address) const {
    return address >= begin_ && address < end_ && address % 8 == 0 &&
           starts_[static_cast<std::size_t>((address - begin_) / 8)];
  }
  // After relocation.
  Result<void> check_first_objects(heap::Oop special_objects);
  Result<void> check_classes();

  // A refusal that names `object` by its place in the image.
  Error damaged(const heap::Object* object, const std::string& what) const;

 private:
  Error damaged(std::uint64_t address, const std::string& what) const;
  std::string problem_of_header(const heap::Object* object) const;
  heap::Oop class_at(std::uint32_t index) const;

  std::uintptr_t begin_, end_;
  std::string name_;
  std::vector<bool> starts_;  // [i]: an object's header is at begin_ + 8 i
  const heap::Object* hidden_roots_ = nullptr;
  heap::Oop nil_;
};

}  // namespace banter::image
