-- SPDX-License-Identifier: Apache-2.0
-- Why the answer to a download (`into = "media"`) holds no file, in words for agents.

---@param answer { status: integer, body?: string }
---@return string
return function(answer)
  local status = answer.status
  if status >= 300 and status < 400 then return "HTTP " .. status .. ": redirects are not followed" end
  if status < 200 or status >= 300 then return "HTTP " .. status end
  if (answer.body or "") == "" then return "the file is empty" end
  return "the answer is a page or JSON, no file"
end
