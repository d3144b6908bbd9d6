package service

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

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
		first(assertionRule, unusedRule, certificateRule, clientRule, keyRule),
		grantRule,
	)
}

func endpointRule(v values) *problem {
	if v.isSet("token_url") || v.isSet("issuer") {
		return nil
	}
	return &problem{
		"token_url", "No token endpoint",
		"Set token_url, the URL of the token endpoint, or issuer, whose metadata names the token endpoint.",
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
		p.detail += " " + setsAreWhole
	}
	return p
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
		"basic_encoding":     {authBasic},
		"private_key_pem":    {authPrivateKey},
		"key_id":             {authPrivateKey, authSecretJWT},
		"signing_algorithm":  {authPrivateKey, authSecretJWT},
		"assertion_audience": {authPrivateKey, authSecretJWT},
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

// keyRule is that a client assertion can be signed with the set's key or secret.
func keyRule(v values) *problem {
	auth := v.text("client_auth", authBasic)
	attribute := map[string]string{authPrivateKey: "private_key_pem", authSecretJWT: "client_secret"}[auth]
	if !v.isSet(attribute) || !v.known(attribute, "signing_algorithm") {
		return nil
	}
	algorithm := v.text("signing_algorithm", "")
	if algorithm != "" && !slices.Contains(signingAlgorithms(), algorithm) || v.text("client_secret", "-") == "" {
		return nil // their own validators say so
	}
	if algorithm != "" && isHMAC(algorithm) != (auth == authSecretJWT) {
		return &problem{
			"signing_algorithm", "Algorithm does not fit",
			fmt.Sprintf("signing_algorithm = %q does not go with client_auth = %q: the HS algorithms sign with client_secret, all others with private_key_pem.",
				algorithm, auth),
		}
	}
	if err := signedClientAssertion(v).Check(); err != nil {
		return &problem{attribute, "Client assertion cannot be signed", attribute + " cannot be used: " + err.Error() + "."}
	}
	return nil
}

func certificateRule(v values) *problem {
	certificate, key := v.isSet("client_certificate_pem"), v.isSet("client_key_pem")
	if v.text("client_certificate_pem", "-") == "" || v.text("client_key_pem", "-") == "" {
		return nil // their own validators say so
	}
	switch {
	case v.isGiven("client_certificate_pem") && !key:
		return &problem{"client_key_pem", "No key for the certificate", "client_certificate_pem needs its private key in client_key_pem."}
	case v.isGiven("client_key_pem") && !certificate:
		return &problem{"client_certificate_pem", "No certificate for the key", "client_key_pem needs its certificate in client_certificate_pem."}
	case !certificate || !v.known("client_certificate_pem", "client_key_pem"):
		return nil
	}
	if err := clientCertificate(v).Check(time.Now()); err != nil {
		return &problem{"client_certificate_pem", "Client certificate cannot be used", "client_certificate_pem cannot be used: " + err.Error() + "."}
	}
	return nil
}

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

// missing returns a problem with the first of the needed attributes that is not
// set; what needs it.
func missing(v values, needed []string, what string) *problem {
	for _, name := range needed {
		if !v.isSet(name) {
			return &problem{name, "Missing " + name, fmt.Sprintf("%s needs %s.", what, name)}
		}
	}
	return nil
}
