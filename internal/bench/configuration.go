package main

import (
	"fmt"
	"strings"
)

// service is the service that all plans request tokens of.
const service = "oauth2"

// The kinds of references.
const (
	dataKind      = "data"
	ephemeralKind = "ephemeral"
)

// endpoint is what a configuration says of the token endpoint. The secret
// comes from a variable.
type endpoint struct{ clientID, tokenURL string }

// set is a credential set.
func (e endpoint) set() string {
	return fmt.Sprintf("{ client_id = %q, client_secret = var.client_secret, token_url = %q }", e.clientID, e.tokenURL)
}

// declare requires a provider, and declares the variable with the client's secret.
func declare(source string) string {
	_, name, _ := strings.Cut(source, "/")
	return fmt.Sprintf(`terraform {
  required_providers {
    %s = { source = %q }
  }
}

variable "client_secret" {
  type      = string
  sensitive = true
}
`, name, source)
}

// tokens is the configuration of count references to one token.
func tokens(kind string, count int, e endpoint) string { return head("", e) + references(kind, count) }

// oneOfEach is the configuration of one reference of each kind. more is in the provider
// block.
func oneOfEach(more string, kinds []string, e endpoint) string {
	parts := []string{head(more, e)}
	for _, kind := range kinds {
		parts = append(parts, references(kind, 1))
	}
	return strings.Join(parts, "")
}

// head is a provider block with one set, which ends with more.
func head(more string, e endpoint) string {
	return declare("apitoken/apitoken") + fmt.Sprintf(`
provider "apitoken" {
  %s = {
    bench = %s
  }
%s}
`, service, e.set(), more)
}

func references(kind string, count int) string {
	return fmt.Sprintf(`
%s "apitoken_%s" "this" {
  count = %d
}
`, kind, service, count)
}

// sets is the configuration of count sets, of which used are referred to.
func sets(count, used int, e endpoint) string {
	return declare("apitoken/apitoken") + fmt.Sprintf(`
provider "apitoken" {
  %[1]s = {
%[2]s  }
}

data "apitoken_%[1]s" "this" {
  count       = %[3]d
  credentials = "bench${count.index}"
}
`, service, numbered(count, "    bench%d = "+strings.ReplaceAll(e.set(), "%", "%%")+"\n"), used)
}

// aliases is the configuration of count provider blocks, each with one set that is used.
func aliases(count int, e endpoint) string {
	return declare("apitoken/apitoken") + numbered(count, fmt.Sprintf(`
provider "apitoken" {
  alias = "bench%%[1]d"
  %[1]s = { bench = %[2]s }
}

data "apitoken_%[1]s" "bench%%[1]d" {
  provider = apitoken.bench%%[1]d
}
`, service, strings.ReplaceAll(e.set(), "%", "%%")))
}

// numbered is a text count times, with its number at %d or %[1]d.
func numbered(count int, format string) string {
	var b strings.Builder
	for i := range count {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// httpGet is the configuration of GETs by the http provider.
func httpGet(url string, count int) string {
	return declare("hashicorp/http") + fmt.Sprintf(`
data "http" "this" {
  count = %d
  url   = %q
}
`, count, url)
}

// httpPost is the configuration of token requests by an http provider that knows POST.
func httpPost(count int, e endpoint) string {
	return declare("hashicorp/http") + fmt.Sprintf(`
data "http" "this" {
  count  = %d
  url    = %q
  method = "POST"
  request_headers = {
    Authorization = "Basic ${base64encode("%s:${var.client_secret}")}"
    Content-Type  = "application/x-www-form-urlencoded"
  }
  request_body = "grant_type=client_credentials"
}
`, count, e.tokenURL, e.clientID)
}

// restful is the configuration of token requests by the restful provider.
func restful(count int, e endpoint) string {
	return declare("magodo/restful") + fmt.Sprintf(`
provider "restful" {
  base_url = %q
}

ephemeral "restful_resource" "this" {
  count  = %d
  path   = ""
  method = "POST"
  header = {
    Authorization = "Basic ${base64encode("%s:${var.client_secret}")}"
    Content-Type  = "application/x-www-form-urlencoded"
  }
  body = { grant_type = "client_credentials" }
}
`, e.tokenURL, count, e.clientID)
}

// restapi is the configuration of reads by the restapi provider, which requests tokens itself.
func restapi(url string, count int, e endpoint) string {
	return declare("Mastercard/restapi") + fmt.Sprintf(`
provider "restapi" {
  uri = %q
  oauth_client_credentials {
    oauth_client_id      = %q
    oauth_client_secret  = var.client_secret
    oauth_token_endpoint = %q
  }
}

data "restapi_object" "this" {
  count        = %d
  path         = %q
  search_key   = "name"
  search_value = "bench"
}
`, url, e.clientID, e.tokenURL, count, objectsPath)
}
