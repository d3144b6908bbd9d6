package main

import (
	"strings"
	"text/template"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// service is what the configuration says of one service.
type service struct {
	Name                  string
	TokenURL, ResourceURL string
	Encoding              string // basic_encoding, for services that know it
}

// settings say what a configuration has.
type settings struct {
	Services  []service
	Ephemeral bool   // ephemeral resources beside the data sources
	Store     string // the directory of the token store; "": none
	Proxy     bool   // a proxy to the API of each service, and nothing else
}

// configuration returns the demo's main.tf. Everything that is secret, and every path but
// that of the token store, which is relative, comes from variables: the file holds neither.
func configuration(s settings) (string, error) {
	parsed, err := template.New("main.tf").Parse(configurationTemplate)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	err = parsed.Execute(&text, s)
	return text.String(), err
}

// The registry may offer a newer http provider than the mirror has.
const configurationTemplate = `terraform {
  required_providers {
    apitoken = { source = "apitoken/apitoken" }
    http     = { source = "hashicorp/http", version = ">= 1.2.0" }
  }
}
{{range .Services}}
variable "{{.Name}}_client_id" { type = string }

variable "{{.Name}}_client_secret" {
  type      = string
  sensitive = true
  {{- if $.Ephemeral}}
  ephemeral = true
  {{- end}}
}
{{end}}
variable "demo" { type = string }
variable "reports" { type = string }

provider "apitoken" {
{{- with .Store}}
  token_store = { directory = "{{.}}" }
{{- end}}
{{- range .Services}}
  {{.Name}} = {
    demo = {
    {{- if eq .Name "custom"}}
      request = {
        url  = "{{.TokenURL}}"
        json = jsonencode({ clientId = var.custom_client_id, clientSecret = var.custom_client_secret })
      }
      response = { token = "accessToken", expires_in = "expiryMS", expires_in_unit = "ms" }
      headers  = { "x-sandbox-app-auth" = "Bearer {token}" }
    {{- else if eq .Name "jwt"}}
      private_key_pem = var.jwt_client_secret
      key_id          = "` + sandbox.SelfSignedKey + `"
      claims          = jsonencode({ iss = var.jwt_client_id, aud = "` + sandbox.SelfSignedAudience + `" })
    {{- else}}
      client_id     = var.{{.Name}}_client_id
      client_secret = var.{{.Name}}_client_secret
      token_url     = "{{.TokenURL}}"
      {{- with .Encoding}}
      basic_encoding = "{{.}}"
      {{- end}}
    {{- end}}
    }
  }
{{- end}}
}
{{range .Services}}
{{- if $.Proxy}}
ephemeral "apitoken_proxy" "{{.Name}}" {
  service  = "{{.Name}}"
  upstream = "{{.ResourceURL}}"
}

resource "terraform_data" "{{.Name}}" {
  provisioner "local-exec" {
    interpreter = [var.demo, "` + keepOpeningCommand + `"]
    command     = "{{.Name}}"
    environment = {
      DEMO_PROXY    = ephemeral.apitoken_proxy.{{.Name}}.url
      DEMO_UPSTREAM = "{{.ResourceURL}}"
      DEMO_KEY      = ephemeral.apitoken_proxy.{{.Name}}.access_token
    }
  }
}
{{else}}
data "apitoken_{{.Name}}" "this" {}

data "http" "{{.Name}}" {
  url             = "{{.ResourceURL}}"
  request_headers = data.apitoken_{{.Name}}.this.headers
}
{{if $.Ephemeral}}
ephemeral "apitoken_{{.Name}}" "this" {}

resource "terraform_data" "{{.Name}}" {
  provisioner "local-exec" {
    interpreter = [var.demo, "` + openCommand + `"]
    command     = "{{.Name}}"
    environment = {
      DEMO_URL          = "{{.ResourceURL}}"
      DEMO_HEADER_NAME  = ephemeral.apitoken_{{.Name}}.this.header_name
      DEMO_HEADER_VALUE = ephemeral.apitoken_{{.Name}}.this.header_value
      DEMO_TOKEN_TYPE   = ephemeral.apitoken_{{.Name}}.this.token_type
      DEMO_EXPIRES_AT   = ephemeral.apitoken_{{.Name}}.this.expires_at
      DEMO_REPORTS      = var.reports
    }
  }
}
{{end}}
{{- end}}
{{- end}}
{{- if not .Proxy}}
output "data" {
  value = {
    {{- range .Services}}
    {{.Name}} = {
      type    = data.apitoken_{{.Name}}.this.token_type
      expires = data.apitoken_{{.Name}}.this.expires_at
    }
    {{- end}}
  }
}
{{- end}}
`
