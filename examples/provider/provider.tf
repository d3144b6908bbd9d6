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

# Its credentials are EMPORIX_CLIENT_ID and EMPORIX_CLIENT_SECRET in the environment.
provider "apitoken" {}

# Stored nowhere.
ephemeral "apitoken_emporix" "shop" {
  scopes = ["category.category_manage"]
}

provider "restapi" {
  uri     = "https://api.emporix.io"
  headers = ephemeral.apitoken_emporix.shop.headers
}
