terraform {
  required_providers {
    apitoken = {
      source = "apitoken/apitoken"
    }
  }
}

# The job in GitHub Actions has the permission "id-token: write". Its token is
# exchanged for an API token, so no secret is stored anywhere.
provider "apitoken" {
  oauth2 = {
    deploy = {
      issuer             = "https://sso.example.com/realms/ops"
      client_auth        = "none"
      grant              = "urn:ietf:params:oauth:grant-type:token-exchange"
      subject_token      = { github_actions = { audience = "https://sso.example.com/realms/ops" } }
      subject_token_type = "urn:ietf:params:oauth:token-type:jwt"
      audience           = "deployments"
    }
  }
}

# The token is revoked at the end of each plan and each apply.
ephemeral "apitoken_oauth2" "deploy" {
  revoke_on_close = true
}

resource "terraform_data" "deploy" {
  provisioner "local-exec" {
    command = "curl --fail --silent --show-error --request POST --header @- https://deploy.example.com/v1/deployments <<< \"Authorization: $TOKEN\""
    environment = {
      TOKEN = ephemeral.apitoken_oauth2.deploy.header_value
    }
    interpreter = ["bash", "-c"]
  }
}
