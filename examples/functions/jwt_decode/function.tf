terraform {
  required_providers {
    apitoken = {
      source = "apitoken/apitoken"
    }
  }
}

# Its credentials are EPGL_CLIENT_ID and EPGL_CLIENT_SECRET in the environment.
provider "apitoken" {}

data "apitoken_epgl" "shop" {}

locals {
  jwt = provider::apitoken::jwt_decode(data.apitoken_epgl.shop.access_token)
}

# What comes from a sensitive value is sensitive. The algorithm is no secret.
output "signing_algorithm" {
  value = nonsensitive(local.jwt.header.alg)
}

output "claims" {
  value     = local.jwt.claims
  sensitive = true
}
