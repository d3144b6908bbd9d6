package token

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

const (
	// mostNames is how many names of keys are listed.
	mostNames = 30
	// longestNames is how long such a list is, in bytes, before it ends.
	longestNames = 500
)

// details says what was sent and what came back, by names alone: no values, and
// no secret that somebody has made a name. Whoever does not describe the endpoint
// is told what came back where nothing says what is wrong.
func (x *Exchange) details(a *answer, isSilent bool) string {
	switch {
	case x.Describe:
		return "Sent: " + x.Request.describe(x.judge(a)) + "\n" + "Came back: " + x.names(a)
	case isSilent && x.Endpoint == "" && len(a.content.Keys()) > 0:
		return "Came back: " + x.names(a)
	default:
		return ""
	}
}

func (r *Request) describe(judge *said.Judge) string {
	method, where := r.method(), ""
	query := slices.Sorted(maps.Keys(r.Query))
	if u, err := url.Parse(r.URL); err == nil {
		where, _, _ = strings.Cut(r.URL, "?") // as it is written, with each {NAME}
		query = append(query, slices.Sorted(maps.Keys(u.Query()))...)
	}
	headers := slices.Collect(maps.Keys(r.Headers))
	if r.Auth != nil {
		headers = append(headers, "Authorization")
	}
	parts := []string{own(judge, method+" "+where)}
	for _, part := range []struct {
		what  string
		names []string
	}{
		{"query", query},
		{"headers", headers},
		{"form fields", slices.Collect(maps.Keys(r.Form))},
		{"JSON keys", topKeys(r.Body.Reveal())},
	} {
		slices.Sort(part.names)
		if names := own(judge, strings.Join(part.names, ", ")); names != "" {
			parts = append(parts, part.what+": "+names)
		}
	}
	return strings.Join(parts, "; ") + "."
}

func (x *Exchange) names(a *answer) string {
	text := string(x.judge(a).Name(a.header.MediaType()))
	if text == "" {
		text = "no content type"
	}
	if names := x.list(a, a.content.Keys()); names != "" {
		text += ", with the keys: " + names
	}
	if near := x.near(a, x.Response.Token); near != "" && x.Describe && x.foundToken(a).IsEmpty() {
		text += ". " + near
	}
	return text + "."
}

// near lists the keys at the longest part of a path at which there is something;
// "" if that is the answer itself.
func (x *Exchange) near(a *answer, path Path) string {
	part, keys := a.content.KeysNear(path)
	names := x.list(a, keys)
	if part == "" || names == "" {
		return ""
	}
	return fmt.Sprintf("At %q are the keys: %s", part, names)
}

// list returns the names that a server has given keys; "" if there are none, or
// none that can be read.
func (x *Exchange) list(a *answer, keys []said.Foreign) string {
	var text strings.Builder
	for i, key := range keys {
		if i == mostNames || text.Len() > longestNames {
			return fmt.Sprintf("%s and %d more", text.String(), len(keys)-i)
		}
		name := string(x.judge(a).Name(key))
		if text.Len() > 0 && name != "" {
			text.WriteString(", ")
		}
		text.WriteString(name)
	}
	return text.String()
}

// own returns a text of the user's, without any secret that is in it.
func own(judge *said.Judge, text string) string { return string(judge.Message(said.NewForeign(text))) }

func topKeys(body string) []string {
	var object map[string]json.RawMessage
	if json.Unmarshal([]byte(body), &object) != nil {
		return nil
	}
	return slices.Collect(maps.Keys(object))
}
