package token

import (
	"encoding/json"
	"maps"
	"mime"
	"net/url"
	"slices"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
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

func (r *Request) describe(secrets said.Book) string {
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
		if names := list(part.names, secrets); names != "" {
			said = append(said, part.what+": "+names)
		}
	}
	return strings.Join(said, "; ") + "."
}

func (a *answer) names(secrets said.Book) string {
	said := "no content type"
	if mediaType, _, err := mime.ParseMediaType(a.header.Get("Content-Type")); err == nil {
		said = redact(mediaType, secrets)
	}
	object, _ := a.data.(map[string]any)
	if keys := list(slices.Collect(maps.Keys(object)), secrets); keys != "" {
		said += ", with the keys: " + keys
	}
	return said + "."
}

// list returns names in order; "" if there are none, or none that can be read.
func list(names []string, secrets said.Book) string {
	slices.Sort(names)
	return redact(strings.Join(names, ", "), secrets)
}

func topKeys(body string) []string {
	var object map[string]json.RawMessage
	if json.Unmarshal([]byte(body), &object) != nil {
		return nil
	}
	return slices.Collect(maps.Keys(object))
}
