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

variable "billing_client_secret" {
  type      = string
  sensitive = true
}

provider "apitoken" {
  oauth2 = {
    billing = {
      token_url     = "https://auth.example.com/oauth/v2/token"
      client_id     = "billing"
      client_secret = var.billing_client_secret
    }
  }
}

data "apitoken_oauth2" "billing" {
  scopes = ["invoices.read"]
}

data "http" "invoices" {
  url             = "https://api.example.com/v1/invoices"
  request_headers = data.apitoken_oauth2.billing.headers
}
