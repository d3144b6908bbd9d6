# Gets a token of each service from the server that `make sandbox` starts, and shows when it
# expires. Run it in a shell with the variables that `make sandbox` prints.
terraform {
  required_providers {
    apitoken = {
      source = "apitoken/apitoken"
    }
  }
}

data "apitoken_emporix" "this" {}

data "apitoken_emtech" "this" {}

data "apitoken_epgl" "this" {}

data "apitoken_oauth2" "this" {}

output "expires_at" {
  value = {
    emporix = data.apitoken_emporix.this.expires_at
    emtech  = data.apitoken_emtech.this.expires_at
    epgl    = data.apitoken_epgl.this.expires_at
    oauth2  = data.apitoken_oauth2.this.expires_at
  }
}
