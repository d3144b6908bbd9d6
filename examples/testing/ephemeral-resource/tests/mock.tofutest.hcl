# The provider is a mock. Terraform does not accept a mock if there is an ephemeral
# resource, and does not read this file.
mock_provider "apitoken" {}

variables {
  products = "tests/products.json"
}

# After this run the id exists, so the next plan knows it.
run "without_the_import" {
  override_module {
    target = module.import
  }
}

# So plan opens the ephemeral resource. Its strings are random and its maps empty.
run "with_the_import" {
  command = plan

  assert {
    condition     = module.import.imported == filesha256("tests/products.json")
    error_message = "The import does not follow the file."
  }
}
