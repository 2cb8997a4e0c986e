#include "abi/layout.h"

#include <algorithm>

namespace banter::abi {

StructLayout layout_of(const std::vector<Field>& fields) {
  StructLayout layout;
  for (const Field& field : fields) {
    const Bytes offset = rounded_up(layout.size, field.type.alignment);
    layout.members.push_back({field, offset});
    layout.size = offset + Bytes{field.type.size.count * field.count};
    layout.alignment = std::max(layout.alignment, field.type.alignment);
  }
  layout.size = rounded_up(layout.size, layout.alignment);
  return layout;
}

}  // namespace banter::abi
