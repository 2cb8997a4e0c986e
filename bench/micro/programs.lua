-- programs.lua PEER: recursive fib, a sieve, a table as dictionary. Lines: peer figure ms.
local peer = arg[1]

local function fib(n)
  if n < 2 then return n end
  return fib(n - 1) + fib(n - 2)
end

local function sieve()
  local size = 5000000
  local flags = {}
  for i = 1, size do flags[i] = true end
  local count = 0
  for i = 2, size do
    if flags[i] then
      count = count + 1
      for k = i + i, size, i do flags[k] = false end
    end
  end
  assert(count == 348513)
end

local function dictionary()
  local counts = {}
  for i = 0, 1999999 do
    local key = (i * 7919) % 100003
    counts[key] = (counts[key] or 0) + 1
  end
  local sum = 0
  for _, count in pairs(counts) do sum = sum + count * count end
  assert(sum == 39998860)
  local list = {}
  for i = 0, 999999 do list[#list + 1] = (i * 3) % 1001 end
  local total = 0
  for i = 1, #list do total = total + list[i] end
  assert(total == 499999500)
end

local function report(figure, run)
  local values = {}
  for i = 1, 3 do
    local start = os.clock()
    run()
    values[i] = (os.clock() - start) * 1000
  end
  table.sort(values)
  print(('%s %s %.1f'):format(peer, figure, values[2]))
end

report('fib', function() assert(fib(32) == 2178309) end)
report('sieve', sieve)
report('dictionary', dictionary)
