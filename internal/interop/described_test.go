package interop_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

// opener uses the headers that the named set has given, at what they are for.
type opener func(ctx context.Context, name string, headers map[string]string) error

// closedError says that headers do not open what they are for.
type closedError struct{ Answer any }

func (e closedError) Error() string { return fmt.Sprintf("the response was %v", e.Answer) }

// described is what a data source of custom gives.
type described struct {
	Headers   map[string]string `json:"headers"`
	Outputs   map[string]string `json:"outputs"`
	ExpiresIn float64           `json:"expires_in"`
}

// describedBlocks has each of the named sets give its headers to an output and,
// from an ephemeral resource, to a provisioner.
func (l *serverLab) describedBlocks(names []string, more string) string {
	l.T.Helper()
	return fmt.Sprintf(`
locals {
  names = toset(["%s"])
}

data "apitoken_custom" "this" {
  for_each    = local.names
  credentials = each.key
}

ephemeral "apitoken_custom" "this" {
  for_each    = local.names
  credentials = each.key
  %s
}

resource "terraform_data" "this" {
  provisioner "local-exec" {
    interpreter = [%q]
    command     = %q
    environment = {
      REPORT_URL = "${local.here}/use"
      TOKENS     = jsonencode({ for name, it in ephemeral.apitoken_custom.this : name => it.headers })
      AFTER      = "0s"
    }
  }
}

output "described" {
  sensitive = true
  value = { for name, it in data.apitoken_custom.this :
    name => { headers = it.headers, outputs = it.outputs, expires_in = it.expires_in }
  }
}
`, strings.Join(names, `", "`), more, l.Self(), handOverCommand)
}

// wrongBlock asks with the set that has another password.
const wrongBlock = `
data "apitoken_custom" "wrong" {
  credentials = "wrong"
}
`

// open plans and applies, and uses what each set gives in both kinds.
func (l *serverLab) open(names []string, more string) map[string]described {
	l.T.Helper()
	l.Trace()
	l.configure(l.describedBlocks(names, more))
	l.Must("plan", "-out="+savedPlan)
	l.Must("apply", savedPlan)
	given := map[string]described{}
	l.Output("described", &given)
	for _, name := range names {
		if err := l.opens(l.T.Context(), name, given[name].Headers); err != nil {
			l.T.Errorf("%s: the data source's headers: %v", name, err)
		}
		if len(l.used[name]) == 0 {
			l.T.Errorf("%s: no provisioner had the ephemeral resource's headers", name)
		}
		if err := l.opens(l.T.Context(), name, nil); err == nil {
			l.T.Errorf("%s: it opens without headers, so that it does with them shows nothing", name)
		}
	}
	return given
}

// use uses the headers that a provisioner hands over, while they are open.
func (l *serverLab) use(w http.ResponseWriter, r *http.Request) {
	used := map[string]map[string]string{}
	if err := json.NewDecoder(r.Body).Decode(&used); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	for name, headers := range used {
		if err := l.opens(context.WithoutCancel(r.Context()), name, headers); err != nil {
			l.T.Errorf("%s: the ephemeral resource's headers: %v", name, err)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.used = used
}

// refused checks what the set with the wrong password comes to.
func (l *serverLab) refused(says ...string) {
	l.T.Helper()
	l.configure(wrongBlock)
	found := l.diagnostics("plan")
	l.expect(found, "data.apitoken_custom.wrong", "error", append(says, `"wrong"`)...)
	if len(found) != 1 {
		l.T.Errorf("the run says %+v", found)
	}
}

// call sends JSON and reads JSON.
func call(ctx context.Context, client *http.Client, method, url string, headers map[string]string, body any) (map[string]any, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	for name, value := range headers {
		req.Header.Set(name, value)
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	answer := map[string]any{}
	err = errors.Join(json.NewDecoder(resp.Body).Decode(&answer), resp.Body.Close())
	if err == nil && resp.StatusCode != http.StatusOK {
		err = closedError{Answer: answer}
	}
	return answer, err
}

func noClients(*testing.T, *keyring) []client { return nil }

// describedClients are clients of oidc-provider that the sets of custom are.
func describedClients(t *testing.T, k *keyring) []client {
	t.Helper()
	return []client{
		secretClient("basic", "client_secret_basic", random()),
		secretClient("post", "client_secret_post", random()),
		keyClient("signed", "ES256", k.p256, testkeys.PKCS8(t, k.p256)),
	}
}

// describedSets describe oidc-provider: its token endpoint, and the one that
// revokes.
const describedSets = `
  custom = {
    basic = {
      request = {
        url        = "${local.oidc}/token"
        basic_auth = { username = "described.basic", password = var.secrets["basic"] }
        form       = { grant_type = "client_credentials", scope = "read" }
      }
      response = { token = "access_token", token_type = "token_type", expires_in = "expires_in", outputs = { scope = "scope" } }
      revoke = {
        url        = "${local.oidc}/token/revocation"
        basic_auth = { username = "described.basic", password = var.secrets["basic"] }
        form       = { token = "{token}" }
      }
    }
    post = {
      request = {
        url = "${local.oidc}/token"
        body = "grant_type=client_credentials&scope=read&client_id=described.post&client_secret=${var.secrets["post"]}"
        content_type = "application/x-www-form-urlencoded"
      }
      response = { token = "access_token", expires_in = "expires_in", outputs = { scope = "scope" } }
      revoke = {
        url  = "${local.oidc}/token/revocation"
        form = { client_id = "described.post", client_secret = var.secrets["post"], token = "{token}" }
      }
    }
    signed = {
      request = {
        url = "${local.oidc}/token"
        form = {
          grant_type            = "client_credentials"
          scope                 = "read"
          client_assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
          client_assertion      = "{jwt}"
        }
        sources = { jwt = { signed = {
          private_key_pem = var.secrets["signed"]
          claims          = jsonencode({ iss = "described.signed", sub = "described.signed", aud = local.oidc })
        } } }
      }
      response = { token = "access_token", expires_in = "expires_in", outputs = { scope = "scope" } }
      revoke = {
        url = "${local.oidc}/token/revocation"
        form = {
          token                 = "{token}"
          client_assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
          client_assertion      = "{another}"
        }
        sources = { another = { signed = {
          private_key_pem = var.secrets["signed"]
          claims          = jsonencode({ iss = "described.signed", sub = "described.signed", aud = local.oidc })
        } } }
      }
    }
    wrong = {
      request = {
        url        = "${local.oidc}/token"
        basic_auth = { username = "described.basic", password = var.secrets["wrong"] }
        form       = { grant_type = "client_credentials" }
      }
      response = { token = "access_token" }
    }
  }
`

// An authorization server, described as an endpoint like any other.
func testDescribed(l *serverLab) {
	l.custom = describedSets
	secrets := map[string]string{"wrong": random()}
	for _, c := range l.clients {
		secrets[c.name] = c.secrets[c.name]
	}
	l.setSecrets(secrets)
	l.opens = l.openOIDC
	given := l.open(l.names(), "revoke_on_close = true")
	needles := l.secretNeedles()
	for _, c := range l.clients {
		if got := given[c.name]; got.ExpiresIn < 590 || got.ExpiresIn > 600 || got.Outputs["scope"] != "read" {
			l.T.Errorf("%s: it expires in %v s, and the outputs are %v", c.name, got.ExpiresIn, got.Outputs)
		}
		if n := len(l.said("token", c)); n != 3 {
			l.T.Errorf("%s: asked %d times, want once for the data source and twice for the ephemeral resource", c.name, n)
		}
		needles = append(needles, l.checkRevoked(c)...)
	}
	needles = append(needles, l.sentNeedles()...)
	l.refused("HTTP 401", "invalid_client", "client authentication failed")
	l.MustNotHold(needles...)
}

// openOIDC asks the server about the token, as an API does.
func (l *serverLab) openOIDC(ctx context.Context, name string, headers map[string]string) error {
	token, _ := strings.CutPrefix(headers["Authorization"], "Bearer ")
	if token == "" {
		return closedError{Answer: "none: there is no token"}
	}
	answer, err := l.servers[atOIDC].introspect(ctx, token)
	if err == nil && (!isActive(answer) || answer["client_id"] != "described."+name) {
		err = closedError{Answer: answer}
	}
	return err
}

// checkRevoked makes sure that plan and apply have each revoked the ephemeral
// resource's token, and returns the tokens.
func (l *serverLab) checkRevoked(c client) []clitest.Needle {
	l.T.Helper()
	revoked := l.revoked(c)
	used, _ := strings.CutPrefix(l.used[c.name]["Authorization"], "Bearer ")
	if len(revoked) != 2 || !slices.Contains(revoked, used) {
		l.T.Errorf("%s: %d tokens were revoked, want 2 and the one that was used among them", c.name, len(revoked))
	}
	var needles []clitest.Needle
	for _, token := range revoked {
		if l.servers[c.at].isActive(l.T, token) {
			l.T.Errorf("%s: a token outlives the run", c.name)
		}
		needles = append(needles, clitest.Needle{Name: c.name + ": token", Value: token})
	}
	return needles
}
