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
func testMethods(l *serverLab) {
	// Without a log, which would take long to search for so much: see testSecrecy.
	l.configure(each("data", "this", l.names(), ""), each("ephemeral", "this", l.names(), ""),
		l.handOverTo("this", 0), l.handOverTo("jwt", 0), methodOutputs)
	l.Must("plan", "-out="+savedPlan)
	l.Must("apply", savedPlan)

	var tokens map[string]given
	l.Output("tokens", &tokens)
	for _, c := range l.clients {
		l.checkGiven(c, tokens[c.name])
		l.checkAsked(c)
	}
	all := map[string]string{}
	for _, tokens := range l.handedOver() {
		maps.Copy(all, tokens)
	}
	if len(all) != len(l.clients)+1 {
		l.T.Errorf("provisioners got %d tokens, want %d", len(all), len(l.clients)+1)
	}
	for _, name := range []string{"scoped_basic", "scoped_fosite_RS256"} {
		if tokens[name].Scope != "read" {
			l.T.Errorf("%s has the scope %q", name, tokens[name].Scope)
		}
	}
	confirmation, _ := l.servers[atOIDC].about(l.T, tokens["bound"].Token)["cnf"].(map[string]any)
	if confirmation["x5t#S256"] == nil {
		l.T.Error("a token asked for with a certificate is not bound to it")
	}
	var decoded claims
	l.Output("claims", &decoded)
	l.check(decoded)
	l.check(l.decode(all["a JWT"]))
	l.MustNotHold(append(l.secretNeedles(), l.sentNeedles()...)...)
}

func (l *serverLab) checkGiven(c client, token given) {
	l.T.Helper()
	answer := l.servers[c.at].about(l.T, token.Token)
	if !isActive(answer) || answer["client_id"] != c.id {
		l.T.Errorf("%s: introspection says %v", c.name, answer)
	}
	if !strings.EqualFold(token.Type, "Bearer") || token.ExpiresIn < 590 || token.ExpiresIn > 600 {
		l.T.Errorf("%s: got a %s that expires in %v s", c.name, token.Type, token.ExpiresIn)
	}
}

// checkAsked makes sure that the server was asked by plan and by apply, for
// what data source and ephemeral resource share, and each time proved afresh.
func (l *serverLab) checkAsked(c client) {
	l.T.Helper()
	var proofs []string
	asked := 0
	for _, e := range l.said("token", c) {
		if e.Status != 200 {
			l.T.Errorf("%s: the response was %d, %v", c.name, e.Status, e.Answer)
		}
		if proof := e.form("client_assertion"); proof != "" {
			proofs = append(proofs, proof)
		}
		if e.form("scope") == "" {
			asked++
		}
	}
	if asked != 2 {
		l.T.Errorf("%s: the server was asked %d times, want 2", c.name, asked)
	}
	slices.Sort(proofs)
	if repeated := len(proofs) - len(slices.Compact(proofs)); repeated != 0 {
		l.T.Errorf("%s: %d assertions were sent again", c.name, repeated)
	}
}

// claims are what oidc-provider writes into a JWT.
type claims struct {
	Issuer   string `json:"iss"`
	Audience string `json:"aud"`
	Client   string `json:"client_id"`
	Scope    string `json:"scope"`
}

func (l *serverLab) check(got claims) {
	l.T.Helper()
	want := claims{Issuer: l.servers[atOIDC].URL, Audience: "urn:api:orders", Client: "methods.post", Scope: "read write"}
	if got != want {
		l.T.Errorf("the claims are %+v, want %+v", got, want)
	}
}

func (l *serverLab) decode(token string) claims {
	l.T.Helper()
	var found claims
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.ES256})
	if err == nil {
		err = parsed.UnsafeClaimsWithoutVerification(&found)
	}
	if err != nil {
		l.T.Error(err)
	}
	return found
}

// secretNeedles are what the variables hold.
func (l *serverLab) secretNeedles() []clitest.Needle {
	l.T.Helper()
	secrets := map[string]string{}
	clitest.OK(l.T, json.Unmarshal([]byte(l.Env["TF_VAR_secrets"]), &secrets))
	var needles []clitest.Needle
	for name, value := range secrets {
		needles = append(needles, clitest.Needle{Name: name, Value: value})
	}
	return needles
}

// sentNeedles are what the clients have sent that is nobody else's business.
func (l *serverLab) sentNeedles() []clitest.Needle {
	l.T.Helper()
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
