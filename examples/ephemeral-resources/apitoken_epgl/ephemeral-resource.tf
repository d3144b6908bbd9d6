terraform {
  required_providers {
    apitoken = {
      source = "apitoken/apitoken"
    }
  }
}

variable "shop_client_secret" {
  type      = string
  sensitive = true
  ephemeral = true
}

provider "apitoken" {
  epgl = {
    shop = {
      client_id     = "shop"
      client_secret = var.shop_client_secret
    }
  }
}

resource "terraform_data" "order" {
  input = "order-1"
}

# The id is known only after apply has created the order. So plan requests no
# token, and apply requests one.
ephemeral "apitoken_epgl" "shop" {
  open_after = terraform_data.order.id
}

resource "terraform_data" "announced" {
  triggers_replace = terraform_data.order.id

  provisioner "local-exec" {
    command = <<-EOT
      printf 'Authorization: Bearer %s\n' "$TOKEN" |
        curl --fail --silent --show-error --header @- --request POST \
          https://api.epgl.ae/api/v1/secure-endpoint
    EOT
    environment = {
      TOKEN = ephemeral.apitoken_epgl.shop.access_token
    }
  }
}
