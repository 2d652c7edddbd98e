-- SPDX-License-Identifier: Apache-2.0
-- Acts as Aliyun: the callbacks it would post.
local simulated = require "simulated"

local M = {}

local function beijing(seconds) return (time.rfc3339(seconds + 8 * 3600):sub(1, 19):gsub("T", " ")) end

--- The requests for an occasion: `{ kind = "text"|"receipt", text, sender, out_id, success, copies }`.
function M.requests(occasion, channel)
  local now = beijing(time.now())
  local item
  if occasion.kind == "receipt" then
    item = {
      phone_number = simulated.number(occasion.sender or "13800138000", "138", 8), send_time = now, report_time = now, success = occasion.success ~= false,
      err_code = occasion.success == false and "MK:0001" or "DELIVERED", err_msg = "simulated", sms_size = "1",
      biz_id = occasion.biz_id or "900619746936498440^0", out_id = occasion.out_id or "",
    }
  else
    item = {
      phone_number = simulated.number(occasion.sender or "13800138000", "138", 8), send_time = now, content = occasion.text or "", sign_name = "LuaDesk",
      dest_code = "10690000", sequence_id = occasion.message_id or tostring(math.random(1000000000, 9999999999)),
    }
  end
  local body = json.encode(array { item })
  local requests = {}
  for copy = 1, occasion.copies or 1 do
    requests[copy] = {
      method = "POST", query = url.query { token = channel.settings.callback_token },
      headers = { ["content-type"] = "application/json;charset=UTF-8" }, body = body,
    }
  end
  return requests
end

return M
