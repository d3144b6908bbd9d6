package token

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	answers "github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// longestJWT is the size in bytes over which a JWT is not looked into.
const longestJWT = 1 << 14

// presented is an assertion or a token that was sent to prove something.
type presented struct {
	// name is the parameter that carries it, or jwt.
	name string
	// source is where it comes from.
	source Source
	// signed is how it was signed here; nil: it was made elsewhere.
	signed *SignedJWT
	value  said.Secret
}

// present is get for an assertion, which an error about a refusal describes.
func (c *call) present(ctx context.Context, name string, source Source) (said.Secret, error) {
	value, err := c.get(ctx, source)
	if err != nil {
		return value, ofSource(name, source, err)
	}
	p := presented{name: name, source: source, value: value}
	if signed, ok := source.(SignedJWT); ok {
		p.signed = &signed
	}
	c.presented = append(c.presented, p)
	return value, nil
}

// what is what messages call it.
func (p presented) what() string {
	switch p.name {
	case "client_assertion":
		return "client assertion"
	case "subject_token", "actor_token":
		return strings.ReplaceAll(p.name, "_", " ")
	case "jwt":
		return "JWT"
	default:
		return p.name
	}
}

// holds says what a JWT that was sent held and, if it was signed here, which
// attribute sets each; "" for what is not a JWT. Its other claims are not told.
func (p presented) holds(x *Exchange, now time.Time) string {
	raw := p.value.Reveal()
	if len(raw) > longestJWT {
		return ""
	}
	header, claims, err := answers.DecodeJWT(raw)
	switch {
	case err != nil && p.name == "client_assertion":
		return "The client assertion is not a JWT."
	case err != nil:
		return p.isNone(x)
	}
	var held []string
	judge := p.judge(x)
	for _, name := range []string{"iss", "sub", "aud"} {
		value := shown(judge, claims[name])
		held = append(held, named(name, value, p.setter(x, name, value)))
	}
	if p.signed != nil {
		held = append(held, named("kid", shown(judge, header["kid"]), "key_id"), named("alg", shown(judge, header["alg"]), "signing_algorithm"))
	}
	if p.hasKeyPair() {
		held = append(held, map[bool]string{true: "x5t (of the certificate in private_key_pem)", false: "no x5t (private_key_pem has no certificate)"}[hasThumbprint(header)])
	}
	text := "The " + p.what() + " had " + strings.Join(held[:len(held)-1], ", ") + " and " + held[len(held)-1] + "."
	if p.isExpired(now) {
		text += " It expired at " + answers.JWTExpiry(raw).Format(time.RFC3339) + "."
	}
	return text
}

// hasKeyPair reports whether a private key has signed it, and not a shared secret.
func (p presented) hasKeyPair() bool {
	return p.signed != nil && !strings.HasPrefix(p.signed.Algorithm, "HS")
}

// decoded returns the header and the claims of a JWT, which a judge has to show.
func (p presented) decoded() (header, claims map[string]any, err error) {
	return answers.DecodeJWT(p.value.Reveal())
}

// lacksThumbprint reports whether it names no certificate.
func (p presented) lacksThumbprint() bool {
	header, _, err := p.decoded()
	return err == nil && !hasThumbprint(header)
}

func hasThumbprint(header map[string]any) bool {
	return header["x5t"] != nil || header["x5t#S256"] != nil
}

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
func (p presented) audience() string {
	_, claims, err := p.decoded()
	if err != nil {
		return ""
	}
	audience, _ := claims["aud"].(string)
	return audience
}

// judge returns who decides what of the assertion may be said: nothing that is secret
// in any set, which may be in a claim by mistake.
func (p presented) judge(x *Exchange) *said.Judge {
	secrets := slices.Clip(x.Secrets)
	if p.signed != nil {
		secrets = append(secrets, said.Entry{Name: "private_key_pem", Value: p.signed.Key}, said.Entry{Name: "private_key_passphrase", Value: p.signed.Passphrase})
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
func (p presented) setter(x *Exchange, name, value string) string {
	if p.signed == nil {
		return ""
	}
	given := p.signed.given()
	switch {
	case slices.Contains(given, name):
		return "claims"
	case name == "aud" && p.name == "client_assertion":
		return "assertion_audience" + p.audienceDefault(x, value)
	case name == "aud":
		return "claims" + p.audienceDefault(x, value)
	case name == "iss" && p.signed.Issuer != "", name == "sub" && p.signed.Subject != "":
		return "client_id"
	default:
		return "claims"
	}
}

// audienceDefault says where an audience is from that the user has not chosen; "" if
// that is not known.
func (p presented) audienceDefault(x *Exchange, value string) string {
	switch {
	case p.hasChosenAudience(x):
		return ""
	case value == x.Issuer:
		return ", by default issuer"
	case value == x.Request.URL:
		return ", by default the token endpoint"
	default:
		return ""
	}
}

// hasChosenAudience reports whether the user has said which audience a JWT that was
// signed here has.
func (p presented) hasChosenAudience(x *Exchange) bool {
	auth, _ := x.Request.Auth.(ClientAssertion)
	return p.name == "client_assertion" && auth.AudienceSet || slices.Contains(p.signed.given(), "aud")
}

// given returns the names of the claims that the user has set.
func (s SignedJWT) given() []string { return topKeys(s.Claims.Reveal()) }

// held says what each JWT held that was sent.
func (x *Exchange) held(a *answer) []string {
	var all []string
	for _, p := range a.presented {
		if text := p.holds(x, a.received); text != "" {
			all = append(all, text)
		}
	}
	return all
}
