terraform {
  required_providers {
    apitoken = {
      source = "apitoken/apitoken"
    }
    http = {
      source = "hashicorp/http"
    }
  }
}

variable "catalog_client_secret" {
  type      = string
  sensitive = true
}

provider "apitoken" {
  emporix = {
    catalog = {
      client_id     = "catalog-import"
      client_secret = var.catalog_client_secret
    }
  }
}

# This token can only read categories.
data "apitoken_emporix" "catalog" {
  scopes = ["category.category_read_unpublished"]
}

data "http" "categories" {
  url             = "https://api.emporix.io/category/${data.apitoken_emporix.catalog.tenant}/categories"
  request_headers = data.apitoken_emporix.catalog.headers
}
