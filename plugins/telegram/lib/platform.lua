-- SPDX-License-Identifier: Apache-2.0
-- Acts as Telegram: the updates it would post.
local M = {}

local function update_of(occasion, number)
  -- Ids are numbers: a name stands for one of its own.
  local id = math.tointeger(tonumber(occasion.sender)) or tonumber(crypto.digest("md5", tostring(occasion.sender), "hex"):sub(1, 8), 16)
  local person = { id = id, is_bot = false, first_name = occasion.name or "Simulated", language_code = "en" }
  local chat = occasion.chat or { id = id, type = "private", first_name = person.first_name }
  local message = { message_id = number % 1000000, from = person, chat = chat, date = time.now() }
  local kind = occasion.kind or "text"
  if kind == "text" then
    message.text = occasion.text or ""
  elseif kind == "enter" then
    message.text = "/start" .. (occasion.scene and " " .. occasion.scene or "")
  elseif kind == "image" then
    message.photo = { { file_id = "SMALL", width = 90, height = 90 }, { file_id = occasion.media_id or "LARGE", width = 800, height = 800 } }
    message.caption = occasion.text
  elseif kind == "press" then
    message.reply_markup = { inline_keyboard = { { { text = occasion.text or "", callback_data = occasion.menu_id } } } }
    return "callback_query", { id = "77", from = person, message = message, data = occasion.menu_id, chat_instance = "1" }
  elseif kind == "event" then
    return occasion.event or "my_chat_member", occasion.fields or {
      chat = chat, from = person, date = time.now(), new_chat_member = { status = "kicked", user = { id = 1, is_bot = true } },
    }
  else
    for name, value in pairs(occasion.fields or { [kind] = { file_id = "FILE" } }) do message[name] = value end
  end
  return "message", message
end

--- The requests for an occasion: `{ kind, text, sender, copies, fields }`; `copies` are the platform's repeats.
function M.requests(occasion, channel)
  local number = math.tointeger(tonumber(occasion.message_id)) or time.milliseconds() * 1000 + math.random(0, 999)
  local name, value = update_of(occasion, number)
  local body = json.encode { update_id = number, [name] = value }
  local requests = {}
  for copy = 1, occasion.copies or 1 do
    requests[copy] = {
      method = "POST", query = "", body = body,
      headers = { ["content-type"] = "application/json", ["x-telegram-bot-api-secret-token"] = channel.settings.webhook_secret },
    }
  end
  return requests
end

return M
