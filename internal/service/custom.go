package service

import (
	"net/http"
	"slices"
	"strings"

	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// custom is any HTTP token endpoint, described in HCL.
func custom() Service {
	return Service{
		Name:              "custom",
		Title:             "a token endpoint described in HCL",
		Set:               customSet(),
		Needed:            []string{"request", "response"},
		rules:             customRules(),
		warn:              warnOfUnfilled,
		Outputs:           map[string]datasource.Attribute{"outputs": outputsOf("response.outputs")},
		Revocable:         true,
		RevocationURLName: "revoke.url",
		IsDescribed:       true,
		Advice:            customAdvice(),
		response:          customResponse,
		exchange:          customExchange,
	}
}

// customRules returns the rules between the attributes of a set of custom.
func customRules() []rule {
	return []rule{
		requestNamesRule,
		printedRule,
		revokeRule,
		basicRule,
		first(authorizationRule, useRule("request.headers", customNames, "headers", "basic_auth")),
		first(sourceNamesRule, circleRule, sourceOutputsRule, usedSourcesRule),
	}
}

func customExchange(v values, x *token.Exchange) {
	outputs := v.otherOutputs()
	x.Request = customRequest(v.object("request"), outputs)
	x.DefaultTTL = v.duration("default_ttl")
	v.describeUse(x)
	x.Revoke = &token.Request{} // without a URL, revoke_on_close is an error
	if v.isSet("revoke") {
		*x.Revoke = customRequest(v.object("revoke"), outputs)
	}
}

func basicOf(v values) token.Basic {
	basic := v.object("basic_auth")
	return token.Basic{Username: basic.secret("username"), Password: basic.secret("password")}
}

// otherOutputs returns the outputs of tokens of other sets that a set uses, by the name
// of their source.
func (v values) otherOutputs() map[string][]string {
	found := map[string][]string{}
	for _, place := range []string{"request", "headers", "basic_auth", "revoke"} {
		for _, name := range placeholders(v.at(place)) {
			if base, output, ok := strings.Cut(name, "."); ok && !slices.Contains(found[base], output) {
				found[base] = append(found[base], output)
			}
		}
	}
	return found
}

// namedOf returns the sources of a request, each after those that it names. outputs are
// those of tokens of other sets, by the name of their source.
func namedOf(request values, outputs map[string][]string) []token.Named {
	sources := sourcesOf(request)
	needs := needsOf(sources)
	needAudience(needs, sources, request.placeholdersIn("url"))
	order, _ := inOrder(needs)
	var named []token.Named
	for _, name := range order {
		from := sourceOf(sources[name], source.Signed{})
		if other, ok := from.(source.Credentials); ok {
			other.Outputs = slices.Sorted(slices.Values(outputs[name]))
			from = other
		}
		named = append(named, token.Named{Name: name, Source: from})
	}
	return named
}

// customRequest returns the request that an object describes. outputs are those of tokens
// of other sets, by the name of their source.
func customRequest(v values, outputs map[string][]string) token.Request {
	if _, may := v["program"]; may && v.isSet("program") {
		return token.Request{Local: source.Program{Args: v.texts("program"), Raw: true}}
	}
	r := token.Request{
		Method:      strings.ToUpper(v.text("method", "")),
		URL:         v.text("url", ""),
		AllowHTTP:   v.flag("allow_http"),
		Template:    true,
		Headers:     v.secretMap("headers"),
		Query:       v.secretMap("query"),
		Body:        v.secret("body"),
		ContentType: v.text("content_type", ""),
		Certificate: clientCertificate(v),
		Named:       namedOf(v, outputs),
	}
	if v.isSet("json") {
		r.BodyIsJSON = true
		r.Body, r.ContentType = v.secret("json"), v.text("content_type", token.ContentTypeJSON)
	}
	if v.isSet("form") {
		r.Form = token.Form{}
		for name, value := range v.secretMap("form") {
			r.Form[name] = []said.Secret{value} // NewForm would leave out what the user has set to ""
		}
	}
	if v.isSet("basic_auth") {
		r.Auth = basicOf(v)
	}
	return r
}

func customResponse(set values) token.Response {
	v := set.object("response")
	return token.Response{
		Token:           v.path("token"),
		TokenType:       v.path("token_type"),
		ExpiresIn:       v.path("expires_in"),
		ExpiresInUnit:   units[v.text("expires_in_unit", "s")],
		ExpiresAt:       v.path("expires_at"),
		SuccessStatuses: v.statuses("success_statuses"),
		Success:         v.path("success"),
		Error:           v.path("error"),
		Outputs:         v.paths("outputs"),
		IsDescribed:     true,
	}
}

// customAdvice is advice in terms of the attributes that describe an endpoint.
func customAdvice() map[int]string {
	const check = "Compare request with the vendor's page: "
	return map[int]string{
		http.StatusBadRequest: check + "method, url, headers, query, and the names of the fields.",
		http.StatusUnauthorized: check + "the credentials, the names of their fields and where they go, and url: some vendors answer like this for a wrong path. " +
			"The request is not repeated: repeated attempts with wrong credentials can lock the account.",
		http.StatusForbidden: check + "the credentials, and what the vendor lets them do. The response may also come from a firewall or bot protection " +
			"in front of the endpoint: some of them want another User-Agent (request.headers).",
		http.StatusNotAcceptable:        check + "request.headers, where Accept names the media type of the response.",
		http.StatusNotFound:             check + "url, including a trailing slash.",
		http.StatusMethodNotAllowed:     check + "method.",
		http.StatusUnsupportedMediaType: check + "json, form or body, and content_type.",
	}
}
