#include "primitives/tables.h"

#include "interpreter/interpreter.h"
#include "primitives/table_list.h"

namespace banter::primitives {

std::span<const NumberedTable> numbered_tables() {
  static const NumberedTable kTables[] = {
      small_integer_table(),
      large_integer_table(),
      float_table(),
      element_table(),
      instance_variable_table(),
      bulk_table(),
      identity_table(),
      behavior_table(),
      become_table(),
      memory_table(),
      system_table(),
      clock_table(),
      byte_access_table(),
  };
  return kTables;
}

std::span<const NamedTable> named_tables() {
  static const NamedTable kTables[] = {
      bulk_named_table(),        integer_named_table(),
      digits_named_table(),      float_named_table(),
      string_named_table(),      string_search_named_table(),
      character_named_table(),   misc_named_table(),
      symbol_named_table(),      hashed_named_table(),
      file_named_table(),        file_path_named_table(),
      directory_named_table(),   file_attributes_named_table(),
      environment_named_table(), time_named_table(),
      memory_named_table(),      system_named_table(),
      compiler_named_table(),    tonel_named_table(),
  };
  return kTables;
}

void install_all(interpreter::Interpreter& vm) {
  for (const NumberedTable table : numbered_tables()) vm.add_primitives(table);
  for (const NamedTable table : named_tables()) vm.add_named_primitives(table);
}

}  // namespace banter::primitives
