-- wrk: GET the addresses of the file PATHS, one after the other, over and over.
local paths, count = {}, 0
for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = line end

function request()
  count = count + 1
  return wrk.format("GET", paths[(count - 1) % #paths + 1])
end
