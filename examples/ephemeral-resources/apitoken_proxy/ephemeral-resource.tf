terraform {
  required_providers {
    apitoken = {
      source = "apitoken/apitoken"
    }
    restapi = {
      source = "Mastercard/restapi"
    }
  }
}

variable "orders_client_secret" {
  type      = string
  sensitive = true
  ephemeral = true
}

provider "apitoken" {
  oauth2 = {
    orders = {
      issuer        = "https://sso.example.com/realms/ops"
      client_id     = "terraform"
      client_secret = var.orders_client_secret
    }
  }
}

# Listens on this machine until the end of the plan or the apply. Each request is sent on
# to upstream with a token that is fresh at that moment.
ephemeral "apitoken_proxy" "orders" {
  service     = "oauth2"
  credentials = "orders"
  scopes      = ["orders.write"]
  upstream    = "https://orders.example.com/v1"
}

provider "restapi" {
  uri                  = ephemeral.apitoken_proxy.orders.url
  headers              = ephemeral.apitoken_proxy.orders.headers
  write_returns_object = true
}

resource "restapi_object" "report" {
  path = "/reports"
  data = jsonencode({ month = "2026-11" })

  ignore_server_additions = true # or each plan shows a change, if the API adds fields such as an ID
}
