terraform {
  required_providers {
    apitoken = {
      source = "apitoken/apitoken"
    }
  }
}

# Ephemeral variables are neither in the state nor in a plan. They need
# Terraform 1.10 or OpenTofu 1.11; with older versions, leave "ephemeral" out.
variable "shop_client_secret" {
  type      = string
  sensitive = true
  ephemeral = true
}

variable "catalog_client_secret" {
  type      = string
  sensitive = true
  ephemeral = true
}

variable "billing_client_secret" {
  type      = string
  sensitive = true
  ephemeral = true
}

# A service that is not named here, such as emtech, gets its credentials from
# the environment: EMTECH_CLIENT_ID and EMTECH_CLIENT_SECRET.
provider "apitoken" {
  emporix = {
    shop = {
      client_id     = "shop-backend"
      client_secret = var.shop_client_secret
    }
    catalog = {
      client_id     = "catalog-import"
      client_secret = var.catalog_client_secret
      token_url     = "https://api-stage.emporix.io/oauth/token"
      scopes        = ["category.category_read_unpublished"]
    }
  }

  oauth2 = {
    billing = {
      token_url      = "https://auth.example.com/oauth/v2/token"
      client_id      = "billing"
      client_secret  = var.billing_client_secret
      basic_encoding = "raw"
    }
  }

  transport = {
    timeout     = "10s"
    max_retries = 2
  }
}

ephemeral "apitoken_emporix" "shop" {
  credentials = "shop"
}

ephemeral "apitoken_oauth2" "billing" {}
