package diagnostic

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// assertion is an assertion or a token that was sent to prove something.
type assertion struct {
	token.Presented
	r *report
	// header and claims are those of a JWT, which a judge has to show; empty: it is none.
	header, claims map[string]any
}

// assertions returns those that the request had.
func (r *report) assertions() []assertion {
	found := make([]assertion, 0, len(r.a.Presented))
	for _, p := range r.a.Presented {
		header, claims, _ := answer.DecodeJWT(p.Value.Reveal())
		found = append(found, assertion{p, r, header, claims})
	}
	return found
}

// longestJWT is the size in bytes over which a JWT is not looked into.
const longestJWT = 1 << 14

// what is what messages call it.
func (p assertion) what() string {
	if p.Name == "jwt" {
		return "JWT"
	}
	return strings.ReplaceAll(p.Name, "_", " ")
}

// holds says what a JWT that was sent held and, if it was signed here, which
// attribute sets each; "" for what is not a JWT. Its other claims are not told.
func (p assertion) holds(now time.Time) string {
	raw := p.Value.Reveal()
	if len(raw) > longestJWT {
		return ""
	}
	switch {
	case p.isComputed():
		return p.computation()
	case p.header == nil && p.Name == token.ClientAssertionName:
		return "The client assertion is not a JWT."
	case p.header == nil:
		return p.isNone()
	}
	var held []string
	judge := p.judge()
	for _, name := range []string{"iss", "sub", "aud"} {
		value := shown(judge, p.claims[name])
		held = append(held, named(name, value, p.setter(name, value)))
	}
	if p.Signed != nil {
		held = append(held, named("kid", shown(judge, p.header["kid"]), p.headerSetter("kid", "key_id")), named("alg", shown(judge, p.header["alg"]), "signing_algorithm"))
	}
	if text := p.thumbprint(); text != "" {
		held = append(held, text)
	}
	text := "The " + p.what() + " had " + strings.Join(held[:len(held)-1], ", ") + " and " + held[len(held)-1] + "."
	if p.isExpired(now) {
		text += " It expired at " + answer.JWTExpiry(raw).Format(time.RFC3339) + "."
	}
	return text
}

// headerSetter names the attribute that sets a field of the header of a JWT that was signed here.
func (p assertion) headerSetter(field, attribute string) string {
	if slices.Contains(topKeys(p.Signed.Header.Reveal()), field) {
		return "header"
	}
	return attribute
}

// thumbprint says whether a JWT that a key pair has signed names a certificate, and where that is from.
func (p assertion) thumbprint() string {
	switch {
	case !p.hasKeyPair():
		return ""
	case !p.hasThumbprint() && p.hasSigner():
		return "no x5t (header)"
	case !p.hasThumbprint():
		return "no x5t (private_key_pem has no certificate)"
	case p.headerSetter("x5t", "") != "", p.headerSetter("x5t#S256", "") != "":
		return "x5t (header)"
	}
	return "x5t (of the certificate in private_key_pem)"
}

// hasSigner reports whether a program has signed it.
func (p assertion) hasSigner() bool { return p.Signed != nil && len(p.Signed.Signer) > 0 }

// secretName names the attribute with the shared secret that has signed it.
func (r *report) secretName(secret said.Secret) string {
	isClients := func(entry said.Entry) bool { return entry.Name == "client_secret" && entry.Value.Equal(secret) }
	if slices.ContainsFunc(r.x.Secrets, isClients) {
		return "client_secret"
	}
	return "secret"
}

// hasKeyPair reports whether a private key has signed it, and not a shared secret.
func (p assertion) hasKeyPair() bool { return p.Signed != nil && !p.Signed.IsHMAC() }

// hasThumbprint reports whether a JWT names a certificate.
func (p assertion) hasThumbprint() bool { return p.header["x5t"] != nil || p.header["x5t#S256"] != nil }

// named says which value something has, and which attribute sets it.
func named(name, value, attribute string) string {
	text := "no " + name
	if value != "" {
		text = name + ` "` + value + `"`
	}
	if attribute != "" {
		text += " (" + attribute + ")"
	}
	return text
}

// audience returns the aud of a JWT; "" if there is none, or if it is a list.
func (p assertion) audience() string {
	audience, _ := p.claims["aud"].(string)
	return audience
}

// judge returns who decides what may be said of it: nothing that is secret in any set, by mistake in a claim.
func (p assertion) judge() *said.Judge {
	secrets := slices.Clip(p.r.x.Secrets)
	if p.Signed != nil {
		secrets = append(secrets, said.Entry{Name: "private_key_pem", Value: p.Signed.Key}, said.Entry{Name: "private_key_passphrase", Value: p.Signed.Passphrase},
			said.Entry{Name: "secret", Value: p.Signed.Secret})
	}
	return secrets.Judge()
}

// shown returns a claim or a header field as a message shows it.
func shown(judge *said.Judge, value any) string {
	var texts []string
	switch value := value.(type) {
	case string:
		texts = []string{value}
	case json.Number:
		texts = []string{value.String()}
	case []any:
		for _, element := range value {
			if text, ok := element.(string); ok {
				texts = append(texts, text)
			}
		}
	}
	return string(judge.Message(said.NewForeign(strings.Join(texts, ", "))))
}

// setter names the attribute that sets a claim of a JWT that was signed here.
func (p assertion) setter(name, value string) string {
	switch {
	case p.Signed == nil:
		return ""
	case slices.Contains(p.given(), name):
		return "claims"
	case name == "aud" && p.Name == token.ClientAssertionName:
		return "assertion_audience" + p.audienceDefault(value)
	case name == "aud":
		return "claims" + p.audienceDefault(value)
	case name == "iss" && p.Signed.Issuer != "", name == "sub" && p.Signed.Subject != "":
		return "client_id"
	}
	return "claims"
}

// audienceDefault says where an audience is from that the user has not chosen.
func (p assertion) audienceDefault(value string) string {
	switch {
	case p.hasChosenAudience():
		return ""
	case value == p.r.x.Issuer:
		return ", by default issuer"
	case value == p.r.x.Request.URL:
		return ", by default the token endpoint"
	}
	return ""
}

// hasChosenAudience reports whether the user has said which audience a JWT has that was signed here.
func (p assertion) hasChosenAudience() bool {
	auth, _ := p.r.x.Request.Auth.(token.ClientAssertion)
	return p.Name == token.ClientAssertionName && auth.AudienceSet || slices.Contains(p.given(), "aud")
}

// given returns the names of the claims that the user has set in a JWT that was signed here.
func (p assertion) given() []string { return topKeys(p.Signed.Claims.Reveal()) }

// held says what each JWT held that was sent.
func (r *report) held() []string {
	var all []string
	for _, p := range r.assertions() {
		if text := p.holds(r.a.Received); text != "" {
			all = append(all, text)
		}
	}
	return all
}
