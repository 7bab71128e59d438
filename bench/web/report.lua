-- Asked with "fresh", every request is for an address that nobody asked for before.
local number, fresh = 0, false

init = function(arguments)
   fresh = arguments[1] == "fresh"
   if fresh then
      local mark = wrk.path:find("?", 1, true) and "&" or "?"
      local path, run = wrk.path, os.time()
      request = function()
         number = number + 1
         return wrk.format(nil, path .. mark .. "n=" .. run .. "-" .. number)
      end
   end
end

-- What wrk has measured, as one line of JSON: requests a second, milliseconds.
done = function(summary, latency, requests)
   local errors = summary.errors
   io.write(string.format(
      '\n{"rate": %.2f, "p50": %.3f, "p95": %.3f, "requests": %d, "errors": %d}\n',
      summary.requests / (summary.duration / 1e6),
      latency:percentile(50) / 1000,
      latency:percentile(95) / 1000,
      summary.requests,
      errors.connect + errors.read + errors.write + errors.status + errors.timeout
   ))
end
