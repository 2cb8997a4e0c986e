"""The soak for some seconds each, from fixed seeds: one kind of action after another."""
import harness

GROUPS = {
    "calls": "callouts: callbacks: failures: otherTypes: sort:",
    "collections": "collect: callbacks: forget:",
    "errors": "raised: unwound: thrown:",
    "everything": "",
    "exclusion": "exclusive: blocking: callbacks:",
    "lifetimes": "freeInside: freeOutside: forget: calledOnce: destroyed:",
    "pool": "pool:",
    "processes": "pingPong: callbacks:",
    "returns": "returns: failures:",
    "termination": "termination:",
    "threads": "thread: posted: mainThread: threadEnds:",
}


def soak(host, name, seed):
    library = host.build / "libsoak.so"
    command = host.banter("run", "tests/soak/soak.st", library, seed, 2, 12, *GROUPS[name].split())
    done = host.run(command, timeout=120)
    text = "\n".join(line for line in harness.text_of(done).splitlines()
                     if "it got the default" not in line)
    again = f"tools/soak --seed {seed} --minutes 0.04" + (f" --only '{GROUPS[name]}'" if GROUPS[name] else "")
    assert done.returncode == 0 and "soak: ok" in text, f"{text[-3000:]}\nagain: {again}"


for _name in GROUPS:
    globals()[f"test_{_name}"] = lambda host, name=_name: soak(host, name, 1)
    globals()[f"test_{_name}"].__name__ = f"test_{_name}"
