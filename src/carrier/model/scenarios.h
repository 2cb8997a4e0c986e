// scenarios.h -- the situations in which the protocol of who holds the VM is checked. Each is small
// enough for all its orders to be run, and each was made for something that can go wrong.
#pragma once

#include "carrier/model/ownership_model.h"

namespace banter::carrier::model {

inline constexpr Deadline kSoon = Deadline::min();  // may pass at any moment

inline void acquires(Actor& self) {
  self.acquire_work_release();
}

inline void tries(Actor& self) {
  if (self.try_take()) self.work_and_release();
}

inline void calls_c_twice(Actor& self) {
  self.work();
  for (int i = 0; i < 2; i++)
    if (self.call_c()) self.work();
  self.release();
}

inline void calls_c(Actor& self) {
  self.work();
  self.call_c();
  self.work_and_release();
}

inline void acquires_and_calls_c(Actor& self) {
  if (self.acquire()) calls_c(self);
}

inline void parks(Actor& self) {
  if (self.park()) self.work_and_release();
}

// Comes out of C when another has the VM, which hands it back meanwhile.
inline void comes_back_when_told(Actor& self) {
  self.work();
  self.enter_c();
  self.await(Event::first);
  self.happens(Event::second);
  if (self.come_back()) self.work_and_release();
}

inline void hands_back(Actor& self) {
  if (!self.acquire()) return;
  self.work();
  self.happens(Event::first);
  self.await(Event::second);
  self.hand_over(0);
  acquires(self);
}

inline void acquires_first(Actor& self) {
  acquires(self);
  self.happens(Event::first);
}

inline void hands_over(Actor& self) {
  self.work();
  self.hand_over(1);
  acquires(self);
}

inline void parks_and_hands_back(Actor& self) {
  if (!self.park()) return;
  self.work();
  self.hand_over(0);
}

inline void idles(Actor& self) {
  if (self.idle_wait()) self.work_and_release();
}

inline void shuts_down(Actor& self) {
  self.shut_down();
}

inline const std::vector<Scenario>& scenarios() {
  static const std::vector<Scenario> all = {
      {"one calls C, one wants the VM", {calls_c_twice, acquires}},
      {"one calls C, one tries to take the VM", {calls_c_twice, tries}},
      {"one calls C, one wants and one tries", {calls_c, acquires, tries}},
      {"one calls C, two want the VM", {calls_c, acquires, acquires}},
      {"two call C", {calls_c, acquires_and_calls_c}},

      {"one stays in C until another has had the VM",
       {[](Actor& self) {
          self.work();
          self.enter_c();
          self.await(Event::first);
          self.expect(!self.leave_c(), "it kept the VM");
          acquires(self);
        },
        acquires_first}},
      {"one comes back, and then stays in C until another has had the VM",
       {[](Actor& self) {
          self.call_c();
          self.enter_c();
          self.await(Event::first);
          if (self.come_back()) self.work_and_release();
        },
        acquires_first}},
      {"one stays in C until two others have had the VM",
       {[](Actor& self) {
          self.enter_c();
          self.await(Event::first);
          self.await(Event::second);
          if (self.come_back()) self.work_and_release();
        },
        acquires_first,
        [](Actor& self) {
          acquires(self);
          self.happens(Event::second);
        }}},
      {"two stay in C until a third has had the VM",
       {[](Actor& self) {
          self.work();
          self.enter_c();
        },
        [](Actor& self) {
          if (!self.acquire()) return;
          self.work();
          self.enter_c();
          self.await(Event::first);
          if (self.come_back()) self.work_and_release();
        },
        acquires_first}},

      {"a yield lets who waits go first",
       {[](Actor& self) {
          self.work();
          for (int i = 0; i < 2; i++) {
            if (!self.wanted()) continue;
            const bool waited[] = {self.is_queued(1), self.is_queued(2)};
            const int before[] = {self.turns_of(1), self.turns_of(2)};
            self.yield();
            for (int other = 0; other < 2; other++)
              self.expect(!waited[other] || self.turns_of(other + 1) > before[other],
                          "a yield came back before somebody who waited had the VM");
            self.work();
          }
          self.release();
        },
        acquires, acquires}},

      {"two hand the VM to each other",
       {[](Actor& self) {
          self.work();
          self.hand_over(1);
          if (self.park()) self.work_and_release();
        },
        parks_and_hands_back}},
      {"the VM is handed over while a third wants it", {hands_over, parks, acquires}},
      {"the VM is handed to one of two who wait for it", {hands_over, acquires, acquires}},
      {"the VM is handed over at a deadline",
       {hands_over,
        [](Actor& self) {
          if (self.park(kSoon) || self.acquire()) self.work_and_release();
        }}},
      {"the VM is handed back to one who comes out of C", {comes_back_when_told, hands_back}},
      {"the VM is handed back to one who comes out of C while a third tries",
       {comes_back_when_told, hands_back, tries}},

      {"an idle VM is used by another",
       {[](Actor& self) {
          if (self.idle_wait(kSoon)) self.work_and_release();
        },
        acquires_and_calls_c}},
      {"two wake an idle one, and it sees why",
       {[](Actor& self) {
          while (!self.sees_note(1) || !self.sees_note(2))
            if (!self.idle_wait()) return;
          self.work_and_release();
        },
        [](Actor& self) {
          self.leave_note(1);
          self.wake();
        },
        [](Actor& self) {
          self.leave_note(2);
          self.wake();
        }}},
      {"the VM is handed to an idle one",
       {idles,
        [](Actor& self) {
          if (!self.acquire()) return;
          self.work();
          self.hand_over(0);
          self.wake();
          acquires(self);
        }}},

      {"the holder shuts down while others wait",
       {[](Actor& self) {
          self.work();
          self.shut_down();
          self.work_and_release();
          self.expect(!self.acquire(), "it was shut down");
        },
        acquires, parks}},
      {"another shuts down while the holder is in C",
       {[](Actor& self) {
          self.work();
          if (self.call_c()) self.work_and_release();
        },
        [](Actor& self) {
          self.shut_down();
          self.expect(!self.try_take() && !self.acquire(), "it was shut down");
        },
        acquires}},
      {"another shuts down while the holder yields",
       {[](Actor& self) {
          if (self.wanted() && !self.yield()) return;
          self.work_and_release();
        },
        shuts_down, acquires}},
      {"another shuts down while the holder is idle", {idles, shuts_down, acquires}},
      {"another shuts down while the VM is handed over",
       {[](Actor& self) {
          self.hand_over(1);
          parks(self);
        },
        parks_and_hands_back, shuts_down}},
  };
  return all;
}

}  // namespace banter::carrier::model
