package sandbox

import (
	"cmp"
	"encoding/json"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
)

// claim holds the credentials in a token request, before they are verified.
type claim struct {
	id     string // as sent: that of a Form client is still escaped
	secret string // as sent
	scope  string
	proofs map[string]string // by their placeholders
}

// take reports whether a value is the documented one. If that has placeholders, take keeps
// what is in their places.
func (k *claim) take(want, got string) bool {
	switch want {
	case "ID":
		k.id = got
	case "SECRET":
		k.secret = got
	case "SCOPE":
		k.scope = got
	default:
		return k.takeProofs(want, got)
	}
	return got != ""
}

// accept returns what a request claims, or how it differs from the documented one. The
// message has names only.
func (row Row) accept(r *http.Request, body string) (claim, *refusal) {
	k := claim{proofs: map[string]string{}}
	query, err := url.ParseQuery(r.URL.RawQuery)
	switch {
	case r.URL.EscapedPath() != row.Base+row.Path:
		return k, badRequest("The path is not the documented one.")
	case r.Method != row.Method:
		return k, &refusal{status: http.StatusMethodNotAllowed}
	case !row.hasType(r.Header):
		return k, &refusal{status: http.StatusUnsupportedMediaType}
	case err != nil:
		return k, badRequest("The query cannot be read.")
	case len(row.Query) == 0 && r.URL.RawQuery != "":
		return k, badRequest("The token endpoint takes no query.")
	}
	why := cmp.Or(k.takeParameters(row.Query, query), k.takeHeaders(row, r.Header), k.takeBody(row, body), k.takeBasic(row.Basic, r))
	return k, why
}

// hasType reports whether a request has the documented type. takeHeaders refuses a type
// if none is documented.
func (row Row) hasType(header http.Header) bool {
	kind, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	return row.Type == "" || err == nil && kind == row.Type
}

// takeHeaders requires the documented headers. It also accepts those that every client
// sends, and no others.
func (k *claim) takeHeaders(row Row, header http.Header) *refusal {
	usual := []string{"Accept", "Accept-Encoding", "Content-Length", "User-Agent", "Connection"}
	if row.Type != "" {
		usual = append(usual, "Content-Type")
	}
	if row.Basic != "" {
		usual = append(usual, "Authorization")
	}
	for name, value := range row.Header {
		got := header.Values(name)
		if len(got) != 1 || !k.take(value, got[0]) {
			return badRequest("The header %s is not the documented one.", name)
		}
		usual = append(usual, http.CanonicalHeaderKey(name))
	}
	for name := range header {
		if !slices.Contains(usual, name) {
			return badRequest("The header %s is not documented.", name)
		}
	}
	return nil
}

func (k *claim) takeBody(row Row, body string) *refusal {
	switch row.Type {
	case typeJSON:
		var got, want any
		if err := json.Unmarshal([]byte(row.Body), &want); err != nil {
			panic(err) // the row is not valid
		}
		if err := json.Unmarshal([]byte(body), &got); err != nil {
			return badRequest("The body is not JSON.")
		}
		return k.takeValue("body", want, got)
	case typeForm:
		want, err := url.ParseQuery(row.Body)
		if err != nil {
			panic(err) // the row is not valid
		}
		got, err := url.ParseQuery(body)
		if err != nil {
			return badRequest("The body is not a form.")
		}
		return k.takeParameters(single(want), got)
	}
	if row.Body == "" && body != "" || row.Body != "" && !k.take(row.Body, body) {
		return badRequest("The body is not the documented one.")
	}
	return nil
}

func single(values url.Values) map[string]string {
	found := map[string]string{}
	for name := range values {
		found[name] = values.Get(name)
	}
	return found
}

// takeParameters requires the documented parameters of a form or of a query, each once.
func (k *claim) takeParameters(want map[string]string, got url.Values) *refusal {
	wanted, found := map[string]any{}, map[string]any{}
	for name, value := range want {
		wanted[name] = value
	}
	for name, values := range got {
		if len(values) != 1 {
			return badRequest("The parameter %q is repeated.", name)
		}
		found[name] = values[0]
	}
	return k.takeValue("parameters", wanted, found)
}

// takeValue compares a value with the documented one. Names are compared in their case.
func (k *claim) takeValue(name string, want, got any) *refusal {
	switch want := want.(type) {
	case map[string]any:
		members, ok := got.(map[string]any)
		if !ok {
			return badRequest("The %s is not a JSON object.", name)
		}
		return k.takeMembers(want, members)
	case string:
		text, isText := got.(string)
		switch {
		case !isText:
			return badRequest("The value of %s is not a text.", name)
		case k.take(want, text):
			return nil
		case text == "":
			return badRequest("Missing %s.", name)
		case name == "grant_type":
			return &refusal{http.StatusBadRequest, codeBadGrantType, "The grant type is not supported."}
		}
	default:
		if reflect.DeepEqual(want, got) {
			return nil
		}
	}
	return badRequest("The value of %s is not the documented one.", name)
}

func (k *claim) takeMembers(want, got map[string]any) *refusal {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		value, has := got[name]
		switch {
		case !has && want[name] == "SCOPE":
			continue
		case !has:
			return badRequest("Missing %s.", name)
		}
		if why := k.takeValue(name, want[name], value); why != nil {
			return why
		}
	}
	for name := range got {
		if _, known := want[name]; !known {
			return badRequest("Unknown field %q.", name)
		}
	}
	return nil
}

func (k *claim) takeBasic(want string, r *http.Request) *refusal {
	if want == "" {
		return nil
	}
	user, password, _ := strings.Cut(want, ":")
	gotUser, gotPassword, ok := r.BasicAuth()
	if !ok || len(r.Header.Values("Authorization")) != 1 || !k.take(user, gotUser) || !k.take(password, gotPassword) {
		return &refusal{status: http.StatusUnauthorized}
	}
	return nil
}

// authenticate finds the client of a claim, and checks its secret. A row without clients has
// the credentials in its documented request.
func (e *endpoint) authenticate(k claim) (Client, *refusal) {
	if e.Clients == nil {
		return Client{ID: e.Name}, nil
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	badEscape := badRequest("The Basic credentials are not form-encoded.")
	why := &refusal{status: http.StatusUnauthorized}
	for _, c := range e.clients {
		id, badID := c.decode(k.id)
		secret, badSecret := c.decode(k.secret)
		switch {
		case badID != nil:
			why = badEscape
		case id != c.ID:
		case badSecret != nil:
			return c, badEscape
		case secret != c.Secret:
			return c, &refusal{status: http.StatusUnauthorized}
		default:
			return c, nil
		}
	}
	return Client{}, why
}

func (c Client) decode(s string) (string, error) {
	if c.Encoding != Form {
		return s, nil
	}
	return url.QueryUnescape(s)
}

// grant returns the scopes that a client gets if it asks for these. Both are joined by
// spaces, and can be empty.
func (row Row) grant(asked string) (string, *refusal) {
	if row.Scopes == nil {
		return asked, nil
	}
	if asked == "" {
		return strings.Join(row.Scopes, " "), nil
	}
	for name := range strings.SplitSeq(asked, " ") {
		if !slices.Contains(row.Scopes, name) {
			return "", &refusal{http.StatusBadRequest, codeInvalidScope, "The scope is not assigned to the client."}
		}
	}
	return asked, nil
}
