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

variable "private_key" {
  type      = string
  sensitive = true
  ephemeral = true
}

# Google: private_key, private_key_id and client_email are in the service account's key file.
provider "apitoken" {
  jwt = {
    deployer = {
      private_key_pem = var.private_key
      key_id          = "0f1e2d3c"
      lifetime        = "30m"
      claims = jsonencode({
        iss = "deployer@example-project.iam.gserviceaccount.com"
        sub = "deployer@example-project.iam.gserviceaccount.com"
        aud = "https://pubsub.googleapis.com/"
      })
    }
  }
}

ephemeral "apitoken_jwt" "deployer" {}

provider "restapi" {
  uri     = "https://pubsub.googleapis.com"
  headers = ephemeral.apitoken_jwt.deployer.headers
}

resource "restapi_object" "subscription" {
  path = "/v1/projects/example-project/subscriptions/news"
  data = jsonencode({ topic = "projects/example-project/topics/news" })
}
