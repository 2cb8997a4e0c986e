// svg.cc -- one card for each ABI, from top to bottom:
//
//   name of the ABI                                   its document
//   the declaration
//   legend: a chip, a name and a type for each argument and the result
//   registers ....................     stack ....................
//   result .......................
//
// Widths are counted in letters of a monospaced font, whose advance is 0.6 of its size.
#include "abi/svg.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "abi/parts.h"
#include "abi/strips.h"

namespace banter::abi {
namespace {

constexpr int kWidth = 1180;
constexpr int kMargin = 24;  // around cards
constexpr int kInside = 24;  // from a card's edge
constexpr int kCell = 20;    // a byte's width
constexpr int kCellHeight = 24;
constexpr int kRow = 32;        // from one strip to the next
constexpr int kNameWidth = 64;  // of a strip's name
constexpr int kLeft = kMargin + kInside;
constexpr int kRight = 668;  // where the stack begins
constexpr double kAdvance = 0.6;
constexpr std::size_t kLettersOfTitle = 120;
constexpr std::size_t kLettersOfLegend = 64;
constexpr std::size_t kLettersOfName = 16;     // beside a strip; the legend has more of it
constexpr std::uint32_t kLargestNumber = 999;  // that fits a cell
constexpr int kGap = 44;                       // between a label on the left and the stack's names

struct Colour {
  std::string_view fill;
  std::string_view pale;
  std::string_view ink;
};
constexpr std::array<Colour, 9> kColours = {{{"#9ecbee", "#e3f0fa", "#0c4a75"},
                                             {"#ffd27a", "#fff3d6", "#7a4a00"},
                                             {"#a8dba0", "#e6f5e3", "#1f5d1b"},
                                             {"#f5aeb0", "#fde7e7", "#85201f"},
                                             {"#cbb9f2", "#f0eafc", "#48298f"},
                                             {"#9be0d6", "#e1f6f3", "#0c5a50"},
                                             {"#f3b5da", "#fce7f3", "#7d1653"},
                                             {"#dcc8a0", "#f6efe0", "#5b4412"},
                                             {"#d3e183", "#f4f8dc", "#4b5810"}}};
constexpr Colour kResultColour = {"#b9c3d3", "#eaeef4", "#28384f"};

std::string escaped(std::string_view text) {
  std::string result;
  for (char c : text) {
    if (c == '&') {
      result += "&amp;";
    } else if (c == '<') {
      result += "&lt;";
    } else if (c == '>') {
      result += "&gt;";
    } else if (c == '"') {
      result += "&quot;";
    } else {
      result += c;
    }
  }
  return result;
}

// At spaces, into lines of at most `most` letters where a space allows it.
std::vector<std::string> wrapped(std::string text, std::size_t most) {
  std::vector<std::string> lines;
  while (text.size() > most) {
    std::size_t end = text.rfind(' ', most);
    if (end == text.npos || end == 0) end = most;
    lines.push_back(text.substr(0, end));
    text = text.substr(std::min(text.size(), end + (text[end] == ' ' ? 1 : 0)));
  }
  lines.push_back(text);
  return lines;
}

std::string shortened(const std::string& text, std::size_t most) {
  constexpr std::string_view kDots = "...";
  if (text.size() <= most) return text;
  return text.substr(0, most - std::min(most, kDots.size())) + std::string(kDots);
}

class Card {
 public:
  Card(const Picture& picture, int top) : picture_(picture), y_(top + kInside) {}

  // Draws everything; the card's height is known then.
  std::string run(int* height) {
    const int top = y_ - kInside;
    header();
    if (picture_.plan) {
      name_owners();
      legend();
      places();
    } else {
      for (const std::string& line : wrapped(picture_.refusal, kLettersOfTitle)) {
        y_ += 20;
        text(kLeft, y_, "mono refusal", line);
      }
      y_ += 8;
    }
    *height = y_ + kInside - top;
    return fmt::format(
               "<rect class=\"card\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"10\"/>\n",
               kMargin, top, kWidth - 2 * kMargin, *height) +
           out_;
  }

 private:
  void text(int x, int y, std::string_view style, std::string_view content,
            std::string_view more = "") {
    out_ += fmt::format("<text x=\"{}\" y=\"{}\" class=\"{}\"{}>{}</text>\n", x, y, style, more,
                        escaped(content));
  }

  const Colour& colour(std::uint32_t owner) const {
    if (owner == picture_.plan->arguments.size()) return kResultColour;
    return kColours[owner % kColours.size()];
  }

  void header() {
    y_ += 14;
    text(kLeft, y_, "abi", name_of(picture_.abi));
    text(kWidth - kLeft, y_, "document", document_of(picture_.abi), " text-anchor=\"end\"");
    if (!picture_.signature) return;
    y_ += 6;
    for (const std::string& line : wrapped(to_text(*picture_.signature), kLettersOfTitle)) {
      y_ += 20;
      text(kLeft, y_, "mono declaration", line);
    }
  }

  void name_owners() {
    const Signature& signature = *picture_.signature;
    for (std::size_t i = 0; i < signature.parameters.size(); i++) {
      const std::string& name = signature.parameters[i].name;
      names_.push_back(name.empty() ? fmt::format("argument {}", i)
                                    : shortened(name, kLettersOfLegend));
      short_names_.push_back(shortened(names_.back(), kLettersOfName));
    }
    names_.emplace_back("result");
    short_names_.emplace_back("result");
  }

  // Chips flow into lines; one after the longest entry begins a new line.
  void legend() {
    int x = kLeft;
    y_ += 32;
    for (std::uint32_t i = 0; i < names_.size(); i++) {
      const bool result = i + 1 == names_.size();
      const CType& type = result ? picture_.plan->result.type : picture_.plan->arguments[i].type;
      const std::string size = type.size == Bytes{0}   ? ""
                               : type.size == Bytes{1} ? ", 1 byte"
                                                       : fmt::format(", {} bytes", type.size.count);
      const std::string words = short_text(type, kLettersOfLegend) + size;
      const int width = 26 + letters(names_[i].size() + words.size() + 1, 12) + 28;
      if (x > kLeft && x + width > kWidth - kLeft) {
        x = kLeft;
        y_ += 24;
      }
      out_ +=
          fmt::format("<rect x=\"{}\" y=\"{}\" width=\"16\" height=\"16\" rx=\"4\" fill=\"{}\"/>\n",
                      x, y_ - 13, colour(i).fill);
      out_ += fmt::format(
          "<text x=\"{}\" y=\"{}\" class=\"mono chip\"><tspan class=\"name\">{}</tspan> "
          "{}</text>\n",
          x + 24, y_, escaped(names_[i]), escaped(words));
      x += width;
    }
    y_ += 14;
  }

  static double letter(int size) { return kAdvance * size; }
  static int letters(std::size_t count, int size) {
    return static_cast<int>(static_cast<double>(count) * letter(size));
  }

  void places() {
    const Strips strips = strips_of(*picture_.plan, short_names_);
    const int top = y_;
    column(kLeft, "Registers", strips.registers, "no argument is in a register");
    y_ += 10;
    const bool by_reference = picture_.plan->result.by_reference;
    column(kLeft, "Result", strips.results,
           by_reference ? "in memory, at the address above" : "none");
    const int left = y_;
    y_ = top;
    column(kRight, "Stack at the call", strips.stack, "no argument is on the stack");
    if (picture_.plan->stack_size > Bytes{0}) stack_note();
    y_ = std::max(y_, left);
    foot();
  }

  void stack_note() {
    const CallPlan& plan = *picture_.plan;
    std::string note =
        fmt::format("{} bytes, {}-aligned", plan.stack_size.count, plan.stack_alignment.count);
    if (plan.callee_pops > Bytes{0}) {
      note += fmt::format("; the callee pops {}", plan.callee_pops.count);
    }
    y_ += 4;
    text(kRight, y_ + 10, "note", note);
    y_ += 18;
  }

  void foot() {
    const CallPlan& plan = *picture_.plan;
    std::string note =
        "Byte 0 is the least significant one, or at the lowest address. Pale: padding, \u00b7 "
        "zeros, "
        "\u00b1 copies of the sign, \u2192 an address.";
    if (plan.variadic && plan.abi == AbiName::sysv_x64) {
      note += fmt::format(" al = {}, the vector registers used at most.", plan.float_registers);
    }
    y_ += 16;
    text(kLeft, y_, "note", note);
  }

  void column(int x, std::string_view title, const std::vector<Strip>& strips,
              std::string_view otherwise) {
    y_ += 26;
    text(x, y_, "title", title);
    y_ += 12;
    if (strips.empty()) {
      text(x, y_ + 12, "note", otherwise);
      y_ += 20;
    }
    for (const Strip& each : strips) strip(x, each);
  }

  void strip(int x, const Strip& strip) {
    const int left = x + kNameWidth;
    text(left - 10, y_ + 17, "mono place", strip.name, " text-anchor=\"end\"");
    if (!strip.note.empty()) {
      text(left, y_ + 17, "note", strip.note);
      y_ += kRow - 4;
      return;
    }
    for (std::size_t i = 0; i < strip.bytes.size(); i++) {
      cell(left + static_cast<int>(i) * kCell, strip.bytes[i]);
    }
    const int width = static_cast<int>(strip.bytes.size()) * kCell;
    out_ += fmt::format(
        "<rect class=\"frame\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"3\"/>\n", left, y_,
        width, kCellHeight);
    labels(left + width + 12, x < kRight ? kRight - kGap : kWidth - kLeft, strip);
    y_ += kRow;
  }

  // One after the other from `at` on, as far as there is room; who points at one sees all of it.
  void labels(int at, int end, const Strip& strip) {
    for (const StripLabel& each : strip.labels) {
      const auto most = static_cast<std::size_t>(std::max(0, end - at) / letter(12));
      if (most == 0) return;
      const std::string shown = shortened(each.text, most);
      out_ += fmt::format(
          "<text x=\"{}\" y=\"{}\" class=\"mono label\" style=\"fill:{}\">{}<title>{}</title>"
          "</text>\n",
          at, y_ + 16, colour(each.owner).ink, escaped(shown), escaped(each.text));
      at += letters(shown.size() + 2, 12);
    }
  }

  void cell(int x, const StripByte& byte) {
    std::string_view fill = "url(#unused)";
    const Colour& own = colour(byte.owner);
    if (byte.use == ByteUse::value) fill = own.fill;
    if (byte.use != ByteUse::value && byte.use != ByteUse::unused) fill = own.pale;
    out_ += fmt::format(
        "<rect class=\"cell\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\"/>", x, y_,
        kCell, kCellHeight, fill);
    std::string mark;
    if (byte.use == ByteUse::value || byte.use == ByteUse::padding) {
      if (byte.number <= kLargestNumber) mark = std::to_string(byte.number);
    } else if (byte.use == ByteUse::address) {
      mark = "→";
    } else if (byte.use == ByteUse::sign) {
      mark = "±";
    } else if (byte.use == ByteUse::zero) {
      mark = "·";
    }
    if (!mark.empty()) {
      out_ += fmt::format("<text x=\"{}\" y=\"{}\" class=\"byte\" style=\"fill:{}\"{}>{}</text>",
                          x + kCell / 2, y_ + 16, own.ink,
                          byte.use == ByteUse::padding ? " opacity=\"0.45\"" : "", mark);
    }
    out_ += "\n";
  }

  const Picture& picture_;
  int y_;
  std::string out_;
  std::vector<std::string> names_;
  std::vector<std::string> short_names_;
};

constexpr std::string_view kStyle = R"(<style>
  text { font-family: system-ui, 'DejaVu Sans', Verdana, sans-serif; fill: #1d2733; }
  .mono, .byte { font-family: ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; }
  .card { fill: #ffffff; stroke: #d5dbe3; }
  .abi { font-size: 19px; font-weight: 700; }
  .document, .note { font-size: 12px; fill: #66727f; }
  .declaration { font-size: 14px; }
  .refusal { font-size: 13px; fill: #85201f; }
  .chip, .label { font-size: 12px; }
  .name { font-weight: 700; }
  .title { font-size: 13px; font-weight: 700; fill: #3a4653; }
  .place { font-size: 13px; font-weight: 600; }
  .byte { font-size: 9.5px; text-anchor: middle; }
  .cell { stroke: #ffffff; stroke-width: 1; }
  .frame { fill: none; stroke: #8895a4; stroke-width: 1; }
</style>
<defs><pattern id="unused" width="6" height="6" patternUnits="userSpaceOnUse">
  <rect width="6" height="6" fill="#f4f6f8"/>
  <path d="M0 6L6 0" stroke="#dde2e8" stroke-width="1"/></pattern></defs>
)";

}  // namespace

std::string svg_of(const std::vector<Picture>& pictures) {
  std::string cards;
  int y = kMargin;
  for (const Picture& each : pictures) {
    int height = 0;
    cards += Card(each, y).run(&height);
    y += height + kMargin;
  }
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
      "height=\"{1}\">\n{2}<rect width=\"{0}\" height=\"{1}\" fill=\"#eef1f5\"/>\n{3}</svg>\n",
      kWidth, y, kStyle, cards);
}

}  // namespace banter::abi
