// image_file.h -- heaps to files and back: Spur's 64-bit image, format number 68021.
//
//   [ header, 128 bytes ][ nil false true freeLists hiddenRoots, objects ... ][ bridge, 16 bytes ]
//
// Written: one segment without free chunks, forwarders, marks or remembered bits, for any other
// Spur virtual machine to open. Read: that, and others' images of one segment or several.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "heap/heap.h"
#include "heap/mutator.h"

namespace banter::image {

constexpr std::uint32_t kFormatNumber = 68021;

// Writes the whole heap to `path`: to a new file beside it first, which takes the name when all is
// on the disk, so that a failure leaves an older image untouched. Collects first. Frames must have
// been made contexts, and the active process's suspendedContext set, before.
Result<void> write_image(heap::Mutator& mutator, const std::string& path);
// The bytes of such a file. Collects first.
std::vector<std::uint8_t> image_bytes(heap::Mutator& mutator);

enum class Trust : std::uint8_t {
  kCheckEverything,  // each object and each reference is checked before it is believed
  kBuiltByUs,        // the image embedded by the build: only its header is checked
};

// `name` is what messages call the source of the bytes. What is damaged is refused with a message
// that says where.
Result<std::unique_ptr<heap::Heap>> read_image(std::span<const std::uint8_t> bytes,
                                               const std::string& name,
                                               const heap::HeapOptions& options = {},
                                               Trust trust = Trust::kCheckEverything);
Result<std::unique_ptr<heap::Heap>> read_image_file(const std::string& path,
                                                    const heap::HeapOptions& options = {});

}  // namespace banter::image
