# Tests the module that uses the token, with a made-up token.
variables {
  products = "tests/products.json"
}

run "imports_the_file" {
  command = plan

  module {
    source = "./import"
  }

  variables {
    authorization = "Bearer made-up"
  }

  assert {
    condition     = output.imported == filesha256("tests/products.json")
    error_message = "The import does not follow the file."
  }
}

run "refuses_an_empty_token" {
  command = plan

  module {
    source = "./import"
  }

  variables {
    authorization = ""
  }

  expect_failures = [var.authorization]
}
