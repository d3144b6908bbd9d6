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

variable "prisma_access_key" {
  type = string
}

variable "prisma_secret_key" {
  type      = string
  sensitive = true
}

provider "apitoken" {
  custom = {
    prisma = {
      request = {
        url  = "https://api.prismacloud.io/login"
        json = jsonencode({ username = var.prisma_access_key, password = var.prisma_secret_key })
      }
      response = {
        token = "token"
      }
      default_ttl = "10m"
      headers     = { "x-redlock-auth" = "{token}" }
    }
  }
}

data "apitoken_custom" "prisma" {}

data "http" "accounts" {
  url             = "https://api.prismacloud.io/cloud"
  request_headers = data.apitoken_custom.prisma.headers
}
