package token

import (
	"encoding/json"
	"maps"
	"mime"
	"net/url"
	"slices"
	"strings"
)

// details says what was sent and what came back, by names alone: no values, and
// no secret that somebody has made a name.
func (x *Exchange) details(a *answer) string {
	if !x.Describe {
		return ""
	}
	secrets := x.allSecrets(a)
	sent := "Sent: " + x.Request.describe(secrets)
	return sent + "\n" + "Came back: " + a.names(secrets)
}

func (r *Request) describe(secrets []Secret) string {
	method, where := r.method(), ""
	query := slices.Sorted(maps.Keys(r.Query))
	if u, err := url.Parse(r.URL); err == nil {
		where = u.Scheme + "://" + u.Host + u.EscapedPath()
		query = append(query, slices.Sorted(maps.Keys(u.Query()))...)
	}
	headers := slices.Collect(maps.Keys(r.Headers))
	if r.Auth != nil {
		headers = append(headers, "Authorization")
	}
	said := []string{redact(method+" "+where, secrets)}
	for _, part := range []struct {
		what  string
		names []string
	}{
		{"query", query},
		{"headers", headers},
		{"form fields", slices.Collect(maps.Keys(r.Form))},
		{"JSON keys", topKeys(r.Body.Reveal())},
	} {
		if len(part.names) > 0 {
			slices.Sort(part.names)
			said = append(said, part.what+": "+redact(strings.Join(part.names, ", "), secrets))
		}
	}
	return strings.Join(said, "; ") + "."
}

func (a *answer) names(secrets []Secret) string {
	said := "no content type"
	if mediaType, _, err := mime.ParseMediaType(a.header.Get("Content-Type")); err == nil {
		said = redact(mediaType, secrets)
	}
	if object, _ := a.data.(map[string]any); len(object) > 0 {
		said += ", with the keys: " + redact(strings.Join(slices.Sorted(maps.Keys(object)), ", "), secrets)
	}
	return said + "."
}

func topKeys(body string) []string {
	var object map[string]json.RawMessage
	if json.Unmarshal([]byte(body), &object) != nil {
		return nil
	}
	return slices.Collect(maps.Keys(object))
}
