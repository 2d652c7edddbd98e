-- SPDX-License-Identifier: Apache-2.0
-- What the stand-ins of platforms share. A plugin's `platform.lua` answers what `send` says as the platform would; it is loaded by
-- `luadesk simulate --listen` and by the conformance run, never by a server.
local M = {}

--- The access token that counts now. `expire` ends it: the next one that is fetched is another.
function M.token() return "simulated-" .. (store.get("stand_in:token") or 0) end
function M.expire() store.increment("stand_in:token", 1) end

--- An id that the platform gives a message.
function M.id() return crypto.random(8, "hex") end

--- The fault's code: the one that was asked for, else the platform's own for this kind.
---@param fault? { kind: string, code?: string }
---@param codes table<string, any>
function M.code(fault, codes)
  if not fault then return nil end
  if fault.kind == "expired" then M.expire() end
  if fault.kind == "code" then return math.tointeger(tonumber(fault.code)) or fault.code end
  return codes[fault.kind]
end

--- The names of the faults that a table of codes knows, in order.
function M.faults(codes)
  local names = {}
  for name in pairs(codes) do names[#names + 1] = name end
  table.sort(names)
  return names
end

--- An answer that says this platform has no such path.
function M.unknown(request) return { status = 404, body = "no such path: " .. request.path } end

return M
