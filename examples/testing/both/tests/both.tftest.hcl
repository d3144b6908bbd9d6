# The data sources are replaced. The ephemeral resource is not opened by a plan,
# because the id in open_after is not known yet.
override_data {
  target = data.apitoken_emporix.read
  values = {
    tenant  = "shop"
    headers = { Authorization = "Bearer made-up" }
  }
}

override_data {
  target = data.http.categories
}

run "plans_without_a_token" {
  command = plan

  variables {
    products = "tests/products.json"
  }

  assert {
    condition     = data.http.categories.url == "https://api.emporix.io/category/shop/categories"
    error_message = "The URL does not name the token's tenant."
  }

  assert {
    condition     = data.http.categories.request_headers["Authorization"] == "Bearer made-up"
    error_message = "The request does not contain the token."
  }

  assert {
    condition     = terraform_data.import.triggers_replace == filesha256("tests/products.json")
    error_message = "The import does not follow the file."
  }
}
