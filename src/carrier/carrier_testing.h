// carrier_testing.h -- what the tests of Carrier share.
#pragma once

#include <gtest/gtest.h>

#include <atomic>

#include "carrier/carrier.h"

namespace banter::carrier::testing_support {

struct Spares {
  Carrier carrier;
  std::atomic<int> ticks{0};
  std::atomic<int> runs{0};
  std::atomic<bool> waiting{true};
  long vm_work = 0;  // guarded by the VM

  Spares() {
    Heartbeat::Hooks hooks;
    hooks.data = this;
    hooks.tick = [](void* data) { static_cast<Spares*>(data)->ticks++; };
    hooks.work_waiting = [](void* data) { return static_cast<Spares*>(data)->waiting.load(); };
    hooks.run_spare = [](void* data, Thread& spare) {
      auto& self = *static_cast<Spares*>(data);
      EXPECT_EQ(spare.kind(), ThreadKind::spare);
      EXPECT_EQ(Thread::current(), &spare);
      self.vm_work++;
      self.runs++;
      self.carrier.ownership().release(spare);
    };
    carrier.heartbeat().set_hooks(hooks);
  }
};

}  // namespace banter::carrier::testing_support
