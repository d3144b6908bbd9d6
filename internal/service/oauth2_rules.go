package service

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// oauth2Rules are the rules between the attributes of a credential set of
// oauth2. Values that are not known yet pass: they are validated again once they
// are known.
type oauth2Rules struct{}

func (oauth2Rules) Description(context.Context) string { return "an endpoint, a client and a grant" }

func (oauth2Rules) MarkdownDescription(context.Context) string {
	return "an endpoint, a client and a grant"
}

// ValidateObject implements validator.Object.
func (oauth2Rules) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	report(req, resp,
		endpointRule,
		first(requestHeadersRule, paramsRule, assertionRule, unusedRule, certificateRule, clientRule, rawRule, keyRule),
		grantRule,
	)
}

func endpointRule(v values) *problem {
	if v.isSet("token_url") || v.isSet("issuer") {
		return nil
	}
	return &problem{
		"token_url", "No token endpoint",
		"Set token_url, the URL of the token endpoint, or issuer, whose metadata names the token endpoint. " + misspelt,
	}
}

// clientRule is that the set has what its client_auth needs.
func clientRule(v values) *problem {
	auth := v.text("client_auth", authBasic)
	needed := map[string][]string{
		authBasic:      {"client_id", "client_secret"},
		authPost:       {"client_id", "client_secret"},
		authSecretJWT:  {"client_id", "client_secret"},
		authPrivateKey: {"client_id", "private_key_pem"},
		authTLS:        {"client_id", "client_certificate_pem"},
		authTLSSelf:    {"client_id", "client_certificate_pem"},
	}[auth]
	if auth == authPrivateKey && v.isSet("client_assertion") {
		needed = nil
	}
	p := missing(v, needed, fmt.Sprintf("client_auth = %q", auth))
	if p != nil {
		if p.attribute == "private_key_pem" {
			p.detail = strings.TrimSuffix(p.detail, ".") + " or client_assertion."
		}
		p.detail += " " + setsAreWhole
	}
	return p
}

// rawRule is that HTTP Basic can carry the client id as it is.
func rawRule(v values) *problem {
	auth, encoding := v.text("client_auth", authBasic), v.text("basic_encoding", encodingForm)
	if auth != authBasic || encoding != encodingRaw || !strings.Contains(v.text("client_id", ""), ":") {
		return nil
	}
	return &problem{"basic_encoding", "Client id has a colon", fmt.Sprintf("client_id has a colon, which HTTP Basic cannot carry (RFC 7617, section 2) with "+
		"basic_encoding = %q. Set basic_encoding = %q, or client_auth = %q.", encodingRaw, encodingForm, authPost)}
}

func assertionRule(v values) *problem {
	if !v.isGiven("client_assertion") || !slices.Contains(clientAuths(), v.text("client_auth", authBasic)) {
		return nil // it is not known yet, or its own validator says so
	}
	switch {
	case v.text("client_auth", authBasic) != authPrivateKey:
		return &problem{
			"client_assertion", "Client assertion is not used",
			fmt.Sprintf("client_assertion is only sent with client_auth = %q.", authPrivateKey),
		}
	case v.isGiven("private_key_pem"):
		return &problem{
			"client_assertion", "Two client assertions",
			"private_key_pem signs a client assertion and client_assertion is another one: set one of the two.",
		}
	}
	return nil
}

// unusedRule is that the set has no attribute that its client_auth does not use.
func unusedRule(v values) *problem {
	auth := v.text("client_auth", authBasic)
	if !slices.Contains(clientAuths(), auth) {
		return nil // it is not known yet, or its own validator says so
	}
	users := map[string][]string{
		"basic_encoding":         {authBasic},
		"client_secret":          {authBasic, authPost, authSecretJWT},
		"private_key_pem":        {authPrivateKey},
		"private_key_passphrase": {authPrivateKey},
		"key_id":                 {authPrivateKey, authSecretJWT},
		"signing_algorithm":      {authPrivateKey, authSecretJWT},
		"assertion_audience":     {authPrivateKey, authSecretJWT},
	}
	for _, name := range slices.Sorted(maps.Keys(users)) {
		if v.isGiven(name) && !slices.Contains(users[name], auth) {
			return &problem{
				name, "Not used by client_auth",
				fmt.Sprintf("%s is only used with client_auth = %s, but client_auth is %q.", name, orQuoted(users[name]), auth),
			}
		}
	}
	return nil
}

func orQuoted(names []string) string { return `"` + strings.Join(names, `" or "`) + `"` }

// grantRule is that the set has what its grant needs, and no attribute that only
// another grant uses.
func grantRule(v values) *problem {
	parameters := map[string][]string{
		grantClientCredentials: nil,
		grantRefreshToken:      {"refresh_token"},
		grantPassword:          {"username", "password"},
		grantJWTBearer:         {"assertion"},
		grantTokenExchange:     {"subject_token", "subject_token_type", "actor_token", "actor_token_type", "requested_token_type"},
	}
	grant := v.text("grant", grantClientCredentials)
	own, known := parameters[grant]
	if !known {
		return nil
	}
	needed := own
	if grant == grantTokenExchange {
		needed = own[:2]
		if v.isGiven("actor_token") || v.isGiven("actor_token_type") {
			needed = own[:4]
		}
	}
	needed = slices.DeleteFunc(slices.Clone(needed), v.inParams)
	if p := missing(v, needed, fmt.Sprintf("grant = %q", grant)); p != nil {
		return p
	}
	for _, other := range slices.Sorted(maps.Keys(parameters)) {
		for _, name := range parameters[other] {
			if v.isGiven(name) && !slices.Contains(own, name) {
				return &problem{name, "Not used by the grant", fmt.Sprintf("%s is only used with grant = %q, but grant is %q.", name, other, grant)}
			}
		}
	}
	return nil
}

// inParams reports whether params have the parameter, or may turn out to have it.
func (v values) inParams(name string) bool {
	params, _ := v["params"].(types.Map)
	_, ok := present(params)[name]
	return ok || params.IsUnknown()
}

// misspelt is why an attribute that somebody has written may be missing.
const misspelt = "If you wrote it, check its spelling: inside { … }, attributes with an unknown name are ignored without an error."

// ifNone returns misspelt as a further sentence if nothing is set.
func ifNone(set []string) string {
	if len(set) > 0 {
		return ""
	}
	return " " + misspelt
}

// missing returns a problem with the first of the needed attributes that is not
// set; what needs it.
func missing(v values, needed []string, what string) *problem {
	for _, name := range needed {
		if !v.isSet(name) {
			return &problem{name, "Missing " + name, fmt.Sprintf("%s needs %s. %s", what, name, misspelt)}
		}
	}
	return nil
}
