package token

import (
	"encoding/json"
	"mime"
	"net/url"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// fill returns the request with each {NAME} replaced by its value: escaped in
// the URL and in a JSON body, unchanged in headers and in what is encoded later.
// In a request that is not a template only the form has them.
func (r *Request) fill(values map[string]said.Secret) Request {
	plain := replacer(values, asIs)
	filled := *r
	filled.Form = make(Form, len(r.Form))
	for name, fields := range r.Form {
		for _, value := range fields {
			filled.Form[name] = append(filled.Form[name], fillText(value, plain))
		}
	}
	if !r.Template {
		return filled
	}
	body := plain
	if r.isJSON() {
		body = replacer(values, jsonEscape)
	}
	filled.URL = fillURL(r.URL, values)
	filled.Headers = fillMap(r.Headers, plain)
	filled.Query = fillMap(r.Query, plain)
	filled.Body = fillText(r.Body, body)
	if basic, ok := r.Auth.(Basic); ok {
		filled.Auth = Basic{Username: fillText(basic.Username, plain), Password: fillText(basic.Password, plain)}
	}
	return filled
}

// fillURL returns a URL with each {NAME} replaced by its value, escaped.
func fillURL(template string, values map[string]said.Secret) string {
	path, query, hasQuery := strings.Cut(template, "?")
	filled := replacer(values, url.PathEscape).Replace(path)
	if hasQuery {
		filled += "?" + replacer(values, url.QueryEscape).Replace(query)
	}
	return filled
}

// isJSON reports whether the body is JSON: it was given as that, or its type says so. Some
// vendors have types of their own, such as application/json-rpc.
func (r *Request) isJSON() bool {
	contentType := r.ContentType
	for name, value := range r.Headers {
		if strings.EqualFold(name, "Content-Type") {
			contentType = value.Reveal()
		}
	}
	mediaType, _, _ := mime.ParseMediaType(contentType)
	return r.BodyIsJSON || strings.Contains(mediaType, "json")
}

func asIs(s string) string { return s }

func fillText(value said.Secret, replace *strings.Replacer) said.Secret {
	return said.NewSecret(replace.Replace(value.Reveal()))
}

func fillMap(values map[string]said.Secret, replace *strings.Replacer) map[string]said.Secret {
	filled := make(map[string]said.Secret, len(values))
	for name, value := range values {
		filled[name] = fillText(value, replace)
	}
	return filled
}

// replacer replaces every {NAME} in one pass, so that values which have been
// filled in are not searched again.
func replacer(values map[string]said.Secret, escape func(string) string) *strings.Replacer {
	var places []string
	for name, value := range values {
		places = append(places, "{"+name+"}", escape(value.Reveal()))
	}
	return strings.NewReplacer(places...)
}

// mentions reports whether {name} is in the request where fill replaces it.
func (r *Request) mentions(name string) bool {
	without := r.fill(map[string]said.Secret{name: {}})
	return without.key() != r.key()
}

// jsonEscape returns a value as it is written within a JSON string.
func jsonEscape(value string) string {
	quoted, err := json.Marshal(value)
	if err != nil {
		return value
	}
	return string(quoted[1 : len(quoted)-1])
}
