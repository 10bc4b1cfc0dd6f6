-- wrk: signed orders/create deliveries, each with a webhook id of its own. BODY and SIGNATURE and SHOP and PREFIX come from
-- the environment; the signature covers the body alone, so one is enough for all.
local file = io.open(os.getenv("BODY"), "rb")
local body = file:read("*a")
file:close()
local signature, shop, prefix = os.getenv("SIGNATURE"), os.getenv("SHOP"), os.getenv("PREFIX")
local thread_number, count = 0, 0

function setup(thread)
  thread_number = thread_number + 1
  thread:set("number", thread_number)
end

function request()
  count = count + 1
  return wrk.format("POST", "/webhooks", {
    ["Content-Type"] = "application/json",
    ["X-Shopify-Topic"] = "orders/create",
    ["X-Shopify-Hmac-Sha256"] = signature,
    ["X-Shopify-Shop-Domain"] = shop,
    ["X-Shopify-API-Version"] = "2026-10",
    ["X-Shopify-Webhook-Id"] = prefix .. "-" .. number .. "-" .. count,
    ["X-Shopify-Event-Id"] = prefix .. "-" .. count,
    ["X-Shopify-Triggered-At"] = "2026-11-24T11:59:58.123Z",
  }, body)
end

function done(summary, latency, requests)
  local refused = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration, refused,
    latency:percentile(50), latency:percentile(99)))
end
