// table_list.h -- the tables of this folder by name: each is defined in the file of its name.
#pragma once

#include <span>

#include "interpreter/primitive.h"

namespace banter::primitives {

using NumberedTable = std::span<const interpreter::Entry>;
using NamedTable = std::span<const interpreter::NamedEntry>;

NumberedTable small_integer_table();
NumberedTable large_integer_table();
NumberedTable float_table();
NumberedTable element_table();
NumberedTable instance_variable_table();
NumberedTable bulk_table();
NumberedTable identity_table();
NumberedTable behavior_table();
NumberedTable become_table();
NumberedTable memory_table();
NumberedTable system_table();
NumberedTable clock_table();
NumberedTable byte_access_table();

NamedTable bulk_named_table();
NamedTable integer_named_table();
NamedTable digits_named_table();
NamedTable float_named_table();
NamedTable string_named_table();
NamedTable string_search_named_table();
NamedTable character_named_table();
NamedTable misc_named_table();
NamedTable symbol_named_table();
NamedTable hashed_named_table();
NamedTable file_named_table();
NamedTable file_path_named_table();
NamedTable directory_named_table();
NamedTable file_attributes_named_table();
NamedTable environment_named_table();
NamedTable time_named_table();
NamedTable memory_named_table();
NamedTable system_named_table();
NamedTable compiler_named_table();
NamedTable tonel_named_table();

}  // namespace banter::primitives
