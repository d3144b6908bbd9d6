terraform {
  required_providers {
    apitoken = {
      source = "apitoken/apitoken"
    }
    http = {
      source = "hashicorp/http"
    }
  }
}

# Its credentials are EMTECH_CLIENT_ID and EMTECH_CLIENT_SECRET in the environment.
provider "apitoken" {}

data "apitoken_emtech" "payments" {}

# Emtech reads the header x-sandbox-app-auth, which headers already has.
data "http" "remittances" {
  url             = "https://api.emtech.com/integration/compliance/v2/remittances"
  request_headers = data.apitoken_emtech.payments.headers
}
