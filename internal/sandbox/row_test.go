package sandbox

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// change is one change of a documented request, and the answer.
type change struct {
	name   string
	change func(a *ask)
	status int
	code   string // of vendors whose errors have one
}

func bad(name string, to func(a *ask)) change {
	return change{name, to, http.StatusBadRequest, codeInvalidRequest}
}

func unknown(name string, to func(a *ask)) change {
	return change{name, to, http.StatusUnauthorized, codeInvalidClient}
}

// changes returns all changes of a row's request.
func changes(t *testing.T, row Row, c Client) []change {
	t.Helper()
	all := slices.Concat(
		changesOfLine(row), changesOfType(row), changesOfHeaders(row), changesOfParameters(row), changesOfProof(row, c), changesOfText(row))
	if row.Type == typeJSON || row.Type == typeForm {
		return append(all, changesOfMembers(t, row, c)...)
	}
	return all
}

func changesOfLine(row Row) []change {
	var all []change
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		if method != row.Method {
			all = append(all, change{method, func(a *ask) { a.method = method }, http.StatusMethodNotAllowed, codeInvalidRequest})
		}
	}
	elsewhere := func(name, path string) change {
		to := func(a *ask) { a.path = strings.Replace(a.path, row.Base+row.Path, row.Base+path, 1) }
		return change{name, to, http.StatusNotFound, ""}
	}
	slash := row.Path + "/"
	if short, has := strings.CutSuffix(row.Path, "/"); has {
		slash = short
	}
	if slash != "" {
		all = append(all, elsewhere("the last slash", slash))
	}
	for _, other := range []string{strings.ToUpper(row.Path), strings.ToLower(row.Path)} {
		if other != row.Path {
			all = append(all, elsewhere("the path in another case", other))
		}
	}
	return all
}

func changesOfType(row Row) []change {
	if row.Type == "" {
		return []change{bad("a type", func(a *ask) { a.header.Set("Content-Type", typeJSON) })}
	}
	all := []change{{"no type", func(a *ask) { a.header.Del("Content-Type") }, http.StatusUnsupportedMediaType, codeInvalidRequest}}
	for _, other := range []string{"text/plain", "text/json", typeJSON, typeForm} {
		if other != row.Type {
			to := func(a *ask) { a.header.Set("Content-Type", other) }
			all = append(all, change{other, to, http.StatusUnsupportedMediaType, codeInvalidRequest})
		}
	}
	return all
}

func changesOfHeaders(row Row) []change {
	all := []change{bad("a header more", func(a *ask) { a.header.Set("X-More", "x") })}
	for name, value := range row.Header {
		other := bad
		if value == "ID" || value == "SECRET" {
			other = unknown
		}
		all = append(all,
			bad("a header less: "+name, func(a *ask) { a.header.Del(name) }),
			bad("a header twice: "+name, func(a *ask) { a.header.Add(name, a.header.Get(name)) }),
			other("another value: "+name, func(a *ask) { a.header.Set(name, a.header.Get(name)+"x") }))
	}
	return all
}

func changesOfParameters(row Row) []change {
	query := func(edit func(url.Values)) func(a *ask) {
		return func(a *ask) {
			path, written, _ := strings.Cut(a.path, "?")
			values := must(url.ParseQuery(written))
			edit(values)
			a.path = path + "?" + values.Encode()
		}
	}
	all := []change{bad("a parameter more", query(func(v url.Values) { v.Set("more", "x") }))}
	for name := range row.Query {
		all = append(all,
			bad("a parameter less: "+name, query(func(v url.Values) { v.Del(name) })),
			bad("a parameter twice: "+name, query(func(v url.Values) { v.Add(name, v.Get(name)) })),
			bad("another value: "+name, query(func(v url.Values) { v.Set(name, v.Get(name)+"x") })),
			bad("another case: "+name, query(func(v url.Values) {
				v.Set(strings.ToUpper(name), v.Get(name))
				v.Del(name)
			})))
	}
	return all
}

// changesOfProof returns changes of the header Authorization.
func changesOfProof(row Row, c Client) []change {
	set := func(value string) func(a *ask) { return func(a *ask) { a.header.Set("Authorization", value) } }
	none := func(a *ask) { a.header.Del("Authorization") }
	switch {
	case row.Basic != "":
		id, secret := c.ID, c.Secret
		if c.ID == "" {
			id, secret, _ = strings.Cut(row.Basic, ":")
		}
		as := func(id, secret string) func(a *ask) {
			return func(a *ask) { a.basic(Client{ID: id, Secret: secret}, c.Encoding) }
		}
		return []change{
			unknown("no Basic", none), unknown("Bearer", set("Bearer x")),
			unknown("another user", as(id+"x", secret)), unknown("another password", as(id, secret+"x")),
			unknown("user and password swapped", as(secret, id)),
		}
	case row.Header["Authorization"] == "":
		return []change{bad("Basic", func(a *ask) { a.basic(c, Raw) }), bad("Bearer", set("Bearer x"))}
	}
	return nil
}

// changesOfText returns changes of a body as a whole.
func changesOfText(row Row) []change {
	to := func(text string) func(a *ask) { return func(a *ask) { a.body = text } }
	plus := func(text string) func(a *ask) { return func(a *ask) { a.body += text } }
	all := []change{{"huge", plus(strings.Repeat(" ", maxRequest)), http.StatusRequestEntityTooLarge, codeInvalidRequest}}
	if row.Body != "" {
		all = append(all, bad("no body", to("")))
	}
	switch row.Type {
	default:
		all = append(all, bad("another body", plus("x")))
	case typeJSON:
		all = append(all, bad("no JSON", to("x")), bad("an array", to("[]")), bad("null", to("null")), bad("something behind", plus(" {}")))
	case typeForm:
		all = append(all, bad("no form", plus("&%zz")), bad("an empty field more", plus("&more=")),
			bad("all twice", func(a *ask) { a.body += "&" + a.body }))
		if strings.Contains(row.Body, "SCOPE") {
			all = append(all, bad("no scope at all", plus("&scope=")), bad("two scopes", plus("&scope=a&scope=b")))
		}
	}
	return all
}

// edits returns copies of a value, each with one member edited.
func edits(value any, edit func(members map[string]any, name string)) []any {
	members, _ := value.(map[string]any)
	var all []any
	for _, name := range slices.Sorted(maps.Keys(members)) {
		edited := maps.Clone(members)
		edit(edited, name)
		all = append(all, edited)
		for _, inner := range edits(members[name], edit) {
			edited := maps.Clone(members)
			edited[name] = inner
			all = append(all, edited)
		}
	}
	return all
}

// changesOfMembers returns changes of the members of a body, at every depth.
func changesOfMembers(t *testing.T, row Row, c Client) []change {
	t.Helper()
	body := filled(bodyOf(t, row), c.put)
	found := func(name string, edit func(members map[string]any, name string)) []change {
		var all []change
		for _, edited := range edits(body, edit) {
			text := encode(row, edited)
			all = append(all, bad(name+": "+text, func(a *ask) { a.body = text }))
		}
		return all
	}
	to := func(value any) func(map[string]any, string) {
		return func(members map[string]any, name string) { members[name] = value }
	}
	all := slices.Concat(
		found("less", func(members map[string]any, name string) { delete(members, name) }),
		found("more", func(members map[string]any, _ string) { members["more"] = "x" }),
		found("another case", func(members map[string]any, name string) {
			members[strings.ToUpper(name)] = members[name]
			delete(members, name)
		}),
		found("empty", to("")))
	if row.Type == typeJSON {
		all = slices.Concat(all, found("null", to(nil)), found("a number", to(1)), found("a list", to([]any{"x"})))
	}
	for _, edited := range edits(body, func(members map[string]any, name string) {
		text, _ := members[name].(string)
		members[name] = text + "x"
	}) {
		all = append(all, changeOfValue(row, c, edited))
	}
	return all
}

// changeOfValue returns the change of one value of a body.
func changeOfValue(row Row, c Client, edited any) change {
	text := encode(row, edited)
	to := func(a *ask) { a.body = text }
	members, _ := edited.(map[string]any)
	is := func(value string) bool { return value != "" && holds(edited, value+"x") }
	switch {
	case is(c.ID), is(c.Secret):
		return unknown("another client: "+text, to)
	case members["grant_type"] == "client_credentialsx":
		return change{"another grant", to, http.StatusBadRequest, codeBadGrantType}
	}
	return bad("another value: "+text, to)
}

// holds reports whether a value is a text, or has it as a member at any depth.
func holds(value any, text string) bool {
	members, _ := value.(map[string]any)
	return value == any(text) || slices.ContainsFunc(slices.Collect(maps.Values(members)), func(v any) bool { return holds(v, text) })
}

// Each documented request is accepted, and each change of one is refused.
func TestRows(t *testing.T) {
	s, web := start(t)
	for _, row := range AllRows() {
		for _, c := range append(slices.Clone(row.Clients), Client{})[:max(1, len(row.Clients))] {
			t.Run(row.Name+c.Encoding, func(t *testing.T) {
				issued := len(s.Issued(row.Name))
				for _, a := range same(t, s, row, c) {
					if got := mustSend(t, web, a); got.status >= http.StatusBadRequest {
						t.Errorf("got %d %s to %s %s", got.status, got.body, a.path, a.body)
					}
					issued++
				}
				checkStrict(t, s, web, row, c)
				if got := len(s.Issued(row.Name)); got != issued {
					t.Errorf("it has issued %d tokens, want %d", got, issued)
				}
			})
		}
	}
}

// checkStrict checks that every change of the documented request is refused.
func checkStrict(t *testing.T, s *Server, web *httptest.Server, row Row, c Client) {
	t.Helper()
	fixed := resolved(t, s, row)
	for _, to := range changes(t, fixed, c) {
		a := documented(t, s, fixed, c)
		to.change(&a)
		checkRefusal(t, row, to, mustSend(t, web, a))
	}
	for _, wrong := range disproved(t, s, row) {
		checkRefusal(t, row, bad("a wrong proof", nil), mustSend(t, web, documented(t, s, wrong, c)))
	}
}

// same returns the documented request, written in several ways.
func same(t *testing.T, s *Server, row Row, c Client) []ask {
	t.Helper()
	all := []ask{documented(t, s, row, c)}
	if row.Type != "" {
		charset := documented(t, s, row, c)
		charset.header.Set("Content-Type", row.Type+"; charset=utf-8")
		all = append(all, charset)
	}
	if row.Type == typeJSON {
		indented := documented(t, s, row, c)
		indented.body = string(must(json.MarshalIndent(json.RawMessage(indented.body), "", "  ")))
		all = append(all, indented)
	}
	return all
}

// checkRefusal checks the vendor's form of an error. If the documents show none, it is a 400
// with a message.
func checkRefusal(t *testing.T, row Row, to change, got reply) {
	t.Helper()
	want, code := to.status, `"`+to.code+`"`
	if row.Refused == nil {
		want, code = http.StatusBadRequest, `{"message":"`
	}
	if got.status != want {
		t.Fatalf("%s: got %d %s, want %d", to.name, got.status, got.body, want)
	}
	if got.status == http.StatusNotFound {
		return
	}
	if got.header.Get("Content-Type") != typeJSON || len(got.body) < len(`"no"`) {
		t.Errorf("%s: got %s, which says nothing", to.name, got.body)
	}
	checkRefusalHeaders(t, row, to, got)
	if hasCode := row.Refused == nil || strings.Contains(row.Refused[0], "CODE"); hasCode && !strings.Contains(got.body, code) {
		t.Errorf("%s: got %s, want the code %s", to.name, got.body, code)
	}
	for _, c := range append(row.Clients, Client{Secret: strings.TrimPrefix(Value(""), "fake-")}) {
		if strings.Contains(got.body, c.Secret) || strings.Contains(got.body, url.QueryEscape(c.Secret)) {
			t.Errorf("%s: the secret is in %s", to.name, got.body)
		}
	}
}

func checkRefusalHeaders(t *testing.T, row Row, to change, got reply) {
	t.Helper()
	if got.status == http.StatusMethodNotAllowed && got.header.Get("Allow") != row.Method {
		t.Errorf("%s: Allow is %q", to.name, got.header.Get("Allow"))
	}
	basic := row.Realm != "" && got.status == http.StatusUnauthorized
	if has := strings.HasPrefix(got.header.Get("WWW-Authenticate"), "Basic "); has != basic {
		t.Errorf("%s: WWW-Authenticate is %q", to.name, got.header.Get("WWW-Authenticate"))
	}
}
