-- SPDX-License-Identifier: Apache-2.0
-- SendSms and QuerySendDetails as the desk sees them.
local stand_in = require "stand_in"

local CODES = {
  rate_limit = "isv.BUSINESS_LIMIT_CONTROL", busy = "isp.SYSTEM_ERROR", refused = "isv.MOBILE_NUMBER_ILLEGAL",
  unauthorized = "InvalidAccessKeyId.NotFound",
}

return {
  faults = stand_in.faults(CODES),
  answer = function(request, _, fault)
    local q = request.query
    if (q.Action or request.headers["x-acs-action"]) ~= "SendSms" then
      return { json = { Code = "OK", Message = "OK", SmsSendDetailDTOs = { SmsSendDetailDTO = array {} }, TotalCount = 0 } }
    end
    local code = stand_in.code(fault, CODES)
    if code then return { status = 400, json = { Code = code, Message = "simulated", RequestId = "S" }, fault = true } end
    return {
      json = { Code = "OK", Message = "OK", RequestId = "S", BizId = stand_in.id() .. "^0" },
      message = { recipient = q.PhoneNumbers, kind = "text", text = q.TemplateParam },
    }
  end,
}
