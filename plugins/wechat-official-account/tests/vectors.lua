-- SPDX-License-Identifier: Apache-2.0
local vectors = require "wechat.vectors"

test("every vector holds, and none is left out", function(t)
  t.equal(vectors.run(t, t.vectors("vectors").cases), {
    callback = 23, reply = 2,
  })
end)
