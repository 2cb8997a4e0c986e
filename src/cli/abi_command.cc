#include "cli/abi_command.h"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>

#include "abi/declaration.h"
#include "abi/svg.h"
#include "abi/table.h"
#include "native/host.h"

namespace banter::cli {
namespace {

std::vector<abi::AbiName> wanted_abis(const std::string& name) {
  if (name.empty()) return {native::kHostAbi};
  if (name == "all") return {abi::kAllAbis.begin(), abi::kAllAbis.end()};
  return {*abi::abi_named(name)};  // the options let nothing else pass
}

abi::Picture picture_of(const std::string& declaration, abi::AbiName abi) {
  abi::Picture picture;
  picture.abi = abi;
  auto signature = abi::parse_signature(declaration, abi);
  if (!signature.ok()) {
    picture.refusal = signature.error().message;
    return picture;
  }
  picture.signature = std::move(signature).value();
  auto plan = abi::classify(abi, *picture.signature);
  if (plan.ok()) {
    picture.plan = std::move(plan).value();
  } else {
    picture.refusal = plan.error().message;
  }
  return picture;
}

bool write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  return file.good();
}

}  // namespace

int run_abi_command(const Options& options) {
  std::vector<abi::Picture> pictures;
  for (abi::AbiName each : wanted_abis(options.abi)) {
    pictures.push_back(picture_of(options.subject, each));
  }
  int known = 0;
  for (const abi::Picture& each : pictures) {
    if (&each != &pictures.front()) std::fputc('\n', stdout);
    if (each.plan) {
      known++;
      std::fputs(abi::table_of(*each.signature, *each.plan).c_str(), stdout);
    } else if (pictures.size() > 1) {
      fmt::print("{}: {}\n", name_of(each.abi), each.refusal);
    }
  }
  if (known == 0) {
    fmt::print(stderr, "banter: {}\n", pictures.front().refusal);
    return 1;
  }
  if (!options.svg.empty() && !write_file(options.svg, abi::svg_of(pictures))) {
    fmt::print(stderr, "banter: {} cannot be written\n", options.svg);
    return 1;
  }
  return 0;
}

}  // namespace banter::cli
