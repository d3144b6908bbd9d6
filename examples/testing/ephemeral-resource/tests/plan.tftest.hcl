# Plans the complete module. open_after delays the token request until apply.
run "plans_without_a_token" {
  command = plan

  variables {
    products = "tests/products.json"
  }

  assert {
    condition     = module.import.imported == filesha256("tests/products.json")
    error_message = "The import does not follow the file."
  }
}
