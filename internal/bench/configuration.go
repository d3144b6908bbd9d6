package main

import (
	"fmt"
	"strings"
)

// service is the service that all plans ask for tokens: the floor has its schema.
const service = "emtech"

// The kinds of references.
const (
	dataKind      = "data"
	ephemeralKind = "ephemeral"
)

// endpoint is what a configuration says of the token endpoint. The secret
// comes from a variable.
type endpoint struct{ clientID, tokenURL string }

// declaration is that of the variable with the client's secret.
const declaration = `
variable "client_secret" {
  type      = string
  sensitive = true
}
`

// tokens is the configuration of count references to the provider's tokens.
// This provider and the floor differ in nothing but the provider's name.
func tokens(provider, kind string, count int, e endpoint) string {
	return head(provider, "", e) + references(provider, kind, count)
}

// oneOfEach is the configuration of one reference of each kind. more is in the provider
// block.
func oneOfEach(provider, more string, kinds []string, e endpoint) string {
	parts := []string{head(provider, more, e)}
	for _, kind := range kinds {
		parts = append(parts, references(provider, kind, 1))
	}
	return strings.Join(parts, "")
}

// head is the variable and the provider block, which ends with more.
func head(provider, more string, e endpoint) string {
	return fmt.Sprintf(`terraform {
  required_providers {
    %[1]s = { source = "apitoken/%[1]s" }
  }
}
%[2]s
provider %[1]q {
  %[3]s = {
    bench = {
      client_id     = %[4]q
      client_secret = var.client_secret
      token_url     = %[5]q
    }
  }
%[6]s}
`, provider, declaration, service, e.clientID, e.tokenURL, more)
}

func references(provider, kind string, count int) string {
	return fmt.Sprintf(`
%[1]s "%[2]s_%[3]s" "this" {
  count = %[4]d
}
`, kind, provider, service, count)
}

// httpGet is the configuration of one GET by the http provider.
func httpGet(url string) string {
	return fmt.Sprintf(`terraform {
  required_providers {
    http = { source = "hashicorp/http" }
  }
}

data "http" "this" {
  count = 1
  url   = %q
}
`, url)
}

// httpPost is the configuration of one token request by an http provider that
// knows POST.
func httpPost(e endpoint) string {
	return fmt.Sprintf(`terraform {
  required_providers {
    http = { source = "hashicorp/http", version = ">= 3.4.0" }
  }
}
%s
data "http" "this" {
  count           = 1
  url             = %q
  method          = "POST"
  request_headers = { Content-Type = "application/json" }
  request_body    = jsonencode({ clientId = %q, clientSecret = var.client_secret })
}
`, declaration, e.tokenURL, e.clientID)
}
