package sandbox

import (
	"maps"
	"net/http"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// machine is a row of no vendor that answers in XML and cookies.
func machine() Row {
	return Row{
		Name: "machine", Method: http.MethodPost, Base: "/machine", Path: "/login", Status: http.StatusFound,
		Cookies:  []string{"TOKEN=TOKEN; Path=/TOKEN; HttpOnly", "EXTRA=EXTRA"},
		Answered: map[string]string{"Content-Type": "text/xml; charset=utf-8", "Location": "/sessions/EXTRA"},
		Answer:   "<key>TOKEN</key>", Use: map[string]string{"Cookie": "TOKEN=TOKEN; EXTRA=EXTRA", "X-Csrf": "EXTRA"},
		UseBasic: "session:TOKEN",
		Revocation: &Row{
			Method: http.MethodDelete, Path: "/sessions/EXTRA", Basic: "session:TOKEN", Query: map[string]string{"at": "UNIX"},
			Header: map[string]string{"X-Sign": "HMAC", "Cookie": "TOKEN=TOKEN"}, HMAC: &HMAC{Key: "fake", Message: "UNIX"},
		},
	}
}

// An answer has cookies, a status other than 200, and a body that is not JSON, and the API
// expects the token in a cookie and in HTTP Basic.
func TestMachine(t *testing.T) {
	s, web := start(t)
	with(s, machine())
	got := mustSend(t, web, ask{method: http.MethodPost, path: "/machine/login", header: http.Header{}})
	token := s.Issued("machine")[0]
	want := []string{"TOKEN=" + token + "; Path=/TOKEN; HttpOnly", "EXTRA=" + extra(token)}
	if diff := cmp.Diff(want, got.header.Values("Set-Cookie")); diff != "" || got.status != http.StatusFound {
		t.Errorf("got %d %s", got.status, diff)
	}
	if got.body != "<key>"+token+"</key>" || got.header.Get("Location") != "/sessions/"+extra(token) || got.header.Get("Content-Type") != "text/xml; charset=utf-8" {
		t.Errorf("got %s, %v", got.body, got.header)
	}
	basic := ask{header: http.Header{}}
	basic.basic(Client{ID: "session", Secret: token}, Raw)
	headers := map[string]string{
		"Cookie": "TOKEN=" + token + "; EXTRA=" + extra(token), "X-Csrf": extra(token), "Authorization": basic.header.Get("Authorization"),
	}
	if diff := cmp.Diff(headers, s.Headers("machine", token)); diff != "" {
		t.Error(diff)
	}
	checkOpening(t, s, "machine", headers)
}

// checkOpening checks that an API opens with all headers, and with none less or changed.
func checkOpening(t *testing.T, s *Server, service string, headers map[string]string) {
	t.Helper()
	all := http.Header{}
	for name, value := range headers {
		all.Set(name, value)
	}
	if !s.Opens(service, all) {
		t.Error("the API does not open")
	}
	for name := range headers {
		less, other := all.Clone(), all.Clone()
		less.Del(name)
		other.Set(name, all.Get(name)+"x")
		if s.Opens(service, less) || s.Opens(service, other) {
			t.Errorf("the API opens without %s, or with another", name)
		}
	}
}

// A token is revoked once, by the documented request, and then opens nothing.
func TestRevocation(t *testing.T) {
	s, web := start(t)
	row := machine()
	with(s, row)
	mustSend(t, web, ask{method: http.MethodPost, path: "/machine/login", header: http.Header{}})
	token := s.Issued("machine")[0]
	end := row.ending(token, "")
	for _, wrong := range disproved(t, s, end) {
		if got := mustSend(t, web, documented(t, s, wrong, Client{})); got.status == http.StatusNoContent {
			t.Error("it is revoked with a wrong proof")
		}
	}
	other := row.ending("fake-unknown", "")
	if got := mustSend(t, web, documented(t, s, other, Client{})); got.status == http.StatusNoContent || len(s.Revoked("machine")) != 0 {
		t.Error("an unknown token is revoked")
	}
	if got := mustSend(t, web, documented(t, s, end, Client{})); got.status != http.StatusNoContent {
		t.Fatalf("got %d %s", got.status, got.body)
	}
	if diff := cmp.Diff([]string{token}, s.Revoked("machine")); diff != "" {
		t.Error(diff)
	}
	if got := mustSend(t, web, documented(t, s, end, Client{})); got.status == http.StatusNoContent {
		t.Error("it is revoked twice")
	}
}

// A second request needs the token of the first one: one that is valid, and with Once, each
// only one time. Its API can need both.
func TestAfter(t *testing.T) {
	s, web := start(t)
	with(s, Row{Name: "first", Method: http.MethodPost, Base: "/first", Path: "/", Answer: `{"t":"TOKEN"}`})
	second := Row{
		Name: "second", Method: http.MethodGet, Base: "/second", Path: "/INNEREXTRA", After: "first", Once: true,
		Header: map[string]string{"Cookie": "SID=INNER"}, Query: map[string]string{"sign": "HMAC"}, HMAC: &HMAC{Key: "INNER", Message: "INNEREXTRA"},
		Answer: `{"t":"TOKEN"}`, Use: map[string]string{"Cookie": "SID=INNER", "X-Csrf": "TOKEN"},
	}
	with(s, second)
	if got := mustSend(t, web, documented(t, s, prover{inner: "fake-unknown"}.resolve(t, second), Client{})); got.status != http.StatusBadRequest {
		t.Errorf("a token that was not issued: got %d", got.status)
	}
	mustSend(t, web, ask{method: http.MethodPost, path: "/first/", header: http.Header{}})
	inner := s.Issued("first")[0]
	asked := documented(t, s, prover{now: s.now(), inner: inner}.resolve(t, second), Client{})
	if want := "/second/" + extra(inner); asked.path[:len(want)] != want {
		t.Errorf("the path is %s", asked.path)
	}
	for i, want := range []int{http.StatusOK, http.StatusBadRequest} {
		if got := mustSend(t, web, asked); got.status != want {
			t.Errorf("request %d: got %d %s", i, got.status, got.body)
		}
	}
	token := s.Issued("second")[0]
	checkOpening(t, s, "second", map[string]string{"Cookie": "SID=" + inner, "X-Csrf": token})
}

// If only the API needs the token of the first row, that is the newest.
func TestAfterWithout(t *testing.T) {
	s, web := start(t)
	first, second := ask{method: http.MethodPost, path: "/first/"}, ask{method: http.MethodPost, path: "/second/"}
	with(s, Row{Name: "first", Method: http.MethodPost, Base: "/first", Path: "/", Answer: `{"t":"TOKEN"}`})
	with(s, Row{
		Name: "second", Method: http.MethodPost, Base: "/second", Path: "/", After: "first", Answer: `{"t":"TOKEN"}`,
		Use: map[string]string{"X-First": "INNER", "X-Second": "TOKEN"},
	})
	for i := range 2 {
		mustSend(t, web, first)
		mustSend(t, web, second)
		checkOpening(t, s, "second", map[string]string{"X-First": s.Issued("first")[i], "X-Second": s.Issued("second")[i]})
	}
}

// What replaces a placeholder is escaped as its place requires.
func TestFilled(t *testing.T) {
	const value = `a+/&="<`
	cases := map[string]struct{ row, want Row }{
		"form": {Row{Type: typeForm, Body: "a=TOKEN"}, Row{Type: typeForm, Body: "a=" + url.QueryEscape(value)}},
		"JSON": {Row{Type: typeJSON, Body: `{"a":"TOKEN"}`}, Row{Type: typeJSON, Body: `{"a":"` + inJSON(value) + `"}`}},
		"XML":  {Row{Type: "text/xml", Body: "<a>TOKEN</a>"}, Row{Type: "text/xml", Body: "<a>a+/&amp;=&#34;&lt;</a>"}},
		"text": {Row{Body: "TOKEN"}, Row{Body: value}},
		"path": {Row{Path: "/TOKEN"}, Row{Path: "/a+%2F&=%22%3C"}},
		"rest": {
			Row{Basic: "u:TOKEN", Header: map[string]string{"TOKEN": "TOKEN", "Cookie": "TOKEN=TOKEN"}, Query: map[string]string{"a": "TOKEN"}},
			Row{Basic: "u:" + value, Header: map[string]string{"TOKEN": value, "Cookie": "TOKEN=" + value}, Query: map[string]string{"a": value}},
		},
	}
	for name, c := range cases {
		if diff := cmp.Diff(c.want, c.row.filled("TOKEN", value), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// Every row has a name of its own, and what its placeholders stand for.
func TestRowsAreWhole(t *testing.T) {
	names := map[string]bool{}
	for _, row := range AllRows() {
		if names[row.Name] {
			t.Errorf("two rows are called %s", row.Name)
		}
		names[row.Name] = true
		request := map[string]string{"body": row.Body, "basic": row.Basic}
		for _, more := range []map[string]string{row.Header, row.Query} {
			maps.Copy(request, more)
		}
		used := map[string]bool{}
		for _, value := range request {
			for _, word := range words.FindAllString(value, -1) {
				used[word] = true
			}
		}
		for placeholder, described := range map[string]bool{"HMAC": row.HMAC != nil, "TOTP": row.TOTP != nil, "JWT": row.JWT != nil} {
			if used[placeholder] != described {
				t.Errorf("%s: the request has %s: %v, and a field for it: %v", row.Name, placeholder, used[placeholder], described)
			}
		}
	}
}
