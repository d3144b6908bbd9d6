package service

import (
	"strings"
	"sync"

	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// The values of client_auth: the IANA registry "OAuth Token Endpoint
// Authentication Methods".
const (
	authBasic      = "client_secret_basic"
	authPost       = "client_secret_post"
	authSecretJWT  = "client_secret_jwt"
	authPrivateKey = "private_key_jwt"
	authTLS        = "tls_client_auth"
	authTLSSelf    = "self_signed_tls_client_auth"
	authNone       = "none"
)

// clientAuths returns all values of client_auth.
func clientAuths() []string {
	return []string{authBasic, authPost, authSecretJWT, authPrivateKey, authTLS, authTLSSelf, authNone}
}

// auth returns client_auth; "" if it is not known yet.
func (v values) auth() string { return v.text("client_auth", authBasic) }

// The values of basic_encoding.
const (
	encodingForm = "form"
	encodingRaw  = "raw"
)

// The values of request_format.
const (
	formatForm = "form"
	formatJSON = "json"
)

// The values of grant that the provider knows the parameters of.
const (
	grantClientCredentials = "client_credentials"
	grantRefreshToken      = "refresh_token"
	grantPassword          = "password"
	grantJWTBearer         = "urn:ietf:params:oauth:grant-type:jwt-bearer"
	grantTokenExchange     = "urn:ietf:params:oauth:grant-type:token-exchange"
)

// oauth2 is any OAuth 2.0 token endpoint (RFC 6749 and its extensions).
func oauth2() Service {
	return Service{
		Name:        "oauth2",
		Title:       "an OAuth 2.0 or OpenID Connect token endpoint",
		Set:         oauth2Set(),
		Needed:      []string{"client_id", "client_secret", "token_url"},
		needsVary:   true,
		rules:       oauth2Rules(),
		warn:        warnOfAssertions,
		Environment: true,
		Inputs:      oauth2Inputs(),
		Outputs: map[string]datasource.Attribute{
			"scope":             Output("The granted scopes, in one string as in the response; the requested ones if the response does not say. To request scopes, set `scopes`."),
			"refresh_token":     SecretOutput("The refresh token; null if the response has none."),
			"id_token":          SecretOutput("The OpenID Connect ID token; null if the response has none."),
			"issued_token_type": Output("The type of the token that a token exchange (RFC 8693) issued; null if the response does not say."),
			"outputs":           outputsOf("outputs"),
		},
		Revocable:         true,
		RevocationURLName: "revocation_url",
		OtherAnswer: "If the endpoint has its own names for the token and its lifetime, describe it in a set of custom, where response.token says " +
			"where the token is.",
		response: oauth2Response,
		exchange: oauth2Exchange,
		conflict: paramsRule,
	}
}

// oauth2Lifetime finds the lifetime: expires_in is in seconds (RFC 6749, section 5.1), but
// Zoho has milliseconds there, and the seconds beside it. A name that says its unit wins.
const oauth2Lifetime = "expires_in_sec || expires_in_secs || expires_in_seconds || expires_in_ms && join('', [to_string(expires_in_ms), 'ms']) || expires_in"

// oauth2Expiry finds the time of expiry in a response that has no lifetime. Its name
// is in no RFC: Square and Strava call it expires_at, Azure expires_on.
const oauth2Expiry = "[@][?!expires_in] | [0] | expires_on || expires_at"

func oauth2Response(set values) token.Response {
	response := oauth2Paths()
	response.Outputs = set.paths("outputs")
	return response
}

// oauth2Paths are where the values of every response are.
var oauth2Paths = sync.OnceValue(func() token.Response {
	return token.Response{
		Token:     answer.MustPath("access_token"),
		TokenType: answer.MustPath("token_type"),
		ExpiresIn: answer.MustPath(oauth2Lifetime),
		ExpiresAt: answer.MustPath(oauth2Expiry),
		Fields: map[string]answer.Path{
			"scope":             answer.MustPath("scope"),
			"refresh_token":     answer.MustPath("refresh_token"),
			"id_token":          answer.MustPath("id_token"),
			"issued_token_type": answer.MustPath("issued_token_type"),
		},
	}
})

func oauth2Exchange(v values, x *token.Exchange) {
	scope, ok := v.textMap("params")["scope"]
	if !ok {
		scope = strings.Join(v.texts("scopes"), " ")
	}
	x.Issuer = v.text("issuer", "")
	x.Request = token.Request{
		URL:         v.text("token_url", ""),
		AllowHTTP:   v.flag("allow_http"),
		Headers:     v.secretMap("request_headers"),
		Form:        oauth2Form(v, scope),
		AsJSON:      v.text("request_format", formatForm) == formatJSON,
		Sources:     oauth2Sources(v),
		Auth:        oauth2Auth(v),
		Certificate: clientCertificate(v),
	}
	x.DefaultTTL = v.duration("default_ttl")
	x.KeepRefreshToken = v.flag(KeepRefreshToken)
	v.describeHeaders(x)
	x.Revoke = &token.Request{
		URL:         v.text("revocation_url", ""),
		AllowHTTP:   x.Request.AllowHTTP,
		Headers:     x.Request.Headers,
		Form:        token.NewForm(map[string]string{"token": "{token}", "token_type_hint": "access_token"}),
		Auth:        x.Request.Auth,
		Certificate: x.Request.Certificate,
	}
	if scope != "" {
		// A response without scope grants the requested one (RFC 6749, section 5.1).
		x.Response.FieldDefaults = map[string]string{"scope": scope}
	}
}

// oauth2Form returns the parameters of the grant. params override them.
func oauth2Form(v values, scope string) token.Form {
	fields := map[string]string{
		"grant_type": v.text("grant", grantClientCredentials),
		"scope":      scope,
	}
	for _, name := range []string{
		"audience", "refresh_token", "username", "password",
		"subject_token_type", "actor_token_type", "requested_token_type",
	} {
		fields[name] = v.text(name, "")
	}
	form := token.NewForm(fields)
	for _, resource := range v.texts("resources") {
		form["resource"] = append(form["resource"], said.NewSecret(resource))
	}
	for name, value := range v.secretMap("params") {
		form[name] = []said.Secret{value} // also an empty one, which the user has set
	}
	return form
}

func oauth2Sources(v values) map[string]source.Source {
	sources := map[string]source.Source{}
	for _, name := range []string{"assertion", "subject_token", "actor_token"} {
		if _, overrides := v.param(name); !overrides && v.isSet(name) {
			sources[name] = sourceOf(v.object(name), source.Signed{Issuer: v.text("client_id", "")})
		}
	}
	return sources
}

func oauth2Auth(v values) token.ClientAuth {
	id, secret := v.text("client_id", ""), v.secret("client_secret")
	switch v.auth() {
	case authPost:
		return token.ClientSecretPost{ID: id, Secret: secret}
	case authSecretJWT, authPrivateKey:
		return token.ClientAssertion{ID: id, Assertion: clientAssertion(v), AudienceSet: v.isSet("assertion_audience")}
	case authTLS, authTLSSelf, authNone:
		return token.ClientID{ID: id}
	default:
		return token.ClientSecretBasic{ID: id, Secret: secret, Raw: v.text("basic_encoding", encodingForm) == encodingRaw}
	}
}

// clientAssertion returns the source of the client assertion: client_assertion, or a
// JWT signed with the set's key or secret.
func clientAssertion(v values) source.Source {
	if v.isSet("client_assertion") {
		return sourceOf(v.object("client_assertion"), clientClaims(v))
	}
	return signedClientAssertion(v)
}

func signedClientAssertion(v values) source.Signed {
	signed := clientClaims(v)
	signed.Algorithm = v.text("signing_algorithm", "")
	signed.KeyID = v.text("key_id", "")
	if v.auth() == authSecretJWT {
		signed.Secret = v.secret("client_secret")
	} else {
		signed.Key, signed.Passphrase = v.secret("private_key_pem"), v.secret("private_key_passphrase")
	}
	return signed
}

// clientClaims returns a JWT with the claims of a client assertion (RFC 7523,
// section 3), without a key.
func clientClaims(v values) source.Signed {
	id := v.text("client_id", "")
	return source.Signed{
		Issuer:   id,
		Subject:  id,
		Audience: v.text("assertion_audience", v.text("issuer", v.text("token_url", ""))),
	}
}
