-- peer_luajit.lua PEER LIBRARY: callbacks and callouts of LuaJIT. Lines: peer figure ns.
local ffi = require 'ffi'
local peer, path = arg[1], arg[2]
ffi.cdef [[
typedef int64_t (*int64_binary)(int64_t, int64_t);
typedef int (*comparator)(const int32_t *, const int32_t *);
int64_t call_back(int64_t n, int64_binary add);
int64_t add2(int64_t a, int64_t b);
void sort_fill(int64_t n);
void sort_run(int64_t n, comparator compare);
int64_t sort_is_right(int64_t n);
int64_t sort_comparisons(int64_t n);
double now_ns(void);
]]
local subject = ffi.load(path)

local function median(rounds, run)
  local values = {}
  for i = 1, rounds do values[i] = run() end
  table.sort(values)
  return values[math.floor(rounds / 2) + 1]
end

local function report(figure, value) print(('%s %s %.2f'):format(peer, figure, value)) end

local add = ffi.cast('int64_binary', function(a, b) return a + b end)
local calls = 1000000
local function callback()
  local start = subject.now_ns()
  assert(subject.call_back(calls, add) == calls * (calls - 1) / 2)
  return (subject.now_ns() - start) / calls
end
jit.off(callback)
callback()
report('callback', median(5, callback))

local compare = ffi.cast('comparator', function(a, b)
  local x, y = a[0], b[0]
  if x < y then return -1 elseif x > y then return 1 else return 0 end
end)
local sorted = 1000000
local comparisons = tonumber(subject.sort_comparisons(sorted))
local function sort()
  subject.sort_fill(sorted)
  local start = subject.now_ns()
  subject.sort_run(sorted, compare)
  local time = (subject.now_ns() - start) / comparisons
  assert(subject.sort_is_right(sorted) == 1)
  return time
end
jit.off(sort)
report('qsort', median(3, sort))

local turns = 5000000
local function callouts()
  local function with_call()
    local sum = 0LL
    for i = 0, turns - 1 do sum = subject.add2(sum, i) end
    return sum
  end
  local function without_call()
    local last = 0
    for i = 0, turns - 1 do last = i end
    return last
  end
  local function time(f)
    local start = subject.now_ns()
    f()
    return (subject.now_ns() - start) / turns
  end
  return time(with_call) - time(without_call)
end
report('callout', median(5, callouts))
