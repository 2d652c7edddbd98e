-- SPDX-License-Identifier: Apache-2.0
-- A channel for a platform that posts signed JSON and takes JSON: change what differs on yours.

--- Whether the body was signed with the shared secret. Compare signatures with crypto.equal only.
local function is_genuine(request, secret)
  local signature = request.headers["x-signature"]
  return type(signature) == "string" and crypto.equal(signature, crypto.hmac("sha256", secret, request.body, "hex"))
end

--- The host takes ids of 1 to 512 bytes.
local function is_id(value) return type(value) == "string" and #value >= 1 and #value <= 512 end

local function receive(request, channel)
  if not is_genuine(request, channel.settings.secret) then return refuse(403, "bad_signature") end
  local event = json.decode(request.body)
  if type(event) ~= "table" or not is_id(event.from) or not is_id(tostring(event.id or "")) then return refuse(400, "bad_json") end
  return accept {
    {
      sender = event.from,
      external_id = tostring(event.id), -- the same message sent again has the same id, and counts once
      kind = "text",
      text = event.text,
      sent_at = event.time,
      reply_quota = { messages = 10, window = "24h" },
    },
  }
end

local function send(message, channel)
  local answer, reason, code = http.post(channel.settings.api_base .. "/messages", {
    headers = { authorization = "Bearer " .. channel.settings.api_key },
    json = { to = message.recipient, text = text.truncate(message.text, 4096) },
  })
  if not answer then
    -- Without a connection nothing was sent. Otherwise it may have been: trying again might show it twice.
    if code == "connect" or message.attempt == 1 then return retry(reason) end
    return failed(reason)
  end
  if answer.status == 401 then return misconfigured("the platform refuses api_key") end
  if answer.status == 429 or answer.status >= 500 then return retry("HTTP " .. answer.status) end
  if answer.status >= 400 then return failed("HTTP " .. answer.status) end
  local body = json.decode(answer.body)
  -- Something in between may answer 200 with a page of its own: only an id is a success.
  local id = type(body) == "table" and body.id
  if type(id) ~= "string" and math.type(id) ~= "integer" then return failed("the answer names no message") end
  return sent(tostring(id))
end

--- Acts as the platform for `luadesk simulate` and the conformance run: what it would post for an occasion.
local function simulate(occasion, channel)
  local body = json.encode {
    id = occasion.message_id or crypto.random(8, "hex"), from = occasion.sender or "customer-1", text = occasion.text or "",
    time = time.now(),
  }
  local signature = crypto.hmac("sha256", channel.settings.secret, body, "hex")
  local requests = {}
  for copy = 1, occasion.copies or 1 do requests[copy] = { headers = { ["x-signature"] = signature }, body = body } end
  return requests
end

return plugin {
  name = "my-channel",
  kind = "channel",
  version = "0.1.0",
  title = "My channel",
  settings = {
    { name = "secret", required = true, secret = true, help = "signs what the platform posts" },
    { name = "api_key", required = true, secret = true, help = "from the platform's console" },
    { name = "api_base", type = "url", default = "https://api.example.com", help = "for a stand-in or a proxy" },
  },
  hosts = { "setting:api_base" },
  capabilities = { kinds = { "text" }, text_limit = 4096, reply_quota = { messages = 10, window = "24h" } },
  receive = receive,
  send = send,
  simulate = simulate,
}
