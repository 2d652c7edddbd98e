-- SPDX-License-Identifier: Apache-2.0
local vectors = require "wechat.vectors"

test("every vector holds, and none is left out", function(t)
  t.equal(vectors.run(t, t.vectors("vectors").cases), {
    url_check = 4, callback = 4, kf_sync = 2, reply = 1,
  })
end)
