local co = coroutine.wrap(function(a) local b = coroutine.yield(a) error({ b }) end)
co(1) return pcall(co, 2)