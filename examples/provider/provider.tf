terraform {
  required_providers {
    apitoken = {
      source  = "apitoken/apitoken"
      version = "~> 0.1"
    }
    restapi = {
      source = "Mastercard/restapi"
    }
  }
}

# The credentials come from the environment: EMPORIX_CLIENT_ID and EMPORIX_CLIENT_SECRET.
provider "apitoken" {}

# Stored nowhere.
ephemeral "apitoken_emporix" "shop" {
  scopes = ["category.category_manage"]
}

provider "restapi" {
  uri     = "https://api.emporix.io"
  headers = ephemeral.apitoken_emporix.shop.headers
}
