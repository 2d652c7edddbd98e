local m = setmetatable({}, { __index = function(t, k) return k .. "!" end, __close = print })
goto last
::last::
return m.x, host.echo({ 1, 2, a = { b = 3.5 } }), ("%5.2f|%q"):format(1.5, "a\n\u{4e2d}")