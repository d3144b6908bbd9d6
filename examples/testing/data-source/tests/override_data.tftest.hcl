# Replaces single data sources only.
override_data {
  target = data.apitoken_emporix.catalog
  values = {
    tenant  = "shop"
    headers = { Authorization = "Bearer made-up" }
  }
}

override_data {
  target = data.http.categories
}

run "reads_the_shop_with_the_token" {
  assert {
    condition     = data.http.categories.request_headers["Authorization"] == "Bearer made-up"
    error_message = "The request does not contain the token."
  }
}
