#include "tonel/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "tonel/definition_reader.h"

namespace banter::tonel {
namespace {

class FileReader {
 public:
  explicit FileReader(const SourceText& source) : lexer_(source) {}

  FileDefinitions read() {
    if (lexer_.text().starts_with("\xEF\xBB\xBF")) lexer_.set_position(3);
    read_definition();
    for (;;) {
      lexer_.skip_blanks();
      if (lexer_.at_end()) break;
      std::string category;
      if (lexer_.peek() == '{') {
        category = read_category(lexer_);
        lexer_.skip_blanks();
      }
      read_file_method(std::move(category));
    }
    return std::move(result_);
  }

 private:
  void read_definition() {
    std::string comment;
    lexer_.skip_white();
    // The last comment before the definition is the class's.
    for (; lexer_.peek() == '"'; lexer_.skip_white()) comment = lexer_.read_comment();
    const std::size_t begin = lexer_.position();
    const std::string_view what = lexer_.at_identifier() ? lexer_.read_identifier() : "";
    if (what == "Class" || what == "Trait") {
      result_.classes.push_back(read_class(lexer_, what == "Trait", begin, std::move(comment)));
      class_name_ = result_.classes.back().name;
    } else if (what == "Extension") {
      class_name_ = text_at(lexer_, read_ston(lexer_), "name");
      is_extension_ = true;
      if (class_name_.empty()) lexer_.fail(begin, what.size(), "an extension needs a #name");
    } else if (what == "Package") {
      result_.package = text_at(lexer_, read_ston(lexer_), "name");
      if (result_.package.empty()) lexer_.fail(begin, what.size(), "a package needs a #name");
    } else {
      lexer_.set_position(begin);
      lexer_.fail_expected("'Class', 'Trait', 'Extension' or 'Package'");
    }
  }

  void read_file_method(std::string category) {
    const std::size_t begin = lexer_.position();
    MethodDefinition method = read_method(lexer_, std::move(category));
    if (method.class_name != class_name_) {
      lexer_.fail(begin, method.class_name.size(),
                  class_name_.empty() ? std::string("a package file holds no methods")
                                      : fmt::format("a method of {} in the file of {}",
                                                    method.class_name, class_name_));
    }
    method.is_extension = is_extension_;
    result_.methods.push_back(std::move(method));
  }

  Lexer lexer_;
  FileDefinitions result_;
  std::string class_name_;
  bool is_extension_ = false;
};

SourceError file_error(const std::filesystem::path& path, std::string message) {
  return error_at(SourceText{"", path.string(), 1, 1}, 0, 0, std::move(message));
}

}  // namespace

Result<FileDefinitions, SourceError> read_definitions(std::string_view text, std::string file) {
  const SourceText source{text, std::move(file), 1, 1};
  try {
    return FileReader(source).read();
  } catch (Failure& failure) {
    return std::move(failure.error);
  }
}

Result<FileDefinitions, SourceError> read_file(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) {
    return file_error(path, fmt::format("cannot open the file: {}", std::strerror(errno)));
  }
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (stream.bad()) return file_error(path, "cannot read the file");
  return read_definitions(text, path.string());
}

Result<PackageDefinition, SourceError> read_package(const std::filesystem::path& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".st") files.push_back(entry.path());
  }
  if (error) return file_error(folder, fmt::format("cannot list the folder: {}", error.message()));
  std::sort(files.begin(), files.end());
  PackageDefinition result;
  result.name = folder.filename().empty() ? folder.parent_path().filename().string()
                                          : folder.filename().string();
  for (const auto& file : files) {
    auto definitions = read_file(file);
    if (!definitions.ok()) return definitions.error();
    FileDefinitions& found = definitions.value();
    if (!found.package.empty()) result.name = found.package;
    std::move(found.classes.begin(), found.classes.end(), std::back_inserter(result.classes));
    std::move(found.methods.begin(), found.methods.end(), std::back_inserter(result.methods));
  }
  for (ClassDefinition& definition : result.classes) {
    if (definition.package.empty()) definition.package = result.name;
    if (definition.category.empty()) definition.category = definition.package;
    const std::string prefix = definition.package + "-";
    if (definition.tag.empty() && definition.category.starts_with(prefix)) {
      definition.tag = definition.category.substr(prefix.size());
    }
  }
  return result;
}

std::vector<std::filesystem::path> find_packages(const std::filesystem::path& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> result;
  if (std::filesystem::exists(folder / "package.st", error)) return {folder};
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (!entry.is_directory(error)) continue;
    for (auto& package : find_packages(entry.path())) result.push_back(std::move(package));
  }
  std::sort(result.begin(), result.end());
  return result;
}

}  // namespace banter::tonel
