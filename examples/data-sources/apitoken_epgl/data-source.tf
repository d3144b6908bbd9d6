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

variable "shop_client_secret" {
  type      = string
  sensitive = true
}

variable "staging_client_secret" {
  type      = string
  sensitive = true
}

provider "apitoken" {
  epgl = {
    shop = {
      client_id     = "shop"
      client_secret = var.shop_client_secret
    }
    staging = {
      client_id     = "shop"
      client_secret = var.staging_client_secret
      token_url     = "https://api-stg.epgl.ae/api/v1/auth/authenticate"
    }
  }
}

# There are two sets and none is named "default", so credentials must name one.
data "apitoken_epgl" "staging" {
  credentials = "staging"
}

data "http" "secure" {
  url = "https://api-stg.epgl.ae/api/v1/secure-endpoint"
  request_headers = merge(data.apitoken_epgl.staging.headers, {
    Accept = "application/json"
  })
}
