-- SPDX-License-Identifier: Apache-2.0
local vectors = require "wechat.vectors"

test("every vector holds, and none is left out", function(t)
  t.equal(vectors.run(t, t.vectors("vectors").cases), {
    callback = 140, decrypt = 51, url_check = 11, api_error = 11, sign = 10, dedupe = 10, send = 7, user_data = 6, encrypt = 5,
    api_open = 4, reply = 3, api_seal = 2, api_signature = 2, split = 2, raw_data_signature = 1, session_signature = 1,
  })
end)
