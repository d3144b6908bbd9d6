terraform {
  required_providers {
    apitoken = {
      source = "apitoken/apitoken"
    }
  }
}

# The credentials come from the environment: EMTECH_CLIENT_ID and EMTECH_CLIENT_SECRET.
provider "apitoken" {}

ephemeral "apitoken_emtech" "payments" {}

# The token is passed through the environment and a pipe, so it is not visible on
# a command line.
resource "terraform_data" "remittances" {
  provisioner "local-exec" {
    command = <<-EOT
      printf '%s: %s\n' "$HEADER_NAME" "$HEADER_VALUE" |
        curl --fail --silent --show-error --header @- --output remittances.json \
          https://api.emtech.com/integration/compliance/v2/remittances
    EOT
    environment = {
      HEADER_NAME  = ephemeral.apitoken_emtech.payments.header_name
      HEADER_VALUE = ephemeral.apitoken_emtech.payments.header_value
    }
  }
}
