package service

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// oauth2Rules returns the rules between the attributes of a credential set of oauth2.
// Values that are not known yet pass: they are validated again once they are known.
func oauth2Rules() []rule {
	return []rule{
		endpointRule,
		first(requestHeadersRule, paramsRule, assertionRule, unusedRule, certificateRule, clientRule, rawRule, keyRule),
		first(grantRule, keepRule),
		useRule("request_headers", func(v values) given { return given{outputs: read[types.Map](v, "outputs"), outputsAt: "outputs"} }, "headers"),
	}
}

func endpointRule(v values) *RuleError {
	if v.isSet("token_url") || v.isSet("issuer") {
		return nil
	}
	return &RuleError{"token_url", "No token endpoint", "Set token_url, the URL of the token endpoint, or issuer, whose metadata names the " +
		"token endpoint. " + misspelt}
}

// clientRule requires the attributes that client_auth needs.
func clientRule(v values) *RuleError {
	auth := v.auth()
	why := fmt.Sprintf("client_auth = %q needs it", auth)
	var p *RuleError
	switch auth {
	case authBasic, authPost, authSecretJWT:
		p = missing(v, why, "client_id", "client_secret")
	case authTLS, authTLSSelf:
		p = missing(v, why, "client_id", "client_certificate_pem")
	case authPrivateKey:
		if v.isSet("client_assertion") {
			return nil
		}
		if p = missing(v, why, "client_id"); p == nil {
			p = missing(v, why+" or client_assertion", "private_key_pem")
		}
	}
	if p != nil {
		p.Detail += environmentUnread("oauth2")
	}
	return p
}

// rawRule requires a client id that HTTP Basic can carry unchanged.
func rawRule(v values) *RuleError {
	auth, encoding := v.auth(), v.text("basic_encoding", encodingForm)
	if auth != authBasic || encoding != encodingRaw || !strings.Contains(v.text("client_id", ""), ":") {
		return nil
	}
	return &RuleError{"basic_encoding", "Client ID has a colon", fmt.Sprintf("client_id has a colon, which HTTP Basic cannot carry (RFC 7617, section 2) with "+
		"basic_encoding = %q. Set basic_encoding = %q, or client_auth = %q.", encodingRaw, encodingForm, authPost)}
}

// assertionRule requires that client_assertion is sent, and is the only assertion.
func assertionRule(v values) *RuleError {
	if !v.isGiven("client_assertion") || !slices.Contains(clientAuths(), v.auth()) {
		return nil // it is not known yet, or its own validator says so
	}
	switch {
	case v.auth() != authPrivateKey:
		return &RuleError{"client_assertion", "Client assertion is not used", fmt.Sprintf("client_assertion is only sent with client_auth = %q.", authPrivateKey)}
	case v.isGiven("private_key_pem"):
		return &RuleError{"client_assertion", "Two client assertions", "private_key_pem signs a client assertion and client_assertion is another one: " +
			"set one of the two."}
	}
	return nil
}

// unusedRule requires that client_auth uses the attributes that are set for it.
func unusedRule(v values) *RuleError {
	auth := v.auth()
	if !slices.Contains(clientAuths(), auth) {
		return nil // it is not known yet, or its own validator says so
	}
	keyed := []string{authPrivateKey, authSecretJWT}
	for _, user := range []struct {
		attribute string
		auths     []string
	}{
		{"assertion_audience", keyed},
		{"basic_encoding", []string{authBasic}},
		{"client_secret", []string{authBasic, authPost, authSecretJWT}},
		{"key_id", keyed},
		{"private_key_passphrase", []string{authPrivateKey}},
		{"private_key_pem", []string{authPrivateKey}},
		{"signing_algorithm", keyed},
	} {
		if v.isGiven(user.attribute) && !slices.Contains(user.auths, auth) {
			return &RuleError{user.attribute, "Not used by client_auth", fmt.Sprintf("%s is only used with client_auth = %s, but client_auth is %q.",
				user.attribute, orQuoted(user.auths), auth)}
		}
	}
	return nil
}

func orQuoted(names []string) string { return `"` + strings.Join(names, `" or "`) + `"` }

// grantParameters returns the attributes that belong to each grant that the provider knows.
func grantParameters() map[string][]string {
	return map[string][]string{
		grantClientCredentials: nil,
		grantPassword:          {"username", "password"},
		grantRefreshToken:      {"refresh_token"},
		grantJWTBearer:         {"assertion"},
		grantTokenExchange:     {"subject_token", "subject_token_type", "actor_token", "actor_token_type", "requested_token_type"},
	}
}

// grantRule requires the attributes that the grant needs, and none that only another
// grant uses.
func grantRule(v values) *RuleError {
	grant := v.text("grant", grantClientCredentials)
	parameters := grantParameters()
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
	if p := missing(v, fmt.Sprintf("grant = %q needs it", grant), needed...); p != nil {
		return p
	}
	for _, other := range slices.Sorted(maps.Keys(parameters)) {
		for _, name := range parameters[other] {
			if v.isGiven(name) && !slices.Contains(own, name) {
				return &RuleError{name, "Not used by the grant", fmt.Sprintf("%s is only used with grant = %q, but grant is %q.", name, other, grant)}
			}
		}
	}
	return nil
}

// KeepRefreshToken is the attribute that keeps the newest refresh token.
const KeepRefreshToken = "keep_refresh_token"

// keepRule requires that there is a refresh token to keep.
func keepRule(v values) *RuleError {
	grant := v.text("grant", grantClientCredentials)
	if !v.isGiven(KeepRefreshToken) || !v.flag(KeepRefreshToken) || grant == grantRefreshToken || !v.known("grant") {
		return nil
	}
	return &RuleError{KeepRefreshToken, "Not used by the grant", fmt.Sprintf("%s is only used with grant = %q, but grant is %q.", KeepRefreshToken, grantRefreshToken, grant)}
}

// KeepsRefreshToken reports whether a set is known to keep the newest refresh token.
func (s CredentialSet) KeepsRefreshToken() bool {
	keep, _ := s.Attributes.Attributes()[KeepRefreshToken].(types.Bool)
	return keep.ValueBool()
}

// inParams reports whether params have the parameter, or may turn out to have it.
func (v values) inParams(name string) bool {
	params := read[types.Map](v, "params")
	_, ok := present(params)[name]
	return ok || params.IsUnknown()
}
