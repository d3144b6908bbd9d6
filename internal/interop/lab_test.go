package interop_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

const savedPlan = "saved.plan"

// world is what all parts share.
type world struct {
	*clitest.Harness
	keyring *keyring
	clients map[string][]client // by part
	servers map[string]*server  // by name
}

// register starts the servers, with the clients of all parts registered.
func (w *world) register(t *testing.T, oidcProvider, fosite, zitadel []string) {
	t.Helper()
	metadata := map[string][]map[string]any{}
	w.clients = map[string][]client{}
	for _, p := range parts() {
		for _, c := range p.clients(t, w.keyring) {
			if c.id == "" {
				c.id = strings.ToLower(p.name) + "." + c.name
			}
			w.clients[p.name] = append(w.clients[p.name], c)
			metadata[c.at] = append(metadata[c.at], registration(c))
		}
	}
	k := w.keyring
	w.servers = map[string]*server{
		atOIDC: start(t, k, "/token/introspection", map[string]any{
			"clients": metadata[atOIDC], "refresh": "secrecy.refresh",
		}, oidcProvider...),
		atFosite: start(t, k, "/introspect", map[string]any{
			"clients": metadata[atFosite],
			"users":   map[string]string{user: userPassword},
			"issuers": []map[string]any{{
				"issuer": serviceAccount, "subject": serviceAccount, "scopes": []string{"read"},
				"key": publicJWK(k.p384, serviceAccount),
			}},
		}, fosite...),
		atZitadel: start(t, k, zitadelRealm+"/oauth/introspect", map[string]any{"clients": metadata[atZitadel]}, zitadel...),
	}
}

// registration returns the client's metadata, with defaults.
func registration(c client) map[string]any {
	metadata := map[string]any{
		"client_id": c.id, "grant_types": []string{"client_credentials"}, "scope": "read write",
		"response_types": []string{}, "redirect_uris": []string{},
	}
	maps.Copy(metadata, c.metadata)
	return metadata
}

// serverLab is a lab for one part on one CLI, and the servers that it asks.
type serverLab struct {
	*clitest.Lab
	*world
	clients []client
	url     string // of the test's own server
	before  map[string]int
	custom  string // sets of custom, in place of the clients' of oauth2
	opens   opener // of the part that describes its servers

	mu      sync.Mutex
	reports []map[string]string
	used    map[string]map[string]string // headers, by set
	hung    []error                      // how revocations ended that nothing answers
}

func newLab(t *testing.T, w *world, cli clitest.CLI, name string) *serverLab {
	t.Helper()
	l := &serverLab{Lab: w.NewLab(t, cli), world: w, clients: w.clients[name], before: map[string]int{}}
	mux := http.NewServeMux()
	mux.HandleFunc("/take", l.take)
	mux.HandleFunc("/use", l.use)
	mux.HandleFunc("/token", l.token)
	mux.HandleFunc("/revoke", l.hang)
	web := httptest.NewServer(mux)
	t.Cleanup(web.Close)
	l.url = web.URL
	secrets := map[string]string{}
	for _, c := range l.clients {
		maps.Copy(secrets, c.secrets)
	}
	l.configure()
	// In files, as a certificate says much of what its key's PEM does: the
	// configuration is part of saved plans, which are searched for the key.
	l.Write("client.pem", w.keyring.client.Certificate)
	l.Write("own.pem", w.keyring.selfSigned.Certificate)
	l.setSecrets(secrets)
	l.Must("init")
	l.mark()
	return l
}

func (l *serverLab) setSecrets(secrets map[string]string) {
	l.T.Helper()
	text := clitest.Must(json.Marshal(secrets))(l.T)
	l.Env["TF_VAR_secrets"] = string(text)
}

// head declares the provider with a credential set of each client, or with
// those of custom.
func (l *serverLab) head() string {
	sets := l.custom
	if sets == "" {
		sets = "  oauth2 = {" + l.clientSets() + "}"
	}
	return fmt.Sprintf(`
terraform {
  required_providers {
    apitoken = { source = "apitoken/apitoken" }
  }
}

variable "secrets" {
  type      = map(string)
  sensitive = true
  ephemeral = true
}

locals {
  oidc               = %q
  mutual             = %q
  fosite             = %q
  zitadel            = %q
  here               = %q
  client_certificate = file("${path.module}/client.pem")
  own_certificate    = file("${path.module}/own.pem")
}

provider "apitoken" {
  transport = { ca_certificates_pem = %q }
%s
}
`, l.servers[atOIDC].URL, l.servers[atOIDC].Mutual, l.servers[atFosite].URL,
		l.servers[atZitadel].URL+zitadelRealm, l.url, l.keyring.authority.Certificate, sets)
}

func (l *serverLab) clientSets() string {
	var sets strings.Builder
	for _, c := range l.clients {
		fmt.Fprintf(&sets, "\n    %s = {\n      client_id = %s\n", c.name, quote(c.id))
		set := c.set
		if set["token_url"] == "" && set["issuer"] == "" {
			set = c.with(map[string]string{"issuer": "local." + c.at}).set
		}
		for _, name := range slices.Sorted(maps.Keys(set)) {
			fmt.Fprintf(&sets, "      %s = %s\n", name, set[name])
		}
		sets.WriteString("    }\n")
	}
	return sets.String()
}

// each is a block for all of the named sets at once.
func each(kind, label string, names []string, more string) string {
	return fmt.Sprintf(`
%s "apitoken_oauth2" %q {
  for_each    = toset([%s])
  credentials = each.key
  %s
}
`, kind, label, `"`+strings.Join(names, `", "`)+`"`, more)
}

func (l *serverLab) names() []string {
	var names []string
	for _, c := range l.clients {
		names = append(names, c.name)
	}
	return names
}

func (l *serverLab) configure(parts ...string) {
	l.T.Helper()
	l.Configure(append([]string{l.head()}, parts...)...)
}

// diagnostics runs the CLI and returns what it says, by address.
func (l *serverLab) diagnostics(args ...string) map[string]clitest.Diagnostic {
	l.T.Helper()
	return clitest.ByAddress(l.Diagnostics(args...))
}

// expect checks what a run says of the address of a set's data source or
// ephemeral resource.
func (l *serverLab) expect(found map[string]clitest.Diagnostic, address, severity string, parts ...string) {
	l.T.Helper()
	d := found[address]
	if d.Severity != severity {
		l.T.Errorf("no %s at %s: %s", severity, address, d)
	}
	l.Says(d, parts...)
}

// said returns what the client's server has said of it since the lab was made
// or mark was called.
func (l *serverLab) said(kind string, c client) []event {
	l.T.Helper()
	return l.servers[c.at].said(l.T, kind, c.id)[l.before[kind+c.id]:]
}

// mark has said begin anew.
func (l *serverLab) mark() {
	l.T.Helper()
	for _, c := range l.clients {
		if c.at == "" {
			continue
		}
		for _, kind := range []string{"token", "revocation"} {
			l.before[kind+c.id] += len(l.said(kind, c))
		}
	}
}

// handOverTo is a resource whose provisioner hands the tokens of the ephemeral
// resources to the test, as any program would that needs them, after some time.
func (l *serverLab) handOverTo(label string, after time.Duration) string {
	l.T.Helper()
	return fmt.Sprintf(`
resource "terraform_data" %[1]q {
  provisioner "local-exec" {
    interpreter = [%[2]q]
    command     = %[3]q
    environment = {
      REPORT_URL = "${local.here}/take"
      TOKENS     = jsonencode({ for name, it in ephemeral.apitoken_oauth2.%[1]s : name => it.access_token })
      AFTER      = %[4]q
    }
  }
}
`, label, l.Self(), handOverCommand, after)
}

// take takes what a provisioner hands over, and refuses where a token is not active.
func (l *serverLab) take(w http.ResponseWriter, r *http.Request) {
	tokens := map[string]string{}
	if err := json.NewDecoder(r.Body).Decode(&tokens); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	for _, c := range l.clients {
		token, ok := tokens[c.name]
		if !ok {
			continue
		}
		answer, err := l.servers[c.at].introspect(context.WithoutCancel(r.Context()), token)
		if err != nil || !isActive(answer) || answer["client_id"] != c.id {
			l.T.Errorf("%s: a token in use is %v, error %v", c.name, answer, err)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.reports = append(l.reports, tokens)
}

func (l *serverLab) handedOver() []map[string]string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.reports)
}
