# Both providers are mocks, so nothing is requested and no credentials are needed.
mock_provider "apitoken" {
  mock_data "apitoken_emporix" {
    defaults = {
      tenant  = "shop"
      headers = { Authorization = "Bearer made-up" }
    }
  }
}

mock_provider "http" {}

run "reads_the_shop_with_the_token" {
  assert {
    condition     = data.http.categories.url == "https://api.emporix.io/category/shop/categories"
    error_message = "The URL does not name the token's tenant."
  }

  assert {
    condition     = data.http.categories.request_headers == tomap({ Authorization = "Bearer made-up" })
    error_message = "The request does not contain the token."
  }

  assert {
    condition     = output.tenant == "shop"
    error_message = "The tenant is not the token's."
  }
}
