terraform {
  required_providers {
    apitoken = {
      source = "apitoken/apitoken"
    }
  }
}

# The credentials come from the environment: EPGL_CLIENT_ID and EPGL_CLIENT_SECRET.
provider "apitoken" {}

data "apitoken_epgl" "shop" {}

locals {
  jwt = provider::apitoken::jwt_decode(data.apitoken_epgl.shop.access_token)
}

# Everything read from a sensitive value is sensitive. The algorithm is not a secret.
output "signing_algorithm" {
  value = nonsensitive(local.jwt.header.alg)
}

output "claims" {
  value     = local.jwt.claims
  sensitive = true
}
