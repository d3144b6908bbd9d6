# This module reads the categories of an Emporix shop.
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

data "apitoken_emporix" "catalog" {
  scopes = ["category.category_read"]
}

data "http" "categories" {
  url             = "https://api.emporix.io/category/${data.apitoken_emporix.catalog.tenant}/categories"
  request_headers = data.apitoken_emporix.catalog.headers
}

output "tenant" {
  value = data.apitoken_emporix.catalog.tenant
}
