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

variable "catalog_password" {
  type      = string
  sensitive = true
}

data "http" "catalog" {
  url = "https://catalog.example.com/v1/items"
  request_headers = {
    Authorization = provider::apitoken::basic_auth_header("catalog", var.catalog_password)
  }
}
