// at:, instVarAt:, replaceFrom:, machine values: everything that reaches into objects by number.
#include "primitives/primitive_testing.h"
#include "primitives/symbols.h"

namespace banter::primitives {
namespace {

class AccessTest : public PrimitiveTest {
 protected:
  Oop small(std::int64_t value) { return Oop::small_int(value); }
};

TEST_F(AccessTest, ReadsAndWritesArrays) {
  const Rooted<> self(mutator(), array({small(1), small(2), small(3)}));
  EXPECT_EQ(call(60, {self.oop(), small(3)}).result(), small(3));
  EXPECT_EQ(call(60, {nil(), self.oop(), small(1)}).result(), small(1));
  EXPECT_EQ(call(61, {self.oop(), small(2), nil()}).result(), nil());
  EXPECT_EQ(self->slot(1), nil());
  EXPECT_EQ(call(62, {self.oop()}).result(), small(3));
  expect_failure(call(60, {self.oop(), small(0)}), Failure::bad_index);
  expect_failure(call(60, {self.oop(), small(4)}), Failure::bad_index);
  expect_failure(call(60, {self.oop(), floating(1.0)}), Failure::bad_argument);
  expect_failure(call(60, {small(5), small(1)}), Failure::inappropriate);
  expect_failure(call(62, {small(5)}), Failure::bad_receiver);
  expect_failure(call(60, {mutator().new_point(small(1), small(2))->oop(), small(1)}),
                 Failure::bad_receiver);
  self->set_immutable(true);
  expect_failure(call(61, {self.oop(), small(2), nil()}), Failure::no_modification);
}

TEST_F(AccessTest, NamedVariablesStandInFrontOfElements) {
  const Rooted<> cls(mutator(), make_class("Mixed", Format::kFixedIndexable, 2));
  const Rooted<> self(mutator(), mutator().new_instance(cls.oop(), 3));
  EXPECT_EQ(call(62, {self.oop()}).result(), small(3));
  call(61, {self.oop(), small(1), small(7)});
  EXPECT_EQ(self->slot(2), small(7));
  call(74, {self.oop(), small(2), small(8)});
  EXPECT_EQ(self->slot(1), small(8));
  EXPECT_EQ(call(73, {self.oop(), small(2)}).result(), small(8));
  expect_failure(call(73, {self.oop(), small(3)}), Failure::bad_index);
  EXPECT_EQ(call(173, {self.oop(), small(3)}).result(), small(7));
  expect_failure(call(173, {self.oop(), small(6)}), Failure::bad_index);
  EXPECT_EQ(call(132, {self.oop(), small(8)}).result(), yes());
  EXPECT_EQ(call(132, {self.oop(), small(9)}).result(), no());
}

struct BitsCase {
  Format format;
  const char* largest;
  const char* too_large;
};

TEST_F(AccessTest, BitsHoldUnsignedIntegersOfTheirWidth) {
  const BitsCase cases[] = {{Format::kBytes, "255", "256"},
                            {Format::kShorts, "65535", "65536"},
                            {Format::kWords, "4294967295", "4294967296"},
                            {Format::kLongs, "18446744073709551615", "18446744073709551616"}};
  for (const BitsCase& each : cases) {
    const Rooted<> cls(mutator(), make_class("Bits", each.format, 0));
    const Rooted<> self(mutator(), mutator().new_instance(cls.oop(), 5));
    EXPECT_EQ(call(62, {self.oop()}).result(), small(5));
    EXPECT_TRUE(call(61, {self.oop(), small(5), integer(each.largest)}).is_success());
    EXPECT_EQ(decimal(call(60, {self.oop(), small(5)})), each.largest);
    expect_failure(call(61, {self.oop(), small(5), integer(each.too_large)}),
                   Failure::bad_argument);
    expect_failure(call(61, {self.oop(), small(5), small(-1)}), Failure::bad_argument);
    expect_failure(call(61, {self.oop(), small(6), small(1)}), Failure::bad_index);
    EXPECT_EQ(decimal(call(165, {self.oop(), small(5)})), "-1");
    EXPECT_TRUE(call(166, {self.oop(), small(1), small(-2)}).is_success());
    EXPECT_EQ(decimal(call(165, {self.oop(), small(1)})), "-2");
    EXPECT_EQ(call(145, {self.oop(), small(9)}).result(), self.oop());
    EXPECT_EQ(decimal(call(60, {self.oop(), small(3)})), "9");
  }
}

TEST_F(AccessTest, StringsHoldCharacters) {
  const Rooted<> self(mutator(), string("abc"));
  EXPECT_EQ(call(63, {self.oop(), small(2)}).result(), Oop::character('b'));
  EXPECT_TRUE(call(64, {self.oop(), small(2), Oop::character(255)}).is_success());
  EXPECT_EQ(self->bytes()[1], 255);
  expect_failure(call(64, {self.oop(), small(2), Oop::character(256)}), Failure::bad_argument);
  expect_failure(call(64, {self.oop(), small(2), small(65)}), Failure::bad_argument);
  const Rooted<> symbol(mutator(), intern(mutator(), "abc"));
  expect_failure(call(64, {symbol.oop(), small(1), Oop::character('x')}), Failure::no_modification);
  const Rooted<> wide(mutator(), string("\xE2\x82\xAC"));
  EXPECT_EQ(call(63, {wide.oop(), small(1)}).result(), Oop::character(0x20AC));
  EXPECT_EQ(call(62, {wide.oop()}).result(), small(1));
}

TEST_F(AccessTest, CodeBeginsBehindItsLiterals) {
  const Rooted<> method(
      mutator(), call(79, {class_at(ClassIndex::kCompiledMethod), small(10), small(2)}).result());
  EXPECT_EQ(call(62, {method.oop()}).result(), small(34));
  expect_failure(call(60, {method.oop(), small(24)}), Failure::bad_index);
  EXPECT_EQ(call(60, {method.oop(), small(25)}).result(), small(0));
  EXPECT_TRUE(call(61, {method.oop(), small(34), small(255)}).is_success());
  EXPECT_EQ(call(68, {method.oop(), small(1)}).result(), small(2));
  EXPECT_TRUE(call(69, {method.oop(), small(3), small(77)}).is_success());
  EXPECT_EQ(call(68, {method.oop(), small(3)}).result(), small(77));
  expect_failure(call(68, {method.oop(), small(4)}), Failure::bad_index);
  expect_failure(call(69, {method.oop(), small(1), small(3)}), Failure::bad_argument);
  expect_failure(call(69, {method.oop(), small(1), nil()}), Failure::bad_argument);
  expect_failure(call(174, {method.oop(), small(1), small(900)}), Failure::bad_index);
}

TEST_F(AccessTest, ReplacesRanges) {
  const Rooted<> self(mutator(), array({small(1), small(2), small(3), small(4)}));
  const Rooted<> other(mutator(), array({small(7), small(8)}));
  EXPECT_EQ(call(105, {self.oop(), small(2), small(3), other.oop(), small(1)}).result(),
            self.oop());
  EXPECT_EQ(self->slot(1), small(7));
  EXPECT_EQ(self->slot(2), small(8));
  EXPECT_TRUE(call(105, {self.oop(), small(1), small(0), other.oop(), small(3)}).is_success());
  expect_failure(call(105, {self.oop(), small(2), small(3), other.oop(), small(2)}),
                 Failure::bad_index);
  expect_failure(call(105, {self.oop(), small(0), small(1), other.oop(), small(1)}),
                 Failure::bad_index);
  expect_failure(call(105, {self.oop(), small(1), small(1), string("a"), small(1)}),
                 Failure::inappropriate);
  expect_failure(call(105, {self.oop(), small(1), small(1), small(1), small(1)}),
                 Failure::bad_argument);
}

TEST_F(AccessTest, ReplacesInAscendingOrder) {
  const Rooted<> self(mutator(), bytes("abcdef"));
  call(105, {self.oop(), small(2), small(6), self.oop(), small(1)});
  EXPECT_EQ(text(self.oop()), "aaaaaa");
  const Rooted<> down(mutator(), bytes("abcdef"));
  call(105, {down.oop(), small(1), small(5), down.oop(), small(2)});
  EXPECT_EQ(text(down.oop()), "bcdeff");
}

TEST_F(AccessTest, ComparesBytes) {
  EXPECT_EQ(call(156, {bytes("ab"), bytes("ab")}).result(), yes());
  EXPECT_EQ(call(156, {bytes("ab"), bytes("abc")}).result(), no());
  expect_failure(call(156, {bytes("ab"), string("ab")}), Failure::bad_argument);
  EXPECT_EQ(call(158, {string("abc"), string("abd")}).result(), small(-1));
  EXPECT_EQ(call(158, {string("abc"), string("ab")}).result(), small(1));
  expect_failure(call(158, {string("abc"), small(1)}), Failure::bad_argument);
}

TEST_F(AccessTest, CopiesObjects) {
  const Rooted<> self(mutator(), array({small(1), small(2)}));
  const Rooted<> copy(mutator(), call(148, {self.oop()}).result());
  EXPECT_NE(copy.oop(), self.oop());
  EXPECT_EQ(copy->slot(1), small(2));
  EXPECT_EQ(call(148, {small(3)}).result(), small(3));
  copy->init_slot(0, small(9));
  EXPECT_EQ(call(168, {self.oop(), copy.oop()}).result(), self.oop());
  EXPECT_EQ(self->slot(0), small(9));
  expect_failure(call(168, {self.oop(), string("ab")}), Failure::bad_argument);
  const Rooted<> part(mutator(),
                      call("primitiveCopyFromTo", {self.oop(), small(2), small(2)}).result());
  EXPECT_EQ(part->slot_count(), 1u);
  EXPECT_EQ(part->slot(0), small(2));
  expect_failure(call("primitiveCopyFromTo", {self.oop(), small(2), small(3)}), Failure::bad_index);
}

TEST_F(AccessTest, BytesHoldMachineValues) {
  const Rooted<> self(mutator(), bytes(std::string(16, '\0')));
  EXPECT_TRUE(call(618, {self.oop(), small(1), integer("65535")}).is_success());  // uint16
  EXPECT_EQ(call(604, {self.oop(), small(1)}).result(), small(-1));               // int16
  EXPECT_EQ(call(601, {self.oop(), small(0)}).result(), small(0));
  EXPECT_TRUE(call(629, {self.oop(), small(3), floating(-2.5)}).is_success());
  EXPECT_EQ(float_of(call(614, {self.oop(), small(3)})), -2.5);
  EXPECT_TRUE(call(615, {self.oop(), small(0), yes()}).is_success());
  EXPECT_EQ(call(600, {self.oop(), small(0)}).result(), yes());
  EXPECT_TRUE(call(627, {self.oop(), small(12), Oop::character(0x20AC)}).is_success());
  EXPECT_EQ(call(612, {self.oop(), small(12)}).result(), Oop::character(0x20AC));
  expect_failure(call(607, {self.oop(), small(9)}), Failure::bad_index);
  expect_failure(call(607, {self.oop(), small(-1)}), Failure::bad_index);
  expect_failure(call(607, {self.oop(), nil()}), Failure::bad_argument);
  expect_failure(call(617, {self.oop(), small(0), small(128)}), Failure::bad_argument);  // int8
  expect_failure(call(616, {self.oop(), small(0), small(-1)}), Failure::bad_argument);   // uint8
  expect_failure(call(607, {small(1), small(0)}), Failure::bad_receiver);
}

TEST_F(AccessTest, AddressesNeedTheNativeLayer) {
  Object* address = mutator().new_bytes(ClassIndex::kExternalAddress, 8);
  const Rooted<> self(mutator(), address);
  expect_failure(call(631, {self.oop(), small(0)}), Failure::bad_argument);  // null
  self->set_raw(0, 4096);
  expect_failure(call(631, {self.oop(), small(0)}), Failure::unsupported);
  expect_failure(call(631, {bytes("12345678"), small(0)}), Failure::bad_argument);
}

}  // namespace
}  // namespace banter::primitives
