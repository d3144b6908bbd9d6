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

variable "app_id" {
  type = string
}

variable "installation_id" {
  type = string
}

variable "app_private_key" {
  type      = string
  sensitive = true
  ephemeral = true
}

# A GitHub App's installation token, requested with a JWT that the app's key signs.
provider "apitoken" {
  custom = {
    github_app = {
      request = {
        url     = "https://api.github.com/app/installations/${var.installation_id}/access_tokens"
        headers = { Authorization = "Bearer {jwt}", Accept = "application/vnd.github+json" }
        sources = {
          jwt = {
            signed = {
              private_key_pem   = var.app_private_key
              signing_algorithm = "RS256"
              claims            = jsonencode({ iss = var.app_id })
            }
          }
        }
      }
      response = {
        token      = "token"
        expires_at = "expires_at"
      }
      revoke = {
        method  = "DELETE"
        url     = "https://api.github.com/installation/token"
        headers = { Authorization = "Bearer {token}" }
      }
    }
  }
}

ephemeral "apitoken_custom" "github_app" {
  revoke_on_close = true
}

provider "restapi" {
  uri     = "https://api.github.com"
  headers = ephemeral.apitoken_custom.github_app.headers
}
