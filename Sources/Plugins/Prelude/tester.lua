-- SPDX-License-Identifier: Apache-2.0
-- What a plugin's tests are written with. Runs before the plugin, in the state of one test.
local host = {
  settings = __test_settings, request = __test_request, fixture = __test_fixture, answer = __test_answer,
  requests = __test_requests, clock = __test_clock, hook = __test_hook, poll = __test_poll, public = __test_public, outcome = __test_outcome, put = __test_put,
  vectors = __test_vectors,
}

local tests = {}

--- Declares a test. `body(t)` raises where something is not as it should be.
function test(name, body)
  if type(name) ~= "string" or type(body) ~= "function" then error("test(name, function(t) … end)", 2) end
  tests[#tests + 1] = { name = name, body = body }
end

local function show(value, depth)
  if type(value) == "string" then return string.format("%q", #value > 200 and value:sub(1, 200) .. "…" or value) end
  if type(value) ~= "table" then return tostring(value) end
  if depth > 4 then return "{…}" end
  local parts = {}
  for name, item in pairs(value) do
    parts[#parts + 1] = (type(name) == "number" and "" or tostring(name) .. " = ") .. show(item, depth + 1)
  end
  return "{ " .. table.concat(parts, ", ") .. " }"
end

local function same(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then return a == b end
  for name, item in pairs(a) do if not same(item, b[name]) then return false end end
  for name in pairs(b) do if a[name] == nil then return false end end
  return true
end

local function toolbox(plugin)
  local t = {}

  --- A channel with these settings, checked against the manifest and with its defaults.
  function t.channel(settings, id) return host.settings(settings or {}, id or "test") end

  --- What the platform will answer next: `{ status, headers, body | json | file, path?, method? }`, or `{ lost = true }` for an answer
  --- that never comes, `{ refused = true }` for no connection. Given a path, it waits for a request to that path.
  function t.platform(...) for _, answer in ipairs({ ... }) do host.answer(answer) end end

  --- The requests the plugin made so far: `{ method, url, path, query, headers, body, json? }`.
  function t.requests() return host.requests() end

  --- The recorded request fixtures/NAME.
  function t.fixture(name) return host.fixture(name) end

  --- What stands in fixtures/NAME.json: test vectors, recorded answers.
  function t.vectors(name) return host.vectors(name) end

  --- Moves the clock, or sets it to seconds since 1970.
  function t.advance(seconds) host.clock(seconds, false) end
  function t.at(seconds) host.clock(seconds, true) end

  --- Puts a file into the media store and gives its id.
  function t.file(bytes, content_type, name) return host.put(bytes, content_type, name) end

  --- Gives the desk a public address: `media.url(id)` is then ADDRESS/media/ID; before, there is none.
  function t.public_url(address) host.public(address) end

  --- Hands a request to the plugin; `{ status, body, messages, reason … }`, checked as the host checks it.
  function t.receive(request, channel)
    local answer = plugin.receive(host.request(request), channel)
    host.hook(answer)
    answer.messages = answer.messages or {}
    return answer
  end

  --- Lets the plugin look by itself; what `poll` gave, checked as the host checks it, or nil and its reason.
  function t.poll(channel)
    local answer, reason = plugin.poll(channel)
    if answer == nil then return nil, reason end
    host.poll(answer)
    answer.messages = answer.messages or {}
    return answer
  end

  --- Sends a message; what is left out gets a usual value. Gives what `sent(…)`, `retry(…)` … made.
  function t.send(message, channel)
    local whole = {
      id = message.id or "m0000000000001", recipient = message.recipient or "customer", kind = message.kind or "text",
      text = message.text or "", fields = message.fields or {}, author = message.author or "bot", attempt = message.attempt or 1,
    }
    local outcome = plugin.send(whole, channel)
    host.outcome(outcome)
    return outcome
  end

  --- Any other function of the plugin: `t.call("health", channel)`, `t.call("calls.order", { no = "1" })`.
  function t.call(name, ...)
    local value = plugin
    for part in name:gmatch("[^.]+") do value = value[part] end
    if type(value) ~= "function" then error("the plugin has no function " .. name, 2) end
    return value(...)
  end

  --- The requests that the plugin's own `simulate` makes.
  function t.simulate(occasion, channel) return plugin.simulate(occasion, channel) end

  function t.equal(found, expected, note)
    if not same(found, expected) then
      error((note and note .. ": " or "") .. "expected " .. show(expected, 1) .. ", found " .. show(found, 1), 2)
    end
  end

  function t.truthy(value, note)
    if not value then error(note or "expected something, found " .. tostring(value), 2) end
  end

  local function copy(request)
    local out = {}
    for name, value in pairs(host.request(request)) do out[name] = value end
    out.query = out.raw_query
    return out
  end

  --- The request, damaged in some way: cut, a byte changed, a parameter left out or given twice.
  local function damaged(request)
    local list = {}
    local function add(name, change)
      local other = copy(request)
      change(other)
      list[#list + 1] = { name = name, request = other }
    end
    local body = request.body or ""
    for _, share in ipairs { 0, 1, 2, 3 } do
      add("body cut at " .. share .. "/4", function(r) r.body = body:sub(1, #body * share // 4) end)
    end
    for place = 1, #body, math.max(1, #body // 16) do
      add("byte " .. place .. " changed", function(r)
        r.body = body:sub(1, place - 1) .. string.char((body:byte(place) + 1) % 256) .. body:sub(place + 1)
      end)
    end
    for part in copy(request).query:gmatch("[^&]+") do
      local name = part:match("^[^=]*")
      add("parameter " .. name .. " left out", function(r)
        r.query = ("&" .. r.query .. "&"):gsub("&" .. part:gsub("%p", "%%%0") .. "&", "&", 1):sub(2, -2)
      end)
      add("parameter " .. name .. " given twice", function(r) r.query = r.query .. "&" .. name .. "=x" end)
      add("parameter " .. name .. " changed", function(r)
        r.query = ("&" .. r.query .. "&"):gsub("&" .. part:gsub("%p", "%%%0") .. "&", "&" .. part:gsub("%%", "%%%%") .. "0&", 1):sub(2, -2)
      end)
    end
    return list
  end

  --- The plugin takes this request with the same message ids each time, and no damage makes it fail. With `options.signed` a damaged
  --- request is refused, or (where the damage is outside of what the platform signs) gives the very same messages.
  function t.endures(request, channel, options)
    local first = t.receive(request, channel)
    if first.status >= 400 then error("the request itself was refused: " .. tostring(first.reason), 2) end
    local second = t.receive(request, channel)
    for index, message in ipairs(first.messages) do
      t.equal(second.messages[index].external_id, message.external_id, "the same request again")
    end
    for _, variant in ipairs(damaged(request)) do
      local answer = t.receive(variant.request, channel)
      if options and options.signed and answer.status < 400 and not same(answer.messages, first.messages) then
        error("other messages were taken although " .. variant.name, 2)
      end
    end
  end

  return t
end

local function names()
  local list = array {}
  for index, entry in ipairs(tests) do list[index] = entry.name end
  return list
end

return names, function(index, plugin) tests[index].body(toolbox(plugin)) end
