-- SPDX-License-Identifier: Apache-2.0
local stand_in = require "wechat.stand_in"

return { answer = stand_in.answer, faults = stand_in.FAULTS }
