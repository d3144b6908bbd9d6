package service

import (
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// clientJSON is the request of an endpoint that accepts clientId and clientSecret in a
// JSON object.
func clientJSON(v values, tokenURL string) token.Request {
	return token.Request{
		URL:         v.text("token_url", tokenURL),
		AllowHTTP:   v.flag("allow_http"),
		ContentType: token.ContentTypeJSON,
		Body: token.JSONBody(map[string]string{
			"clientId":     v.text("client_id", ""),
			"clientSecret": v.text("client_secret", ""),
		}),
	}
}

// describeHeaders adds the headers for the API that a set names.
func (v values) describeHeaders(x *token.Exchange) {
	if headers := v.secretMap("headers"); len(headers) > 0 {
		x.Headers = headers
	}
}

// describeUse adds the headers and the HTTP Basic for the API that a set names.
func (v values) describeUse(x *token.Exchange) {
	v.describeHeaders(x)
	if !v.isSet("basic_auth") {
		return
	}
	basic := basicOf(v)
	x.Basic = &basic
	if len(v.textMap("headers")) == 0 {
		x.Headers = nil
	}
}

// header is the one header that carries the token.
func header(name, value string) map[string]said.Secret {
	return map[string]said.Secret{name: said.NewSecret(value)}
}
