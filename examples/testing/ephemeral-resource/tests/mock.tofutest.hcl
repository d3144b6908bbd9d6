# The provider is a mock. Terraform refuses it where there is an ephemeral
# resource, and does not read this file.
mock_provider "apitoken" {}

variables {
  products = "tests/products.json"
}

# Once there is something, its id is known at plan.
run "without_the_import" {
  override_module {
    target = module.import
  }
}

# So plan opens the ephemeral resource: its strings are made up, its maps empty.
run "with_the_import" {
  command = plan

  assert {
    condition     = module.import.imported == filesha256("tests/products.json")
    error_message = "The import does not follow the file."
  }
}
