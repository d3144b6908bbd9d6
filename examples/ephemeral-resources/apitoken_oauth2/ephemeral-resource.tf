terraform {
  required_providers {
    apitoken = {
      source = "apitoken/apitoken"
    }
    vault = {
      source  = "hashicorp/vault"
      version = ">= 5.0"
    }
  }
}

variable "billing_client_secret" {
  type      = string
  sensitive = true
  ephemeral = true
}

provider "apitoken" {
  oauth2 = {
    billing = {
      token_url     = "https://auth.example.com/oauth/v2/token"
      client_id     = "billing"
      client_secret = var.billing_client_secret
    }
  }
}

ephemeral "apitoken_oauth2" "billing" {
  scopes        = ["invoices.read"]
  min_remaining = "30m"
}

# A write-only argument accepts the token. It is stored neither in the state nor
# in a plan. To write a new token, increase the version.
resource "vault_kv_secret_v2" "billing" {
  mount                = "secret"
  name                 = "billing"
  data_json_wo         = jsonencode({ token = ephemeral.apitoken_oauth2.billing.access_token })
  data_json_wo_version = 1
}
