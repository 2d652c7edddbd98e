-- SPDX-License-Identifier: Apache-2.0
-- A secret that was changed: what the platform signed before is taken for a while, so that nothing is refused on the way over.

--- The secrets that count now: the one of the settings, and until `previous_until` (RFC 3339) the one before it.
---@param settings table
---@param name string of the setting; the one before it is `previous_…`
---@return string[]
return function(settings, name)
  local list = { settings[name] }
  local before, ends = settings["previous_" .. name], settings.previous_until and time.parse_rfc3339(settings.previous_until)
  if before and before ~= "" and ends and time.now() < ends then list[#list + 1] = before end
  return list
end
