package service

import (
	"maps"
	"slices"

	provider "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// jwt is any API whose token is a JWT that the client signs itself. No request is made.
func jwt() Service {
	return Service{
		Name:      "jwt",
		Title:     "JWTs that are signed here",
		Gives:     "A JWT that is signed here, for APIs that accept it as their access token. No request is made",
		IsLocal:   true,
		Set:       jwtSet(),
		Needed:    []string{"private_key_pem"},
		needsVary: true,
		rules: []rule{
			signedRules(), basicRule,
			first(authorizationRule, useRule("", func(values) given { return given{} }, "headers", "basic_auth")),
		},
		warn:     warnOfJWT,
		response: func(values) token.Response { return token.Response{Token: answer.MustPath("body:"), IsDescribed: true} },
		exchange: func(v values, x *token.Exchange) {
			x.Request = token.Request{Local: signedJWT(v, source.Signed{OnlyTimes: true})}
			v.describeUse(x)
		},
	}
}

// jwtSet returns the attributes of a credential set of jwt: those of signed, of which
// no claims but times are added here, and how the API expects the JWT.
func jwtSet() map[string]provider.Attribute {
	return merged(signedAttributes(), map[string]provider.Attribute{
		"claims": OptionalSecret("The claims of the JWT: `jsonencode({ … })`. Of missing claims only `iat` and `exp` are added, so write all others, such as `iss` and `aud`. "+
			"A claim that is `null` is left out, and not added either. `{uuid}`, `{time}`, `{time_ms}` and `{time_rfc3339}` insert a random UUID and the time, here and in "+
			"`header`. `iat`, `exp`, `nbf` and `auth_time` must be numbers: `\"{time}\"` becomes one. `{fingerprint}` inserts the fingerprint of the public key of `private_key_pem`, as Snowflake writes it: `SHA256:` and base64.",
			noPrivateKey("private_key_pem beside it")),
		"headers":    apiHeaders("."),
		"basic_auth": object("HTTP Basic for the API, if it expects the JWT there: `{ username = \"jwt\", password = \"{token}\" }`. Either this or `headers` must contain `{token}`.", basicAttributes()),
	})
}

// warnOfJWT warns of what in a set of jwt may be a mistake.
func warnOfJWT(req validator.ObjectRequest, resp *validator.ObjectResponse) {
	v := valuesOf(req.ConfigValue)
	warnOfShortSecret(req, resp)
	builtIns().warnOfJWT(&resp.Diagnostics, req.Path, v)
	names := append(slices.Sorted(maps.Keys(token.BuiltIns())), fingerprintName)
	for _, attribute := range []string{"claims", "header"} {
		warnOfDollar(&resp.Diagnostics, req.Path.AtName(attribute), v.at(attribute), names)
	}
}
