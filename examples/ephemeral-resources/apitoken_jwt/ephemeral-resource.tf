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

variable "admin_key_secret" {
  type      = string
  sensitive = true
  ephemeral = true
}

# Ghost: the admin API key is ID:SECRET, and the secret is in hexadecimal.
provider "apitoken" {
  jwt = {
    blog = {
      secret          = var.admin_key_secret
      secret_encoding = "hex"
      key_id          = "64fa0000000000000000abcd"
      claims          = jsonencode({ aud = "/admin/" })
      headers         = { Authorization = "Ghost {token}" }
    }
  }
}

ephemeral "apitoken_jwt" "blog" {}

provider "restapi" {
  uri     = "https://blog.example.com"
  headers = ephemeral.apitoken_jwt.blog.headers
}

resource "restapi_object" "tag" {
  path = "/ghost/api/admin/tags"
  data = jsonencode({ tags = [{ name = "news" }] })
}
