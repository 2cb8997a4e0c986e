// bootstrap_main.cc -- banter-bootstrap KERNEL IMAGE: makes the kernel image from its sources.
//
// KERNEL has packages.txt (folders of packages, in load order) and initialize.txt (classes whose
// `initialize` is sent then, in order). With --keep-going, methods that do not compile are left
// out and the rest is built.
#include <fmt/format.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "bootstrap/class_graph.h"
#include "bootstrap/kernel_builder.h"
#include "image/image_file.h"
#include "interpreter/interpreter.h"
#include "primitives/symbols.h"
#include "primitives/tables.h"
#include "primitives/values.h"
#include "tonel/reader.h"

namespace banter::bootstrap {
namespace {

// The lines of a list that are neither empty nor comments (#).
Result<std::vector<std::string>> read_list(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) return Error{fmt::format("{}: cannot be opened", path.string())};
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    const auto end = line.find_last_not_of(" \t\r");
    if (end == std::string::npos || line[0] == '#') continue;
    lines.push_back(line.substr(0, end + 1));
  }
  return lines;
}

// `kernel/Package/Class.class.st` wherever the sources lie: stack traces of an image must not
// depend on the machine that built it.
std::string path_in_kernel(const std::string& file, const std::filesystem::path& kernel) {
  return ("kernel" / std::filesystem::path(file).lexically_relative(kernel)).string();
}

Result<std::vector<tonel::PackageDefinition>> read_kernel(const std::filesystem::path& kernel) {
  auto names = read_list(kernel / "packages.txt");
  if (!names.ok()) return names.error();
  std::vector<tonel::PackageDefinition> packages;
  for (const std::string& name : names.value()) {
    auto package = tonel::read_package(kernel / name);
    if (!package.ok()) return Error{package.error().render()};
    packages.push_back(std::move(package).value());
    for (auto& method : packages.back().methods) method.file = path_in_kernel(method.file, kernel);
    for (auto& cls : packages.back().classes) cls.file = path_in_kernel(cls.file, kernel);
  }
  return packages;
}

Result<void> initialize_classes(interpreter::Interpreter& vm, KernelBuilder& builder,
                                const std::filesystem::path& kernel) {
  auto names = read_list(kernel / "initialize.txt");
  if (!names.ok()) return names.error();
  for (const std::string& name : names.value()) {
    const heap::Oop selector = primitives::intern(vm.mutator(), "initialize");
    auto done = vm.run(builder.class_named(name), selector, {});
    if (!done.ok())
      return Error{fmt::format("{} class >> initialize: {}", name, done.error().message)};
  }
  return {};
}

Result<void> bootstrap(const std::filesystem::path& kernel, const std::string& image,
                       bool keep_going) {
  auto packages = read_kernel(kernel);
  if (!packages.ok()) return packages.error();
  auto graph = plan_classes(packages.value());
  if (!graph.ok()) return graph.error();
  auto heap = heap::Heap::create();
  if (!heap.ok()) return heap.error();
  heap::Mutator mutator(*heap.value());
  KernelBuilder builder(mutator, packages.value(), graph.value());
  if (auto built = builder.build(); !built.ok()) {
    if (!keep_going) return built;
    std::fprintf(stderr, "%s\n", built.error().message.c_str());
  }
  {
    auto vm = interpreter::Interpreter::create(*heap.value());
    primitives::install_all(*vm);
    if (auto done = initialize_classes(*vm, builder, kernel); !done.ok()) return done;
    vm->flush_all_frames_to_contexts();
  }
  return image::write_image(mutator, image);
}

}  // namespace
}  // namespace banter::bootstrap

int main(int argc, char** argv) {
  bool keep_going = false;
  std::vector<std::string> paths;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--keep-going") == 0)
      keep_going = true;
    else
      paths.emplace_back(argv[i]);
  }
  if (paths.size() != 2) {
    std::fprintf(stderr, "usage: banter-bootstrap [--keep-going] KERNEL IMAGE\n");
    return 2;
  }
  const auto done = banter::bootstrap::bootstrap(paths[0], paths[1], keep_going);
  if (done.ok()) return 0;
  std::fprintf(stderr, "%s\n", done.error().message.c_str());
  return 1;
}
