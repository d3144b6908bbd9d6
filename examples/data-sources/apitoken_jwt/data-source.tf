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

variable "private_key" {
  type      = string
  sensitive = true
}

# App Store Connect: the key's ID and the issuer's are shown beside the key.
provider "apitoken" {
  jwt = {
    app_store = {
      private_key_pem = var.private_key
      key_id          = "2X9R4HXF34"
      lifetime        = "15m"
      claims          = jsonencode({ iss = "57246542-96fe-1a63-e053-0824d011072a", aud = "appstoreconnect-v1" })
    }
  }
}

data "apitoken_jwt" "app_store" {}

data "http" "apps" {
  url             = "https://api.appstoreconnect.apple.com/v1/apps"
  request_headers = data.apitoken_jwt.app_store.headers
}
