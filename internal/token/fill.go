package token

import (
	"encoding/json"
	"mime"
	"net/url"
	"slices"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// fill returns the request with each {NAME} replaced by its value: escaped in
// the URL and in a JSON body, unchanged in headers and in what is encoded later.
func (r *Request) fill(values map[string]said.Secret) Request {
	plain := replacer(values, asIs)
	body := plain
	if mediaType, _, _ := mime.ParseMediaType(r.ContentType); strings.HasSuffix(mediaType, "json") {
		body = replacer(values, jsonEscape)
	}
	filled := *r
	path, query, hasQuery := strings.Cut(r.URL, "?")
	filled.URL = replacer(values, url.PathEscape).Replace(path)
	if hasQuery {
		filled.URL += "?" + replacer(values, url.QueryEscape).Replace(query)
	}
	filled.Headers = fillMap(r.Headers, plain)
	filled.Query = fillMap(r.Query, plain)
	filled.Body = said.NewSecret(body.Replace(r.Body.Reveal()))
	filled.Form = make(Form, len(r.Form))
	for name, fields := range r.Form {
		for _, value := range fields {
			filled.Form[name] = append(filled.Form[name], said.NewSecret(plain.Replace(value.Reveal())))
		}
	}
	return filled
}

func fillMap(values map[string]said.Secret, replace *strings.Replacer) map[string]said.Secret {
	filled := make(map[string]said.Secret, len(values))
	for name, value := range values {
		filled[name] = said.NewSecret(replace.Replace(value.Reveal()))
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

// mentions reports whether {name} is anywhere in the request.
func (r *Request) mentions(name string) bool {
	texts := []string{r.URL, r.Body.Reveal()}
	for _, values := range []map[string]said.Secret{r.Headers, r.Query} {
		for _, value := range values {
			texts = append(texts, value.Reveal())
		}
	}
	for _, values := range r.Form {
		for _, value := range values {
			texts = append(texts, value.Reveal())
		}
	}
	return slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(text, "{"+name+"}") })
}

// jsonEscape returns a value as it is written within a JSON string.
func jsonEscape(value string) string {
	quoted, err := json.Marshal(value)
	if err != nil {
		return value
	}
	return string(quoted[1 : len(quoted)-1])
}
