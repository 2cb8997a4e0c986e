"""banter-bt: C and Smalltalk frames interleaved, in gdb.

    gdb -x banter-gdb.py --args banter run script.st     (or: source banter-gdb.py)
    (gdb) banter-bt            the selected thread; `thread apply all banter-bt` for all of them
    (gdb) banter-bt all        with the virtual machine's own C++ frames

Works on a live process and on a core file, and needs no debug information: the program has a table,
banter_gdb_layout, that says where everything is (src/interpreter/debugger_layout.h).

A callout or callback of a Smalltalk process is noted in an object on the native stack. So the frame
in which that object lies says where the Smalltalk frames belong.
"""
import re

import gdb

MOST_FRAMES = 2000
# No frame is larger: there the next one is on another stack, a signal handler's.
MOST_BYTES = 4 << 20
# The assembly that calls C, after which come frames of the virtual machine.
INTO_C = re.compile(r"banter_\w+_call$")


class Layout:
    """The program's own account of its structures, and memory read by it."""

    NAME_BYTES = 40

    def __init__(self):
        self.inferior = gdb.selected_inferior()
        self.facts = {}
        address = address_of("banter_gdb_layout")
        while True:
            entry = bytes(self.inferior.read_memory(address, self.NAME_BYTES + 8))
            name = entry[:self.NAME_BYTES].split(b"\0")[0].decode()
            if not name:
                break
            self.facts[name] = int.from_bytes(entry[self.NAME_BYTES:], "little")
            address += self.NAME_BYTES + 8

    def __getitem__(self, name):
        return self.facts[name]

    def number(self, address, size):
        return int.from_bytes(bytes(self.inferior.read_memory(address, size)), "little")

    def pointer(self, address):
        return self.number(address, self["pointer.size"])

    def member(self, address, name):
        """The pointer, or number of a pointer's size, in a member."""
        return self.pointer(address + self[name])

    def oop(self, address):
        return self.number(address, 8)

    def c_text(self, address):
        if address == 0:
            return "?"
        text = b""
        while b"\0" not in text and len(text) < 1000:
            text += bytes(self.inferior.read_memory(address + len(text), 1))
        return text.split(b"\0")[0].decode(errors="replace")


def address_of(symbol):
    return int(gdb.parse_and_eval(f"(unsigned long)&{symbol}"))


class Objects:
    """Smalltalk objects in the program's memory, as far as names are concerned."""

    def __init__(self, layout, nil):
        self.layout = layout
        self.nil = nil

    def is_object(self, oop):
        return oop & 7 == 0 and oop not in (0, self.nil)

    def header(self, oop):
        return self.layout.oop(oop)

    def slot_count(self, oop):
        count = self.header(oop) >> self.layout["Object.slots_shift"]
        if count == self.layout["Object.overflow_slots"]:
            return self.layout.oop(oop - 8) & (1 << 56) - 1
        return count

    def format(self, oop):
        return self.header(oop) >> self.layout["Object.format_shift"] & 31

    def has_pointers(self, oop, count):
        return (self.is_object(oop) and self.format(oop) <= self.layout["Object.pointer_formats"]
                and self.slot_count(oop) >= count)

    def slot(self, oop, index):
        return self.layout.oop(oop + self.layout["Object.header_bytes"] + 8 * index)

    def is_code(self, oop):
        return self.is_object(oop) and self.format(oop) >= self.layout["Object.code_formats"]

    def text(self, oop):
        """Of a String or Symbol of bytes."""
        if not self.is_object(oop) or self.is_code(oop):
            return "?"
        unused = self.format(oop) - self.layout["Object.byte_formats"]
        if not 0 <= unused < 8:
            return "?"
        size = self.slot_count(oop) * 8 - unused
        body = oop + self.layout["Object.header_bytes"]
        return bytes(self.layout.inferior.read_memory(body, size)).decode("latin-1") if size else ""

    def class_name(self, oop):
        layout = self.layout
        if self.has_pointers(oop, layout["Metaclass.size"]) and \
                self.slot_count(oop) == layout["Metaclass.size"]:
            return self.class_name(self.slot(oop, layout["Metaclass.this_class"])) + " class"
        if not self.has_pointers(oop, layout["Class.name"] + 1):
            return "?"
        return self.text(self.slot(oop, layout["Class.name"]))

    def literals(self, code):
        count = self.slot(code, 0) >> 3 & 0x7FFF
        return [self.slot(code, 1 + i) for i in range(max(0, count - 2), count)]

    def method_name(self, code):
        """`Foo>>bar`, `[] in Foo>>bar`."""
        if not self.is_code(code):
            return "?"
        blocks = ""
        last = self.literals(code)
        while last and self.is_code(last[-1]) and len(blocks) < 200:
            blocks += "[] in "
            last = self.literals(last[-1])
        if len(last) < 2:
            return blocks + "?"
        selector, binding = last
        state = self.layout["AdditionalMethodState.selector"]
        if self.has_pointers(selector, state + 1):
            selector = self.slot(selector, state)
        value = self.layout["Association.value"]
        owner = self.slot(binding, value) if self.has_pointers(binding, value + 1) else 0
        return f"{blocks}{self.class_name(owner)}>>{self.text(selector)}"


class Foreign:
    """What lies between Smalltalk frames of one process: a callout or a callback."""

    def __init__(self, layout, address, process):
        self.address = address
        self.process = process
        self.kind = layout.number(address + layout["ForeignFrame.kind"], 1)
        self.is_callout = self.kind == layout["ForeignFrame.callout"]
        self.is_callback = self.kind == layout["ForeignFrame.callback"]
        self.description = layout.c_text(layout.member(address, "ForeignFrame.description"))
        self.frame_index = layout.member(address, "ForeignFrame.frame_index")
        self.previous = None

    def __str__(self):
        what = "C function" if self.is_callout else "callback" if self.is_callback else "C++ code of"
        return f"{what} {self.description}"


class Process:
    """A Smalltalk process that has a stack."""

    def __init__(self, layout, objects, address):
        self.layout, self.objects, self.address = layout, objects, address
        self.number = layout.number(address + layout["ProcessStack.id"], 4) + 1
        self.oop = layout.oop(address + layout["ProcessStack.process"])
        self.frames = layout.member(address, "ProcessStack.frames")
        self.foreign = []
        at = layout.member(address, "ProcessStack.foreign")
        while at and len(self.foreign) < MOST_FRAMES:
            self.foreign.append(Foreign(layout, at, self))
            at = layout.member(at, "ForeignFrame.previous")
        for inner, outer in zip(self.foreign, self.foreign[1:]):
            inner.previous = outer

    def __str__(self):
        name = self.objects.slot(self.oop, self.layout["Process.name"])
        text = self.objects.text(name) if self.objects.is_object(name) else ""
        return f"process {self.number} {text}".rstrip()

    def methods(self, top, outer):
        """Names from the frame of index `top` down to the base frame that `outer` notes."""
        base = outer.frame_index if outer else 0
        for index in range(top, base - 1, -1):
            frame = self.frames + index * self.layout["Frame.size"]
            yield self.objects.method_name(self.layout.oop(frame + self.layout["Frame.method"]))


class Machine:
    """The virtual machine, as it stands still."""

    def __init__(self):
        self.layout = layout = Layout()
        self.vm = layout.pointer(address_of("banter_gdb_vm"))
        if self.vm == 0:
            raise gdb.GdbError("there is no virtual machine now")
        self.objects = Objects(layout, layout.oop(self.vm + layout["Interpreter.nil"]))
        self.processes = [Process(layout, self.objects, stack) for stack in self.stacks()]
        self.processes = [p for p in self.processes if self.objects.is_object(p.oop)]
        self.running = layout.member(self.vm, "Interpreter.stack")

    def stacks(self):
        """A std::vector of pointers: where it begins, where it ends."""
        start = self.vm + self.layout["Interpreter.stacks"]
        size = self.layout["pointer.size"]
        begin, end = self.layout.pointer(start), self.layout.pointer(start + size)
        return [self.layout.pointer(at) for at in range(begin, end, size)]

    def foreign_between(self, low, high):
        """Those in one frame of a native stack, innermost first."""
        if high - low > MOST_BYTES:
            return []
        found = [f for p in self.processes for f in p.foreign if low <= f.address < high]
        return sorted(found, key=lambda foreign: foreign.address)

    def running_at(self, sp):
        """(process, index of its top frame) when the VM runs on the native stack around sp."""
        native = self.layout.member(self.vm, "Interpreter.native")
        low = self.layout.member(native, "NativeStack.limit")
        high = self.layout.member(native, "NativeStack.high")
        for process in self.processes:
            if process.address == self.running and low <= sp < high:
                top = self.layout.member(self.vm, "Interpreter.frame")
                return process, (top - process.frames) // self.layout["Frame.size"]
        return None


def native_frames():
    frame, count = gdb.newest_frame(), 0
    while frame is not None and count < MOST_FRAMES:
        yield frame
        count += 1
        try:
            frame = frame.older()
        except gdb.error:
            return


def stack_pointer(frame):
    return int(frame.read_register("sp")) & 0xFFFFFFFFFFFFFFFF


def name_of(frame):
    return (frame.name() or "??").split("(")[0]


class Backtrace:
    """The lines of one thread."""

    def __init__(self, machine, everything):
        self.machine = machine
        self.everything = everything
        self.in_vm = False

    def write(self):
        frames = list(native_frames())
        pointers = [stack_pointer(frame) for frame in frames]
        pointers.append(pointers[-1])
        self.note_running(frames, pointers)
        for number, frame in enumerate(frames):
            self.write_native(number, frame)
            for foreign in self.machine.foreign_between(pointers[number], pointers[number + 1]):
                self.write_foreign(foreign)
            if number == self.interpreting:
                process, top = self.running
                outer = process.foreign[0] if process.foreign else None
                self.write_methods(process, top, outer)

    def note_running(self, frames, pointers):
        """Smalltalk's running frames belong to the loop, if no callout lies above it."""
        self.interpreting, self.running = None, self.machine.running_at(pointers[0])
        for number, frame in enumerate(frames):
            found = self.machine.foreign_between(pointers[number], pointers[number + 1])
            if self.running is None or any(foreign.is_callout for foreign in found):
                return
            if name_of(frame).endswith("Interpreter::interpret"):
                self.interpreting = number
                return

    def write_native(self, number, frame):
        name = name_of(frame)
        library = gdb.solib_name(frame.pc())
        if name in ("thunkEntry", "main") or library is not None:
            self.in_vm = False
        if not self.in_vm or self.everything:
            where = f" from {library}" if library else ""
            print(f"#{number:<3} {frame.pc():#x} in {name}{where}")
        if INTO_C.search(name) or name.startswith("banter::interpreter::"):
            self.in_vm = True

    def write_foreign(self, foreign):
        if not foreign.is_callout:
            return  # written below the frames above it
        print(f"     {foreign}   [{foreign.process}]")
        self.in_vm = True
        self.write_methods(foreign.process, foreign.frame_index, foreign.previous)

    def write_methods(self, process, top, outer):
        for method in process.methods(top, outer):
            print(f"     {method}")
        if outer is not None and not outer.is_callout:
            print(f"     {outer}")


class BanterBacktrace(gdb.Command):
    """Print C and Smalltalk frames of the selected thread, innermost first.
banter-bt all: the virtual machine's own C++ frames, too."""

    def __init__(self):
        super().__init__("banter-bt", gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        try:
            Backtrace(Machine(), argument.strip() == "all").write()
        except gdb.error as error:
            raise gdb.GdbError(f"banter-bt: {error}")


BanterBacktrace()
