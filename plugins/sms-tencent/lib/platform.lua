-- SPDX-License-Identifier: Apache-2.0
-- Acts as Tencent Cloud: the callbacks it would post.
local simulated = require "simulated"

local M = {}

--- The requests for an occasion: `{ kind = "text"|"receipt", text, sender, nation, sid, success, copies }`; `sender` is a mobile number.
function M.requests(occasion, channel)
  local value
  if occasion.kind == "receipt" then
    value = array { {
      user_receive_time = time.rfc3339(time.now() + 8 * 3600):sub(1, 19):gsub("T", " "), nationcode = occasion.nation or "86",
      mobile = simulated.number(occasion.sender or "13800138000", "138", 8), report_status = occasion.success == false and "FAIL" or "SUCCESS",
      errmsg = occasion.success == false and "MK:0001" or "DELIVRD", description = "simulated", sid = occasion.sid or "",
    } }
  else
    value = {
      extend = "1", mobile = simulated.number(occasion.sender or "13800138000", "138", 8), nationcode = occasion.nation or "86", sign = "LuaDesk",
      text = occasion.text or "", time = occasion.time or time.now(),
    }
  end
  local requests = {}
  for copy = 1, occasion.copies or 1 do
    requests[copy] = {
      method = "POST", query = url.query { token = channel.settings.callback_token },
      headers = { ["content-type"] = "application/json" }, body = json.encode(value),
    }
  end
  return requests
end

return M
