package service

import (
	"net/http"
	"strings"
	"time"

	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// custom is any HTTP token endpoint, described in HCL.
func custom() Service {
	return Service{
		Name:   "custom",
		Title:  "a token endpoint described in HCL",
		Set:    customSet(),
		Needed: []string{"request", "response"},
		rules:  []rule{revokeRule},
		Outputs: map[string]datasource.Attribute{
			"outputs": datasource.MapAttribute{
				Computed: true, Sensitive: true, ElementType: types.StringType,
				MarkdownDescription: "The values that `response.outputs` of the credential set selects. Those that are not strings are encoded as JSON.",
			},
		},
		Revocable: true,
		exchange:  customExchange,
	}
}

func customExchange(v values) token.Exchange {
	response, _ := v.object("response")
	request, _ := v.object("request")
	x := token.Exchange{
		Request:    customRequest("request", request),
		Response:   customResponse(response),
		Headers:    v.secretMap("headers"),
		DefaultTTL: v.duration("default_ttl"),
		Describe:   true,
		Advice:     customAdvice(),
	}
	if len(x.Headers) == 0 {
		x.Headers = bearer()
	}
	if revoke, ok := v.object("revoke"); ok {
		filled := customRequest("revoke", revoke)
		x.Revoke = &filled
	} else {
		// Without a URL, the engine's error about revoke_on_close names this attribute.
		x.Revoke = &token.Request{URLName: "revoke"}
	}
	return x
}

// customRequest returns the request that the set's attribute called name describes.
func customRequest(name string, v values) token.Request {
	r := token.Request{
		Method:      strings.ToUpper(v.text("method", "")),
		URL:         v.text("url", ""),
		URLName:     name + ".url",
		AllowHTTP:   v.flag("allow_http"),
		Template:    true,
		Headers:     v.secretMap("headers"),
		Query:       v.secretMap("query"),
		Body:        v.secret("body"),
		ContentType: v.text("content_type", ""),
		Certificate: clientCertificate(v),
	}
	if v.isSet("json") {
		r.Body, r.ContentType = v.secret("json"), v.text("content_type", token.ContentTypeJSON)
	}
	if v.isSet("form") {
		r.Form = token.Form{}
		for name, value := range v.secretMap("form") {
			r.Form[name] = []said.Secret{value} // NewForm would leave out what the user has set to ""
		}
	}
	if basic, ok := v.object("basic_auth"); ok {
		r.Auth = token.Basic{Username: basic.secret("username"), Password: basic.secret("password")}
	}
	if object, ok := v.object("jwt"); ok {
		signed := signedJWT(object, token.SignedJWT{})
		r.JWT = &signed
	}
	return r
}

func customResponse(v values) token.Response {
	r := token.Response{
		Token:         token.Path(v.text("token", "")),
		TokenBody:     v.flag("token_body"),
		TokenType:     token.Path(v.text("token_type", "")),
		ExpiresIn:     token.Path(v.text("expires_in", "")),
		ExpiresInUnit: unit(v.text("expires_in_unit", "s")),
		ExpiresAt:     token.Path(v.text("expires_at", "")),
		Success:       token.Path(v.text("success", "")),
		Error:         token.Path(v.text("error", "")),
		Outputs:       v.paths("outputs"),
	}
	if name := v.text("token_header", ""); name != "" {
		r.Token = token.HeaderPath(name)
	}
	return r
}

// unit returns the unit that a value of expires_in_unit names.
func unit(name string) time.Duration {
	switch name {
	case "ms":
		return time.Millisecond
	case "m":
		return time.Minute
	default:
		return time.Second
	}
}

// customAdvice is advice in terms of the attributes that describe an endpoint.
func customAdvice() map[int]string {
	const check = "Compare request with the vendor's page: "
	return map[int]string{
		http.StatusBadRequest:   check + "method, url, headers, query, and the names of the fields.",
		http.StatusUnauthorized: check + "the credentials, and where they go. The request is not repeated: repeated attempts with wrong credentials can lock the account.",
		http.StatusForbidden: check + "the credentials, and what the vendor lets them do. The answer may also come from a firewall or bot protection " +
			"in front of the endpoint: some of them want another User-Agent (headers).",
		http.StatusNotAcceptable:        check + "headers, where Accept names the media type of the answer.",
		http.StatusNotFound:             check + "url, including a trailing slash.",
		http.StatusMethodNotAllowed:     check + "method.",
		http.StatusUnsupportedMediaType: check + "json, form or body, and content_type.",
	}
}
