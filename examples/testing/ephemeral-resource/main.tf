# This module gets a token and passes it on to the module that uses it.
terraform {
  required_providers {
    apitoken = {
      source = "apitoken/apitoken"
    }
  }
}

variable "products" {
  description = "Path of a JSON file with the products to import."
  type        = string
}

resource "terraform_data" "products" {
  triggers_replace = filesha256(var.products)
}

# If there is something to import, the id is not known before apply, so plan
# needs no token.
ephemeral "apitoken_emporix" "import" {
  scopes     = ["product.product_manage"]
  open_after = terraform_data.products.id
}

module "import" {
  source        = "./import"
  products      = var.products
  authorization = ephemeral.apitoken_emporix.import.header_value
}
