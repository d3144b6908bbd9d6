package interop_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// given is a token as a data source gives it.
type given struct {
	Token     string  `json:"token"`
	Type      string  `json:"type"`
	Scope     string  `json:"scope"`
	ExpiresIn float64 `json:"expires_in"`
}

const methodOutputs = `
data "apitoken_oauth2" "jwt" {
  credentials = "post"
  resources   = ["urn:api:orders"]
  scopes      = ["read", "write"]
}

ephemeral "apitoken_oauth2" "jwt" {
  for_each    = { "a JWT" = "post" }
  credentials = each.value
  resources   = ["urn:api:orders"]
  scopes      = ["read", "write"]
}

data "apitoken_oauth2" "scoped" {
  for_each    = toset(["basic", "fosite_RS256"])
  credentials = each.key
  scopes      = ["read"]
}

output "tokens" {
  sensitive = true
  value = { for name, it in merge(data.apitoken_oauth2.this, { for name, it in data.apitoken_oauth2.scoped : "scoped_${name}" => it }) :
    name => { token = it.access_token, type = it.token_type, scope = it.scope, expires_in = it.expires_in }
  }
}

output "claims" {
  value = nonsensitive(provider::apitoken::jwt_decode(data.apitoken_oauth2.jwt.access_token)).claims
}
`

// Every way to authenticate, as data source and as ephemeral resource. Plan and
// apply are a process each, and each of them asks once for each set.
func testMethods(l *lab) {
	// Without a log, which would take long to search for so much: see testSecrecy.
	l.configure(each("data", "this", l.names(), ""), each("ephemeral", "this", l.names(), ""),
		l.handOverTo("this", 0), l.handOverTo("jwt", 0), methodOutputs)
	l.Must(l.t, "plan", "-out="+savedPlan)
	l.Must(l.t, "apply", savedPlan)

	var tokens map[string]given
	l.output("tokens", &tokens)
	for _, c := range l.clients {
		l.checkGiven(c, tokens[c.name])
		l.checkAsked(c)
	}
	all := map[string]string{}
	for _, tokens := range l.handedOver() {
		maps.Copy(all, tokens)
	}
	if len(all) != len(l.clients)+1 {
		l.t.Errorf("provisioners got %d tokens, want %d", len(all), len(l.clients)+1)
	}
	for _, name := range []string{"scoped_basic", "scoped_fosite_RS256"} {
		if tokens[name].Scope != "read" {
			l.t.Errorf("%s has the scope %q", name, tokens[name].Scope)
		}
	}
	confirmation, _ := l.servers[atOIDC].about(l.t, tokens["bound"].Token)["cnf"].(map[string]any)
	if confirmation["x5t#S256"] == nil {
		l.t.Error("a token asked for with a certificate is not bound to it")
	}
	var decoded claims
	l.output("claims", &decoded)
	l.check(decoded)
	l.check(l.decode(all["a JWT"]))
	l.MustNotHold(l.t, append(l.secretNeedles(), l.sentNeedles()...)...)
}

func (l *lab) output(name string, into any) {
	l.t.Helper()
	if err := json.Unmarshal([]byte(l.Must(l.t, "output", "-json", name).Stdout), into); err != nil {
		l.t.Fatal(err)
	}
}

func (l *lab) checkGiven(c client, token given) {
	l.t.Helper()
	answer := l.servers[c.at].about(l.t, token.Token)
	if !isActive(answer) || answer["client_id"] != c.id {
		l.t.Errorf("%s: introspection says %v", c.name, answer)
	}
	if !strings.EqualFold(token.Type, "Bearer") || token.ExpiresIn < 590 || token.ExpiresIn > 600 {
		l.t.Errorf("%s: got a %s that expires in %v s", c.name, token.Type, token.ExpiresIn)
	}
}

// checkAsked makes sure that the server was asked by plan and by apply, for
// what data source and ephemeral resource share, and each time proved afresh.
func (l *lab) checkAsked(c client) {
	l.t.Helper()
	var proofs []string
	asked := 0
	for _, e := range l.said("token", c) {
		if e.Status != 200 {
			l.t.Errorf("%s: the answer was %d, %v", c.name, e.Status, e.Answer)
		}
		if proof := e.form("client_assertion"); proof != "" {
			proofs = append(proofs, proof)
		}
		if e.form("scope") == "" {
			asked++
		}
	}
	if asked != 2 {
		l.t.Errorf("%s: the server was asked %d times, want 2", c.name, asked)
	}
	slices.Sort(proofs)
	if repeated := len(proofs) - len(slices.Compact(proofs)); repeated != 0 {
		l.t.Errorf("%s: %d assertions were sent again", c.name, repeated)
	}
}

// claims are what oidc-provider writes into a JWT.
type claims struct {
	Issuer   string `json:"iss"`
	Audience string `json:"aud"`
	Client   string `json:"client_id"`
	Scope    string `json:"scope"`
}

func (l *lab) check(got claims) {
	l.t.Helper()
	want := claims{Issuer: l.servers[atOIDC].URL, Audience: "urn:api:orders", Client: "methods.post", Scope: "read write"}
	if got != want {
		l.t.Errorf("the claims are %+v, want %+v", got, want)
	}
}

func (l *lab) decode(token string) claims {
	l.t.Helper()
	var found claims
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.ES256})
	if err == nil {
		err = parsed.UnsafeClaimsWithoutVerification(&found)
	}
	if err != nil {
		l.t.Error(err)
	}
	return found
}

// secretNeedles are what the variables hold.
func (l *lab) secretNeedles() []clitest.Needle {
	l.t.Helper()
	secrets := map[string]string{}
	if err := json.Unmarshal([]byte(l.Env["TF_VAR_secrets"]), &secrets); err != nil {
		l.t.Fatal(err)
	}
	var needles []clitest.Needle
	for name, value := range secrets {
		needles = append(needles, clitest.Needle{Name: name, Value: value})
	}
	return needles
}

// sentNeedles are what the clients have sent that is nobody else's business.
func (l *lab) sentNeedles() []clitest.Needle {
	l.t.Helper()
	var needles []clitest.Needle
	for _, c := range l.clients {
		for _, e := range slices.Concat(l.said("token", c), l.said("revocation", c)) {
			for _, name := range sentSecrets() {
				if value := e.form(name); value != "" {
					needles = append(needles, clitest.Needle{Name: c.name + ": " + name, Value: value})
				}
			}
		}
	}
	return needles
}

func sentSecrets() []string {
	return []string{"client_secret", "client_assertion", "assertion", "refresh_token", "password", "subject_token", "actor_token"}
}
