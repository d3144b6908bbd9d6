package acceptance

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// Each configuration of the provider has its own sets, in a process of its own.
func testAliases(l *sandboxLab) {
	l.Configure(declared,
		providerBlock("", "emtech = {\n default = "+l.emtechClient("fake-default")+"\n shop = "+l.emtechClient("fake-shop")+"\n}"),
		providerBlock("second", "emtech = {\n shop = "+l.emtechClient("fake-second-shop")+"\n}"), `
data "apitoken_emtech" "first" {}

data "apitoken_emtech" "first_shop" {
  credentials = "shop"
}

data "apitoken_emtech" "second" {
  provider = apitoken.second
}

data "apitoken_emtech" "second_shop" {
  provider    = apitoken.second
  credentials = "shop"
}
`)
	l.Must("apply", "-auto-approve")
	l.checkClients(map[string]string{
		"data.apitoken_emtech.first":       "fake-default",
		"data.apitoken_emtech.first_shop":  "fake-shop",
		"data.apitoken_emtech.second":      "fake-second-shop",
		"data.apitoken_emtech.second_shop": "fake-second-shop",
	})
	// All was known at plan: one request for each of the three sets.
	l.asked(nil, 3, "emtech")
}

// What an ephemeral resource of one configuration gives is the secret of another.
// The sandbox grants any scope, so the scope can be a secret known here.
func testEphemeralCredentials(l *sandboxLab) {
	const fed = "fake-secret-that-is-fed"
	client := sandbox.Client{ID: "fake-fed", Secret: fed}
	l.box.AddClient("epgl", client)
	l.Configure(l.head(""), providerBlock("fed", "epgl = {\n default = "+
		l.setOf("epgl", client, "ephemeral.apitoken_oauth2.feeder.scope")+"\n}"), `
ephemeral "apitoken_oauth2" "feeder" {
  scopes = ["`+fed+`"]
}

data "apitoken_epgl" "this" {
  provider = apitoken.fed
}

ephemeral "apitoken_epgl" "this" {
  provider = apitoken.fed
}
`, l.Echo(`{ ephemeral = ephemeral.apitoken_epgl.this }`))
	l.Must("apply", "-auto-approve")
	l.checkClients(map[string]string{"data.apitoken_epgl.this": "fake-fed", "ephemeral": "fake-fed"})
	l.MustNotHold(clitest.Needle{Name: "the secret that is fed", Value: fed})
}

// chained has two configurations of the provider: a token of the first one asks for that of the second one.
const chained = `
provider "apitoken" {
  alias = "first"
  custom = { login = {
    request  = { url = "%[1]s/login", json = jsonencode({ key = var.api_key }) }
    response = { token = "ticket" }
  } }
}

ephemeral "apitoken_custom" "login" {
  provider = apitoken.first
}

provider "apitoken" {
  custom = { api = {
    request  = { url = "%[1]s/token", headers = { "X-Ticket" = ephemeral.apitoken_custom.login.access_token } }
    response = { token = "access_token", expires_in = "expires_in" }
  } }
}
`

// A token of one configuration asks for that of another one.
func testChainedSets(l *sandboxLab) {
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch {
		case r.URL.Path == "/login":
			_, _ = io.WriteString(w, `{"ticket":"fake-ticket-of-login"}`) // the client may be gone
		case r.URL.Path == "/token" && r.Header.Get("X-Ticket") == "fake-ticket-of-login":
			_, _ = io.WriteString(w, `{"access_token":"fake-chained","expires_in":60}`)
		default:
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	l.T.Cleanup(web.Close)
	l.Configure(declared, fmt.Sprintf(chained, web.URL), `
variable "api_key" {
  default   = "fake-api-key"
  sensitive = true
}

data "apitoken_custom" "api" {
  credentials = "api"
}
`)
	l.Must("apply", "-auto-approve")
	if got := l.State()["data.apitoken_custom.api"]["access_token"]; got != "fake-chained" {
		l.T.Errorf("the token is %q", got)
	}
	l.MustNotHold(clitest.Needle{Name: "the first token", Value: "fake-ticket-of-login"})
}
