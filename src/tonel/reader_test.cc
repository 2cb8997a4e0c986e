#include "tonel/reader.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

namespace banter::tonel {
namespace {

FileDefinitions read(const std::string& text) {
  auto result = read_definitions(text, "Foo.class.st");
  if (result.ok()) return std::move(result).value();
  ADD_FAILURE() << result.error().render();
  return {};
}

std::string error_of(const std::string& text) {
  auto result = read_definitions(text, "Foo.st");
  if (!result.ok()) return result.error().render();
  ADD_FAILURE() << "reads: " << text;
  return "";
}

constexpr const char* kClass = R"(
"
I am a ""class"" with [brackets and 'apostrophes.

I have two paragraphs.
"
Class {
	#name : 'Foo',
	#superclass : 'Object',
	#type : 'variable',
	#instVars : [
		'first',
		'#second => InstanceVariableSlot'
	],
	#classVars : [ 'Shared' ],
	#classInstVars : [ 'instance' ],
	#pools : [ 'Pool' ],
	#traits : 'TFirst + TSecond',
	#classTraits : 'TFirst classTrait',
	#category : 'Package-Tag',
	#package : 'Package',
	#tag : 'Tag'
}

{ #category : 'instance creation' }
Foo class >> with: anObject [
	"Answer [ a 'Foo'."

	^ self new first: $] second: '[' third: #[1 2]
]

{ #category : 'accessing' }
Foo >> first [

	^ first
]

{
	#category : 'operators',
	#vcs : { }
}
Foo >> + other [ ^ 3 ]

Foo >> at: index   put: value [
]
)";

TEST(Reader, ReadsAClass) {
  const FileDefinitions file = read(kClass);
  ASSERT_EQ(file.classes.size(), 1u);
  const ClassDefinition& definition = file.classes[0];
  EXPECT_EQ(definition.name, "Foo");
  EXPECT_EQ(definition.superclass, "Object");
  EXPECT_FALSE(definition.is_trait);
  EXPECT_EQ(definition.layout, Layout::variable);
  EXPECT_EQ(definition.instance_variables, (std::vector<std::string>{"first", "second"}));
  EXPECT_EQ(definition.class_variables, std::vector<std::string>{"Shared"});
  EXPECT_EQ(definition.class_instance_variables, std::vector<std::string>{"instance"});
  EXPECT_EQ(definition.pools, std::vector<std::string>{"Pool"});
  ASSERT_EQ(definition.traits.size(), 2u);
  EXPECT_EQ(definition.traits[1].name, "TSecond");
  ASSERT_EQ(definition.class_traits.size(), 1u);
  EXPECT_TRUE(definition.class_traits[0].class_side);
  EXPECT_EQ(definition.package, "Package");
  EXPECT_EQ(definition.tag, "Tag");
  EXPECT_EQ(definition.category, "Package-Tag");
  EXPECT_EQ(definition.line, 7u);
  EXPECT_EQ(definition.comment,
            "I am a \"class\" with [brackets and 'apostrophes.\n\nI have two paragraphs.");
}

TEST(Reader, ReadsMethods) {
  const std::vector<MethodDefinition> methods = read(kClass).methods;
  ASSERT_EQ(methods.size(), 4u);
  EXPECT_EQ(methods[0].selector, "with:");
  EXPECT_TRUE(methods[0].class_side);
  EXPECT_EQ(methods[0].category, "instance creation");
  EXPECT_EQ(methods[0].source,
            "with: anObject\n\t\"Answer [ a 'Foo'.\"\n\n"
            "\t^ self new first: $] second: '[' third: #[1 2]");
  EXPECT_EQ(methods[0].line, 26u);
  EXPECT_EQ(methods[0].column, 14u);
  EXPECT_EQ(methods[1].selector, "first");
  EXPECT_FALSE(methods[1].class_side);
  EXPECT_EQ(methods[1].source, "first\n\n\t^ first");
  EXPECT_EQ(methods[2].selector, "+");
  EXPECT_EQ(methods[2].source, "+ other   ^ 3");  // the bracket is a blank: columns stay right
  EXPECT_EQ(methods[2].category, "operators");
  EXPECT_EQ(methods[3].selector, "at:put:");
  EXPECT_EQ(methods[3].source, "at: index   put: value");
  EXPECT_EQ(methods[3].category, "");
}

TEST(Reader, CommentsMayStandInPatterns) {
  const std::vector<MethodDefinition> methods = read(R"(Class { #name : 'Foo' }

Foo "the class" class "side" >> "how" at: "the [key" key put: "the ""value""" v [
	^ v
]
Foo >> + "right" other "both" [ ^ 3 ]
Foo >> size "of it"
[
	^ 4
]
)")
                                                    .methods;
  ASSERT_EQ(methods.size(), 3u);
  EXPECT_TRUE(methods[0].class_side);
  EXPECT_EQ(methods[0].selector, "at:put:");
  EXPECT_EQ(methods[0].source, "at: \"the [key\" key put: \"the \"\"value\"\"\" v\n\t^ v");
  EXPECT_EQ(methods[1].selector, "+");
  EXPECT_EQ(methods[1].source, "+ \"right\" other \"both\"   ^ 3");
  EXPECT_EQ(methods[2].selector, "size");
  EXPECT_EQ(methods[2].source, "size \"of it\"\n\t^ 4");
  EXPECT_EQ(methods[2].line, 7u);
}

TEST(Reader, ReadsOldTonel) {
  const FileDefinitions file = read(
      "Class {\n\t#name : #Foo,\n\t#superclass : #'Object',\n\t#type : #bytes,\n"
      "\t#category : #'Old-Package'\n}\n\n{ #category : #'as yet unclassified' }\n"
      "Foo >> bar [\n\t^ 1\n]\n");
  EXPECT_EQ(file.classes[0].name, "Foo");
  EXPECT_EQ(file.classes[0].superclass, "Object");
  EXPECT_EQ(file.classes[0].layout, Layout::bytes);
  EXPECT_EQ(file.classes[0].category, "Old-Package");
  EXPECT_EQ(file.methods[0].category, "as yet unclassified");
}

TEST(Reader, NilIsNoSuperclass) {
  EXPECT_EQ(read("Class { #name : 'A', #superclass : nil }").classes[0].superclass, "");
  EXPECT_EQ(read("Class { #name : 'A', #superclass : 'nil' }").classes[0].superclass, "");
  EXPECT_EQ(read("Class { #name : 'A', #instVars : nil }").classes[0].instance_variables.size(),
            0u);
}

TEST(Reader, ReadsEveryLayout) {
  const std::pair<const char*, Layout> kTypes[] = {
      {"normal", Layout::normal},       {"variable", Layout::variable},
      {"weak", Layout::weak},           {"ephemeron", Layout::ephemeron},
      {"bytes", Layout::bytes},         {"doubleBytes", Layout::double_bytes},
      {"words", Layout::words},         {"doubleWords", Layout::double_words},
      {"immediate", Layout::immediate}, {"compiledMethod", Layout::compiled_method}};
  for (const auto& [name, layout] : kTypes) {
    const std::string text = std::string("Class { #name : 'A', #type : '") + name + "' }";
    EXPECT_EQ(read(text).classes[0].layout, layout) << name;
  }
}

TEST(Reader, CategoryPackageAndTagCompleteEachOther) {
  const auto definition = [](const std::string& entries) {
    return read("Class { #name : 'A', " + entries + " }").classes[0];
  };
  EXPECT_EQ(definition("#package : 'P', #tag : 'T'").category, "P-T");
  EXPECT_EQ(definition("#package : 'P'").category, "P");
  EXPECT_EQ(definition("#package : 'P', #category : 'P-T'").tag, "T");
  EXPECT_EQ(definition("#category : 'P-T'").tag, "");
}

TEST(Reader, ReadsTraitsExtensionsAndPackages) {
  const FileDefinitions trait =
      read("Trait {\n\t#name : 'TFoo',\n\t#instVars : [ 'a' ]\n}\n\nTFoo classSide >> b [ ]");
  EXPECT_TRUE(trait.classes[0].is_trait);
  EXPECT_TRUE(trait.methods[0].class_side);
  const FileDefinitions extension = read("Extension { #name : 'Foo' }\n\nFoo >> bar [ ]");
  EXPECT_TRUE(extension.classes.empty());
  EXPECT_TRUE(extension.methods[0].is_extension);
  EXPECT_EQ(read("\xEF\xBB\xBFPackage { #name : 'Pkg' }").package, "Pkg");
}

TEST(Reader, KeepsLinesOfFilesWithCarriageReturns) {
  const FileDefinitions file =
      read("Class {\r\n\t#name : 'A'\r\n}\r\n\r\nA >> foo [\r\n\t^ 1\r\n]\r\n");
  EXPECT_EQ(file.methods[0].line, 5u);
  EXPECT_EQ(file.methods[0].source, "foo\r\n\t^ 1");
}

TEST(Reader, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(error_of(""),
            "Foo.st:1:1: expected 'Class', 'Trait', 'Extension' or 'Package', but the text ends "
            "here");
  EXPECT_EQ(error_of("Klass { }"),
            "Foo.st:1:1: expected 'Class', 'Trait', 'Extension' or 'Package', not 'Klass'\n"
            "Klass { }\n^");
  EXPECT_EQ(error_of("Class { #superclass : 'B' }"),
            "Foo.st:1:1: a definition needs a #name\nClass { #superclass : 'B' }\n^");
  EXPECT_EQ(error_of("Class {\n\t#name : 'A',\n\t#type : 'odd'\n}"),
            "Foo.st:3:10: there is no #type 'odd'\n\t#type : 'odd'\n\t        ^");
  EXPECT_EQ(error_of("Class { #name : 'A', #instVars : 'x' }"),
            "Foo.st:1:34: #instVars must be a list\n"
            "Class { #name : 'A', #instVars : 'x' }\n"
            "                                 ^");
  EXPECT_EQ(error_of("Class { #name : 'A', #instVars : [ 3 ] }"),
            "Foo.st:1:36: an element of #instVars must be a string\n"
            "Class { #name : 'A', #instVars : [ 3 ] }\n"
            "                                   ^");
  EXPECT_EQ(error_of("Class { #name 'A' }"),
            "Foo.st:1:15: expected ':' behind the key, not '''\n"
            "Class { #name 'A' }\n              ^");
  EXPECT_EQ(error_of("Class { #name : 'A'"),
            "Foo.st:1:20: expected ',' or '}' in the definition, but the text ends here\n"
            "Class { #name : 'A'\n                   ^");
  EXPECT_EQ(error_of("Class { #name : 'A', #traits : 'T +' }"),
            "Foo.st:1:32: in the trait composition: expected the name of a trait, but the text "
            "ends here\n"
            "Class { #name : 'A', #traits : 'T +' }\n"
            "                               ^");
}

TEST(Reader, SaysWhatIsWrongWithMethods) {
  const std::string head = "Class { #name : 'A' }\n";
  EXPECT_EQ(error_of(head + "A >> foo [\n\tself do: [ 1\n]\n"),
            "Foo.st:2:10: the method that begins here is not closed\nA >> foo [\n         ^");
  EXPECT_EQ(error_of(head + "A >> foo [ 'abc ]"),
            "Foo.st:2:12: the string that begins here is not closed\n"
            "A >> foo [ 'abc ]\n           ^");
  EXPECT_EQ(error_of(head + "A >> foo ]"),
            "Foo.st:2:10: expected '[' behind the pattern of the method, not ']'\n"
            "A >> foo ]\n         ^");
  EXPECT_EQ(error_of(head + "A foo [ ]"),
            "Foo.st:2:3: expected '>>' behind the name of the class, not 'foo'\n"
            "A foo [ ]\n  ^");
  EXPECT_EQ(error_of(head + "A >> foo: [ ]"),
            "Foo.st:2:11: expected the pattern of a method, not '['\nA >> foo: [ ]\n          ^");
  EXPECT_EQ(error_of(head + "B >> foo [ ]"),
            "Foo.st:2:1: a method of B in the file of A\nB >> foo [ ]\n^");
  EXPECT_EQ(error_of("Package { #name : 'P' }\nB >> foo [ ]"),
            "Foo.st:2:1: a package file holds no methods\nB >> foo [ ]\n^");
  EXPECT_EQ(error_of(head + "\"open"),
            "Foo.st:2:1: the comment that begins here is not closed\n\"open\n^");
}

TEST(Reader, NestingIsLimited) {
  std::string text = "Class { #name : ";
  text.append(100000, '[');
  EXPECT_NE(error_of(text).find("nested too deeply"), std::string::npos);
}

class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / "banter_tonel_test") {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name) << text;
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

TEST(Reader, ReadsPackageFolders) {
  const Folder folder;
  folder.write("Pkg/package.st", "Package { #name : 'My-Package' }");
  folder.write("Pkg/B.class.st", "Class { #name : 'B' }\nB >> b [ ]");
  folder.write("Pkg/A.class.st", "Class { #name : 'A', #category : 'My-Package-Core' }");
  folder.write("Pkg/Object.extension.st", "Extension { #name : 'Object' }\nObject >> c [ ]");
  folder.write("Pkg/notes.txt", "not Tonel");
  folder.write("Nested/Other/package.st", "Package { #name : 'Other' }");
  folder.write(".properties", "{ #format : #tonel }");
  EXPECT_EQ(
      find_packages(folder.path()),
      (std::vector<std::filesystem::path>{folder.path() / "Nested/Other", folder.path() / "Pkg"}));
  EXPECT_EQ(find_packages(folder.path() / "Pkg").size(), 1u);
  auto package = read_package(folder.path() / "Pkg");
  ASSERT_TRUE(package.ok());
  EXPECT_EQ(package.value().name, "My-Package");
  ASSERT_EQ(package.value().classes.size(), 2u);
  EXPECT_EQ(package.value().classes[0].name, "A");
  EXPECT_EQ(package.value().classes[0].tag, "Core");
  EXPECT_EQ(package.value().classes[1].package, "My-Package");
  EXPECT_EQ(package.value().methods.size(), 2u);
}

TEST(Reader, FilesThatAreNotThereAreErrors) {
  auto file = read_file("/nonexistent/Foo.class.st");
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().render(),
            "/nonexistent/Foo.class.st:1:1: cannot open the file: No such file or directory");
  EXPECT_FALSE(read_package("/nonexistent").ok());
  EXPECT_TRUE(find_packages("/nonexistent").empty());
}

TEST(Reader, AnyBytesAreReadOrRefused) {
  std::mt19937 random(3);
  static constexpr std::string_view kPieces[] = {
      "[", "]", "{", "}", "'", "\"", "#", ":", ",", ">>", "Foo", "$", "class", "+", "-", "@", "("};
  for (int i = 0; i < 5000; ++i) {
    std::string text = kClass;
    for (unsigned change = 0; change <= random() % 4; ++change) {
      const std::size_t at = random() % text.size();
      if (random() % 3 == 0) {
        text.erase(at, 1 + random() % 20);
      } else {
        text.insert(at, kPieces[random() % std::size(kPieces)]);
      }
    }
    auto result = read_definitions(text, "fuzz.st");
    if (!result.ok()) {
      ASSERT_LE(result.error().offset, text.size());
      ASSERT_FALSE(result.error().message.empty());
    }
    auto script = read_script(text, "fuzz.st");
    if (!script.ok()) {
      ASSERT_LE(script.error().offset, text.size());
    }
  }
}

}  // namespace
}  // namespace banter::tonel
