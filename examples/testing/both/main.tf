# This module reads the categories of an Emporix shop, and imports products.
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

variable "products" {
  description = "Path of a JSON file with the products to import."
  type        = string
}

data "apitoken_emporix" "read" {
  scopes = ["category.category_read"]
}

data "http" "categories" {
  url             = "https://api.emporix.io/category/${data.apitoken_emporix.read.tenant}/categories"
  request_headers = data.apitoken_emporix.read.headers
}

resource "terraform_data" "products" {
  triggers_replace = filesha256(var.products)
}

ephemeral "apitoken_emporix" "import" {
  scopes     = ["product.product_manage"]
  open_after = terraform_data.products.id
}

resource "terraform_data" "import" {
  triggers_replace = terraform_data.products.triggers_replace

  provisioner "local-exec" {
    command = <<-EOT
      printf 'Authorization: %s\n' "$AUTHORIZATION" |
        curl --fail --silent --show-error --header @- --json "@$PRODUCTS" \
          https://api.emporix.io/product/shop/products/bulk
    EOT
    environment = {
      AUTHORIZATION = ephemeral.apitoken_emporix.import.header_value
      PRODUCTS      = var.products
    }
  }
}
