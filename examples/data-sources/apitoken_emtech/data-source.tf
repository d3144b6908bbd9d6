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

# The credentials come from the environment: EMTECH_CLIENT_ID and EMTECH_CLIENT_SECRET.
provider "apitoken" {}

data "apitoken_emtech" "payments" {}

# headers contains the header that Emtech reads, x-sandbox-app-auth.
data "http" "remittances" {
  url             = "https://api.emtech.com/integration/compliance/v2/remittances"
  request_headers = data.apitoken_emtech.payments.headers
}
