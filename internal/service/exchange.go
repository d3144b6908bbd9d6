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

// describeUse adds what a set says about the token's use: its headers and its lifetime.
func (v values) describeUse(x *token.Exchange) {
	x.DefaultTTL = v.duration("default_ttl")
	if headers := v.secretMap("headers"); len(headers) > 0 {
		x.Headers = headers
	}
}

// header is the one header that carries the token.
func header(name, value string) map[string]said.Secret {
	return map[string]said.Secret{name: said.NewSecret(value)}
}
