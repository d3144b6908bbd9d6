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

variable "shop_client_secret" {
  type      = string
  sensitive = true
  ephemeral = true
}

provider "apitoken" {
  emporix = {
    shop = {
      client_id     = "shop-backend"
      client_secret = var.shop_client_secret
    }
  }
}

ephemeral "apitoken_emporix" "shop" {
  scopes = ["category.category_manage"]
}

# A provider block accepts the token and does not store it.
provider "restapi" {
  uri                   = "https://api.emporix.io"
  headers               = ephemeral.apitoken_emporix.shop.headers
  create_returns_object = true
}

resource "restapi_object" "shoes" {
  path = "/category/shop/categories"
  data = jsonencode({
    code          = "shoes"
    localizedName = { en = "Shoes" }
  })
}
