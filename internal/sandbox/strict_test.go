package sandbox

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// strictCase is a proper request, changed, and what it gets.
type strictCase struct {
	name   string
	change func(a *ask)
	status int
	code   string // of Emporix and oauth2, whose errors have one
}

// strictCases are the rules of all services.
func strictCases() []strictCase {
	return []strictCase{
		{"GET", func(a *ask) { a.method = http.MethodGet }, http.StatusMethodNotAllowed, codeInvalidRequest},
		{"PUT", func(a *ask) { a.method = http.MethodPut }, http.StatusMethodNotAllowed, codeInvalidRequest},
		{"no type", func(a *ask) { a.header.Del("Content-Type") }, http.StatusUnsupportedMediaType, codeInvalidRequest},
		{"text", func(a *ask) { a.header.Set("Content-Type", "text/plain") }, http.StatusUnsupportedMediaType, codeInvalidRequest},
		{"no body", func(a *ask) { a.body = "" }, http.StatusBadRequest, codeInvalidRequest},
		{"query", func(a *ask) { a.path += "?grant_type=client_credentials" }, http.StatusBadRequest, codeInvalidRequest},
		{"huge", func(a *ask) { a.body += strings.Repeat(" ", maxRequest) }, http.StatusRequestEntityTooLarge, codeInvalidRequest},
		{"charset", func(a *ask) {
			a.header.Set("Content-Type", a.header.Get("Content-Type")+"; charset=utf-8")
		}, http.StatusOK, ""},
	}
}

func formCases() []strictCase {
	return []strictCase{
		{"JSON", func(a *ask) { a.header.Set("Content-Type", typeJSON) }, http.StatusUnsupportedMediaType, codeInvalidRequest},
		{"extra", func(a *ask) { *a = a.plus("audience=x") }, http.StatusBadRequest, codeInvalidRequest},
		{"repeated", func(a *ask) { *a = a.plus("grant_type=client_credentials") }, http.StatusBadRequest, codeInvalidRequest},
		{"empty scope", func(a *ask) { *a = a.plus("scope=") }, http.StatusBadRequest, codeInvalidRequest},
		{"no form", func(a *ask) { *a = a.plus("%zz") }, http.StatusBadRequest, codeInvalidRequest},
		{"no grant_type", func(a *ask) {
			a.body = strings.ReplaceAll(a.body, "grant_type=", "grant=")
		}, http.StatusBadRequest, codeInvalidRequest},
		{"other grant_type", func(a *ask) {
			a.body = strings.ReplaceAll(a.body, "=client_credentials", "=password")
		}, http.StatusBadRequest, codeBadGrantType},
	}
}

func jsonCases(id, secret string) []strictCase {
	body := func(s string) func(a *ask) { return func(a *ask) { a.body = s } }
	return []strictCase{
		{"form", func(a *ask) { a.header.Set("Content-Type", typeForm) }, http.StatusUnsupportedMediaType, ""},
		{"no clientId", body(`{"clientSecret":"x"}`), http.StatusBadRequest, ""},
		{"no clientSecret", body(`{"clientId":"x"}`), http.StatusBadRequest, ""},
		{"empty clientSecret", body(`{"clientId":"x","clientSecret":""}`), http.StatusBadRequest, ""},
		{"null", body(`{"clientId":"x","clientSecret":null}`), http.StatusBadRequest, ""},
		{"number", body(`{"clientId":"x","clientSecret":1}`), http.StatusBadRequest, ""},
		{"extra", body(`{"clientId":"x","clientSecret":"y","grantType":"z"}`), http.StatusBadRequest, ""},
		{"other case", body(`{"clientid":"x","clientSecret":"y"}`), http.StatusBadRequest, ""},
		{"array", body(`[]`), http.StatusBadRequest, ""},
		{"trailing", body(`{"clientId":"x","clientSecret":"y"} {}`), http.StatusBadRequest, ""},
		{"unknown client", body(`{"clientId":"x","clientSecret":"` + secret + `"}`), http.StatusUnauthorized, ""},
		{"wrong secret", body(`{"clientId":"` + id + `","clientSecret":"y"}`), http.StatusUnauthorized, ""},
	}
}

func emporixCases(c Client) []strictCase {
	form := func(values url.Values) func(a *ask) { return func(a *ask) { a.body = values.Encode() } }
	grant := []string{"client_credentials"}
	return []strictCase{
		{"Basic", func(a *ask) {
			a.body = "grant_type=client_credentials"
			a.basic(c, Raw)
		}, http.StatusBadRequest, codeInvalidRequest},
		{"Basic and body", func(a *ask) { a.basic(c, Raw) }, http.StatusBadRequest, codeInvalidRequest},
		{"no client_id", form(url.Values{"client_secret": {c.Secret}, "grant_type": grant}), http.StatusBadRequest, codeInvalidRequest},
		{"no client_secret", form(url.Values{"client_id": {c.ID}, "grant_type": grant}), http.StatusBadRequest, codeInvalidRequest},
		{
			"wrong secret", form(url.Values{"client_id": {c.ID}, "client_secret": {"x"}, "grant_type": grant}),
			http.StatusUnauthorized, codeInvalidClient,
		},
		{
			"unknown client", form(url.Values{"client_id": {"x"}, "client_secret": {c.Secret}, "grant_type": grant}),
			http.StatusUnauthorized, codeInvalidClient,
		},
		{"known scope", func(a *ask) { *a = a.plus("scope=category.category_read") }, http.StatusOK, ""},
		{"unknown scope", func(a *ask) { *a = a.plus("scope=category.category_eat") }, http.StatusBadRequest, codeInvalidScope},
		{"one unknown", func(a *ask) { *a = a.plus("scope=category.category_read+x") }, http.StatusBadRequest, codeInvalidScope},
		{"commas", func(a *ask) {
			*a = a.plus("scope=category.category_read,category.category_manage")
		}, http.StatusBadRequest, codeInvalidScope},
		{"two spaces", func(a *ask) {
			*a = a.plus("scope=category.category_read++category.category_manage")
		}, http.StatusBadRequest, codeInvalidScope},
	}
}

func oauth2Cases(raw, form Client) []strictCase {
	as := func(c Client, encoding string) func(a *ask) { return func(a *ask) { a.basic(c, encoding) } }
	return []strictCase{
		{"no Basic", func(a *ask) { a.header.Del("Authorization") }, http.StatusUnauthorized, codeInvalidClient},
		{"Bearer", func(a *ask) { a.header.Set("Authorization", "Bearer x") }, http.StatusUnauthorized, codeInvalidClient},
		{"in the body", func(a *ask) {
			a.header.Del("Authorization")
			*a = a.plus(url.Values{"client_id": {raw.ID}, "client_secret": {raw.Secret}}.Encode())
		}, http.StatusBadRequest, codeInvalidRequest},
		{"Basic and body", func(a *ask) {
			*a = a.plus(url.Values{"client_id": {raw.ID}, "client_secret": {raw.Secret}}.Encode())
		}, http.StatusBadRequest, codeInvalidRequest},
		{"raw as raw", as(raw, Raw), http.StatusOK, ""},
		{"raw as form", as(raw, Form), http.StatusUnauthorized, codeInvalidClient},
		{"form as form", as(form, Form), http.StatusOK, ""},
		{"form as raw", as(form, Raw), http.StatusBadRequest, codeInvalidRequest},
		{"form as raw, plus only", as(Client{ID: form.ID, Secret: "a+b"}, Raw), http.StatusUnauthorized, codeInvalidClient},
		{"wrong secret", as(Client{ID: raw.ID, Secret: "x"}, Raw), http.StatusUnauthorized, codeInvalidClient},
		{"unknown client", as(Client{ID: "x", Secret: raw.Secret}, Raw), http.StatusUnauthorized, codeInvalidClient},
		{"unknown client, no escape", as(Client{ID: "%zz", Secret: "x"}, Raw), http.StatusBadRequest, codeInvalidRequest},
		{"scope", func(a *ask) { *a = a.plus("scope=read+write") }, http.StatusOK, ""},
	}
}

func TestStrict(t *testing.T) {
	for _, service := range Services() {
		s, web := start(t)
		cases := strictCases()
		c := s.Client(service)
		switch service {
		case emporix:
			cases = append(append(cases, formCases()...), emporixCases(c)...)
		case oauth2:
			cases = append(append(cases, formCases()...), oauth2Cases(c, s.Clients(service)[1])...)
		default:
			cases = append(cases, jsonCases(c.ID, c.Secret)...)
		}
		for _, sc := range cases {
			t.Run(service+"/"+sc.name, func(t *testing.T) {
				a := proper(service, c)
				sc.change(&a)
				got := mustSend(t, web, a)
				if got.status != sc.status {
					t.Fatalf("got %d %s, want %d", got.status, got.body, sc.status)
				}
				if got.status != http.StatusOK {
					checkRefusal(t, service, got, sc.code)
					checkNoSecret(t, got.body, s.Clients(service))
				}
			})
		}
	}
}

// checkRefusal looks at the vendor's shape of an error.
func checkRefusal(t *testing.T, service string, got reply, code string) {
	t.Helper()
	if messageOf(t, service, got) == "" {
		t.Errorf("got %s, which says nothing", got.body)
	}
	if name := pageOf(t, service).code; name != "" && member(t, got, name) != code {
		t.Errorf("got %s, want the code %q", got.body, code)
	}
	if got.status == http.StatusMethodNotAllowed && got.header.Get("Allow") != http.MethodPost {
		t.Errorf("Allow is %q", got.header.Get("Allow"))
	}
	basic := service == oauth2 && got.status == http.StatusUnauthorized
	if has := strings.HasPrefix(got.header.Get("WWW-Authenticate"), "Basic "); has != basic {
		t.Errorf("WWW-Authenticate is %q", got.header.Get("WWW-Authenticate"))
	}
}

func checkNoSecret(t *testing.T, body string, clients []Client) {
	t.Helper()
	for _, c := range clients {
		if strings.Contains(body, c.Secret) || strings.Contains(body, url.QueryEscape(c.Secret)) {
			t.Errorf("the secret is in %s", body)
		}
	}
}

func TestWrongSecretBody(t *testing.T) {
	cases := map[string]string{
		emporix: `{"ErrorCode":"invalid_client","Error":"Client credentials are invalid."}`,
		emtech:  `{"message":"Invalid Credentials"}`,
		epgl:    `"Invalid client_id or client_secret."`,
		oauth2:  `{"error":"invalid_client","error_description":"The client is unknown or its secret is wrong."}`,
	}
	for _, service := range Services() {
		s, web := start(t)
		c := s.Client(service)
		c.Secret = "wrong"
		if diff := cmp.Diff(cases[service], mustSend(t, web, proper(service, c)).body); diff != "" {
			t.Errorf("%s: %s", service, diff)
		}
	}
}

func TestScopeAnswered(t *testing.T) {
	cases := []struct{ service, scope, want string }{
		{emporix, "category.category_read", "scope=category.category_read tenant=yourtenant"},
		{
			emporix, "category.category_unpublish category.category_manage",
			"scope=category.category_unpublish category.category_manage tenant=yourtenant",
		},
		{oauth2, "read write", "read write"},
	}
	for _, c := range cases {
		s, web := start(t)
		a := proper(c.service, s.Client(c.service)).plus(url.Values{"scope": {c.scope}}.Encode())
		if got := mustSend(t, web, a).object(t)["scope"]; got != c.want {
			t.Errorf("%s %q: got %q, want %q", c.service, c.scope, got, c.want)
		}
	}
}
