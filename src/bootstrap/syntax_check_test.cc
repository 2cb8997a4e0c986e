#include "bootstrap/syntax_check.h"

#include <gtest/gtest.h>

#include <fstream>

namespace banter::bootstrap {
namespace {

class SyntaxCheck : public testing::Test {
 protected:
  SyntaxCheck() : folder_(std::filesystem::temp_directory_path() / "banter_syntax_test") {
    std::filesystem::remove_all(folder_);
  }
  ~SyntaxCheck() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }

  // The report with the folder's own path left out.
  SyntaxReport check(const std::vector<std::string>& checked,
                     const std::vector<std::string>& known = {}) const {
    const auto paths = [this](const std::vector<std::string>& names) {
      std::vector<std::filesystem::path> result;
      for (const std::string& name : names) result.push_back(folder_ / name);
      return result;
    };
    SyntaxReport report = check_syntax(paths(checked), paths(known));
    for (auto* lines : {&report.errors, &report.warnings}) {
      for (std::string& line : *lines) {
        const std::string prefix = folder_.string() + "/";
        for (auto at = line.find(prefix); at != std::string::npos; at = line.find(prefix)) {
          line.erase(at, prefix.size());
        }
      }
    }
    return report;
  }

 private:
  std::filesystem::path folder_;
};

TEST_F(SyntaxCheck, SoundPackagesHaveNothingToReport) {
  write("A/package.st", "Package { #name : 'A' }");
  write("A/TFoo.trait.st",
        "Trait { #name : 'TFoo', #instVars : [ 'shared' ] }\n"
        "{ #category : 'c' }\nTFoo >> shared [ ^ shared ]");
  write("A/Foo.class.st",
        "Class { #name : 'Foo', #superclass : nil, #traits : 'TFoo', #instVars : [ 'a' ],\n"
        "#classVars : [ 'Count' ], #classInstVars : [ 'b' ] }\n"
        "{ #category : 'c' }\nFoo >> a [ Count := shared. ^ a foo: Foo ]\n"
        "{ #category : 'c' }\nFoo >> foo: x [ ^ Smalltalk ]\n"
        "{ #category : 'c' }\nFoo class >> b [ ^ b ]");
  write("B/package.st", "Package { #name : 'B' }");
  write("B/Bar.class.st",
        "Class { #name : 'Bar', #superclass : 'Foo' }\n"
        "{ #category : 'c' }\nBar >> bar [ Count := a. ^ super foo: 3 ]");
  const SyntaxReport report = check({"B"}, {"A"});
  EXPECT_EQ(report.errors, std::vector<std::string>{});
  EXPECT_EQ(report.warnings, std::vector<std::string>{});
  EXPECT_EQ(report.classes, 1u);
  EXPECT_EQ(report.methods, 1u);
  EXPECT_EQ(check({"A", "B"}).errors, std::vector<std::string>{});
}

TEST_F(SyntaxCheck, EveryMistakeIsReported) {
  write("A/package.st", "Package { #name : 'A' }");
  write("A/A.class.st",
        "Class { #name : 'A', #superclass : 'Nowhere' }\n"
        "{ #category : 'c' }\nA >> a [ ^ b ]\n"
        "{ #category : 'c' }\nA >> a [ ^ 3 ]");
  write("A/B.class.st", "Class { #name : 'A', #traits : 'TNone', #pools : [ 'None' ] }");
  write("A/C.class.st", "Class { #name : 'C', #superclass : 'D', #instVars : [ 'x', 'x' ] }");
  write("A/D.class.st", "Class { #name : 'D', #superclass : 'C' }");
  write("A/E.class.st", "Class { #name");
  write("A/F.extension.st",
        "Extension { #name : 'Missing' }\n{ #category : 'c' }\n"
        "Missing >> foo [ ]");
  EXPECT_EQ(
      check({"A", "None"}).errors,
      (std::vector<std::string>{
          "A/E.class.st:1:14: expected ':' behind the key, but the text ends here\n"
          "Class { #name\n             ^",
          "None: no package.st here or below",
          "A/B.class.st:1: A is defined at A/A.class.st:1 already",
          "A/A.class.st:1: the superclass Nowhere of A is not known",
          "A/B.class.st:1: the trait TNone is not known",
          "A/B.class.st:1: the pool None is not known", "A/C.class.st:1: C inherits from itself",
          "A/C.class.st:1: the instance variable x of C is declared twice",
          "A/D.class.st:1: D inherits from itself",
          "A/A.class.st:3:12: 'b' is not declared\n     a   ^ b\n           ^",
          "A/A.class.st:5: A>>a is defined at A/A.class.st:3 already",
          "A/F.extension.st:3: the class Missing is not known"}));
}

TEST_F(SyntaxCheck, WarnsOfWhatNobodyImplementsAndOfMissingCategories) {
  write("A/package.st", "Package { #name : 'A' }");
  write("A/A.class.st", "Class { #name : 'A' }\nA >> a [\n\tself a.\n\t^ [ self b: 3 ] ]");
  EXPECT_EQ(
      check({"A"}).warnings,
      (std::vector<std::string>{"A/A.class.st:2: warning: A>>a has no category",
                                "A/A.class.st:4: warning: A>>a sends #b:, which no class has"}));
}

}  // namespace
}  // namespace banter::bootstrap
