// reader.h -- Tonel files and package folders to definitions, and scripts to chunks.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/source_text.h"
#include "tonel/definitions.h"

namespace banter::tonel {

// Reads the text of a class, trait, extension or package file (Tonel 1 to 3).
Result<FileDefinitions, SourceError> read_definitions(std::string_view text, std::string file);

// Reads one file. A file that cannot be opened is an error at its line 1.
Result<FileDefinitions, SourceError> read_file(const std::filesystem::path& path);

// Reads every *.st file of a package folder in the order of their names. The package is named by
// its package.st, or else by the folder; definitions that name no package get that one.
Result<PackageDefinition, SourceError> read_package(const std::filesystem::path& folder);

// The package folders below `folder` (those with a package.st), sorted; `folder` itself if it is
// one.
std::vector<std::filesystem::path> find_packages(const std::filesystem::path& folder);

// Splits a script into statements, class definitions `Class { #name : ... }`, and methods
// `Foo class >> bar: x [ ... ]` with an optional `{ #category : ... }` before them. A first line
// that begins with `#!` is left out.
Result<std::vector<ScriptChunk>, SourceError> read_script(std::string_view text, std::string file);

}  // namespace banter::tonel
