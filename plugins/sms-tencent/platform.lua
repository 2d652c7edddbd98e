-- SPDX-License-Identifier: Apache-2.0
-- SendSms as the desk sees it.
local stand_in = require "stand_in"

local CODES = {
  rate_limit = "LimitExceeded.PhoneNumberThirtySecondLimit", busy = "InternalError.Timeout", refused = "InvalidParameterValue.IncorrectPhoneNumber",
  unauthorized = "AuthFailure.SecretIdNotFound",
}

local function status(number, code, serial)
  return { json = { Response = { RequestId = "S", SendStatusSet = { {
    SerialNo = serial or "", PhoneNumber = number, Fee = 1, SessionContext = "", Code = code, Message = "simulated", IsoCode = "CN",
  } } } } }
end

return {
  faults = stand_in.faults(CODES),
  answer = function(request, _, fault)
    if request.headers["x-tc-action"] ~= "SendSms" then return { json = { Response = { RequestId = "S", PullSmsSendStatusSet = array {} } } } end
    local body = json.decode(request.body) or {}
    local number = type(body.PhoneNumberSet) == "table" and body.PhoneNumberSet[1] or ""
    local code = stand_in.code(fault, CODES)
    if code and fault.kind == "unauthorized" then
      return { json = { Response = { RequestId = "S", Error = { Code = code, Message = "simulated" } } }, fault = true }
    end
    local answer = status(number, code or "Ok", not code and "2019:" .. stand_in.id() or nil)
    if code then answer.fault = true else
      answer.message = { recipient = number, kind = "text", text = table.concat(body.TemplateParamSet or {}, " ") }
    end
    return answer
  end,
}
