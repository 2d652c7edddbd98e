-- SPDX-License-Identifier: Apache-2.0
-- What Messenger, Instagram and WhatsApp share of a web hook: the check of the address, and the signature over each post.
-- Source: developers.facebook.com, "Webhooks: Getting Started", 2026-07.
local M = {}

--- Answers the check of the address.
---@param query table<string, string|string[]>
---@param verify_token string
---@return { status: integer, body: string, content_type?: string }
function M.check(query, verify_token)
  local mode, given, challenge = query["hub.mode"], query["hub.verify_token"], query["hub.challenge"]
  local fits = mode == "subscribe" and type(given) == "string" and type(verify_token) == "string" and verify_token ~= ""
    and crypto.equal(given, verify_token)
  if not fits or type(challenge) ~= "string" or #challenge > 64 or not challenge:find("^[%w_%-]+$") then
    return { status = 403, body = "" }
  end
  return { status = 200, body = challenge, content_type = "text/plain" }
end

--- The header that Meta sends with a body. It signs the bytes as they are, with "\u4f60" in place of what is not ASCII.
function M.signature(body, app_secret) return "sha256=" .. crypto.hmac("sha256", app_secret, body, "hex") end

--- Whether Meta made this request. Only the one exact form of the header counts; the older SHA-1 one is not read.
---@param request Request
---@param app_secret string
---@return boolean
function M.is_genuine(request, app_secret)
  local given = request.headers["x-hub-signature-256"]
  return type(given) == "string" and type(app_secret) == "string" and app_secret ~= ""
    and crypto.equal(given, M.signature(request.body, app_secret))
end

--- Answers the check, refuses what is not Meta's, and parses the rest.
---@param object string what the body must be about: "page" or "whatsapp_business_account"
---@return table? answer to give at once, table[]? entries
function M.open(request, settings, object)
  if request.method == "GET" then
    local answer = M.check(request.query, settings.verify_token)
    if answer.status ~= 200 then return refuse(answer.status, "bad_verify_token") end
    return accept({}, { body = answer.body, content_type = answer.content_type })
  end
  if not M.is_genuine(request, settings.app_secret) then return refuse(403, "bad_signature") end
  local value = json.decode(request.body)
  if type(value) ~= "table" then return refuse(400, "bad_json") end
  -- An app may be subscribed to other things at the same address.
  if value.object ~= object then return accept({}) end
  return nil, type(value.entry) == "table" and value.entry or {}
end

return M
