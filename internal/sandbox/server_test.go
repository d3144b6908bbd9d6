package sandbox

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/go-cmp/cmp"
)

// The answers of the vendors, byte for byte.
func TestAnswer(t *testing.T) {
	cases := map[string]string{
		"emporix": `{"access_token":"TOKEN","token_type":"Bearer","expires_in":14399,"session_idle_time":120,"refresh_token":"",` +
			`"refresh_token_expires_in":0,"scope":"scope=category.category_manage category.category_publish category.category_read ` +
			`category.category_read_unpublished category.category_unpublish tenant=yourtenant"}`,
		"emtech": `{"accessToken":"TOKEN","expiryMS":3600000}`,
		"epgl":   `{"accessToken":"TOKEN","tokenType":"bearer","expiresIn":3600}`,
		"oauth2": `{"token_type":"Bearer","expires_in":3600,"access_token":"TOKEN"}`,
	}
	for service, want := range cases {
		s, web := start(t)
		got := mustSend(t, web, proper(t, s, service, s.Client(service)))
		if got.status != http.StatusOK || got.header.Get("Content-Type") != typeJSON {
			t.Errorf("%s: got %d %s", service, got.status, got.header.Get("Content-Type"))
		}
		if got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: a cache may keep the token", service)
		}
		token := answered(t, s, service, got)
		if diff := cmp.Diff(want, strings.ReplaceAll(got.body, token, "TOKEN")); diff != "" {
			t.Error(diff)
		}
		if !slices.Equal(s.Tokens(), []string{token}) || s.Requests(service) != 1 {
			t.Errorf("%s: Tokens %v, Requests %d", service, s.Tokens(), s.Requests(service))
		}
	}
}

// Every service has all that the tests of the provider need.
func TestServicesAreWhole(t *testing.T) {
	for _, row := range Vendors() {
		if len(row.Clients) == 0 || row.Resource == "" || len(row.ResourceMethods) == 0 || row.Use == nil || row.Lifetime == 0 || row.Refused == nil {
			t.Errorf("%s lacks clients, a resource, its headers, a lifetime, or refusals", row.Name)
		}
	}
	if !slices.IsSorted(Services()) {
		t.Errorf("got %v", Services())
	}
}

func TestTokenFormat(t *testing.T) {
	s, web := start(t)
	for _, service := range []string{"emtech", "epgl"} {
		token := must(jwt.ParseSigned(fetch(t, s, web, service), []jose.SignatureAlgorithm{jose.HS256}))
		var claims jwt.Claims
		if err := token.UnsafeClaimsWithoutVerification(&claims); err != nil {
			t.Fatal(err)
		}
		if life := claims.Expiry.Time().Sub(claims.IssuedAt.Time()); life != time.Hour {
			t.Errorf("%s: exp is %v after iat, want 1h", service, life)
		}
		if claims.Subject != s.Client(service).ID {
			t.Errorf("%s: sub is %q", service, claims.Subject)
		}
	}
	if got := fetch(t, s, web, "emporix"); len(got) != 32 || strings.Contains(got, ".") {
		t.Errorf("emporix: %q is not like the sample of its document", got)
	}
	if got := fetch(t, s, web, "oauth2"); len(must(base64.StdEncoding.DecodeString(got))) != 32 || !strings.HasSuffix(got, "=") {
		t.Errorf("oauth2: %q is not like the sample of its document", got)
	}
	tokens := s.Tokens()
	slices.Sort(tokens)
	if len(slices.Compact(tokens)) != 4 {
		t.Error("want four tokens, no two equal")
	}
}

// The resource opens with the documented headers, and with no others.
func TestResource(t *testing.T) {
	for _, service := range Services() {
		t.Run(service, func(t *testing.T) {
			s, web := start(t)
			token := fetch(t, s, web, service)
			if got := open(t, web, service, using(service, token)); got != http.StatusOK || s.Opened(service) != 1 {
				t.Errorf("got %d, opened %d times", got, s.Opened(service))
			}
			for _, header := range misuses(service, token) {
				if got := open(t, web, service, header); got != http.StatusUnauthorized {
					t.Errorf("%v: got %d", header, got)
				}
			}
			got := mustSend(t, web, ask{method: http.MethodPut, path: ResourcePath(service), header: http.Header{}})
			if allow := strings.Join(Find(service).ResourceMethods, ", "); got.status != http.StatusMethodNotAllowed || got.header.Get("Allow") != allow {
				t.Errorf("PUT: got %d, Allow %q", got.status, got.header.Get("Allow"))
			}
		})
	}
}

// misuses returns headers that differ from those that the service's API expects.
func misuses(service, token string) []map[string]string {
	all := []map[string]string{nil, {"X-Other": token}}
	for name, value := range Find(service).Use {
		prefix, _, _ := strings.Cut(value, "TOKEN")
		wrong := []string{"", "Basic " + token, prefix + token + " " + token, prefix + token + "x", prefix, "Bearer"}
		if prefix != "" {
			wrong = append(wrong, strings.ToLower(prefix)+token, prefix+" "+token, token)
		}
		for _, value := range wrong {
			changed := using(service, token)
			changed[name] = value
			all = append(all, changed)
		}
		other := using(service, token)
		other["X-Other"] = other[name]
		delete(other, name)
		all = append(all, other)
	}
	return all
}

// A resource opens with each of its methods.
func TestResourceBody(t *testing.T) {
	s, web := start(t)
	for _, row := range Vendors() {
		for _, method := range row.ResourceMethods {
			a := ask{method: method, path: row.Resource, header: http.Header{}}
			for name, value := range using(row.Name, fetch(t, s, web, row.Name)) {
				a.header.Set(name, value)
			}
			got := mustSend(t, web, a)
			if got.status != http.StatusOK || got.body != `{"service":"`+row.Name+`","opened":true}` || got.header.Get("Content-Type") != typeJSON {
				t.Errorf("%s: got %d %s", row.Name, got.status, got.body)
			}
		}
	}
}

func TestTokensOpenTheirOwnServiceOnly(t *testing.T) {
	s, web := start(t)
	token := fetch(t, s, web, "epgl")
	if got := open(t, web, "emporix", using("emporix", token)); got != http.StatusUnauthorized {
		t.Errorf("got %d", got)
	}
}

func TestLifetime(t *testing.T) {
	for _, service := range Services() {
		t.Run(service, func(t *testing.T) {
			s := New()
			c := &clock{time.Now()}
			s.now = c.now
			web := httptest.NewServer(s)
			defer web.Close()
			s.Order(service, Lifetime(90*time.Second))
			token := fetch(t, s, web, service)
			c.time = c.time.Add(89 * time.Second)
			if got := open(t, web, service, using(service, token)); got != http.StatusOK {
				t.Errorf("after 89s: got %d", got)
			}
			c.time = c.time.Add(time.Second)
			if got := open(t, web, service, using(service, token)); got != http.StatusUnauthorized {
				t.Errorf("after 90s: got %d", got)
			}
		})
	}
}

func TestAddClient(t *testing.T) {
	for _, service := range Services() {
		t.Run(service, func(t *testing.T) {
			s, web := start(t)
			second := Client{ID: "second", Secret: "fake-second"}
			s.AddClient(service, second)
			for _, c := range s.Clients(service) {
				if got := mustSend(t, web, proper(t, s, service, c)); got.status != http.StatusOK {
					t.Errorf("%s: got %d %s", c.ID, got.status, got.body)
				}
			}
			s.AddClient(service, Client{ID: "second", Secret: "fake-changed"})
			if got := mustSend(t, web, proper(t, s, service, second)); got.status != http.StatusUnauthorized {
				t.Errorf("replaced secret: got %d", got.status)
			}
		})
	}
}

func TestMisusePanics(t *testing.T) {
	s := New()
	cases := map[string]func(){
		"service":     func() { s.Order("emprix", Cut()) },
		"path":        func() { TokenPath("emprix") },
		"encoding":    func() { s.AddClient("oauth2", Client{ID: "x", Encoding: "base64"}) },
		"not for all": func() { s.AddClient("epgl", Client{ID: "x", Encoding: Form}) },
	}
	for name, misuse := range cases {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("want a panic")
				}
			}()
			misuse()
		})
	}
}

func TestUnknownPath(t *testing.T) {
	_, web := start(t)
	for _, path := range []string{"/", "/oauth/token/", "/api/v1/authenticate", "/nobody/token", "/jamf"} {
		if got := mustSend(t, web, ask{method: http.MethodPost, path: path}); got.status != http.StatusNotFound {
			t.Errorf("%s: got %d", path, got.status)
		}
	}
}

func TestConcurrent(t *testing.T) {
	s, web := start(t)
	const each = 20
	var wg sync.WaitGroup
	for _, service := range Services() {
		s.Order(service, Status(http.StatusTooManyRequests), EmptyObject())
		for range each {
			wg.Go(func() {
				got, err := send(t, web, proper(t, s, service, s.Client(service)))
				if err != nil {
					t.Error(err)
				}
				if got.status == http.StatusOK && got.body != "{}" {
					open(t, web, service, using(service, tokenIn(s.Issued(service), got)))
				}
			})
			wg.Go(func() {
				s.AddClient(service, Client{ID: "second", Secret: "fake-second"})
				s.Heal("emporix")
				_ = s.Tokens()
			})
		}
	}
	wg.Wait()
	for _, service := range Services() {
		if s.Requests(service) != each {
			t.Errorf("%s: %d requests, want %d", service, s.Requests(service), each)
		}
		if service != "emporix" && s.Opened(service) != each-2 {
			t.Errorf("%s: opened %d times, want %d", service, s.Opened(service), each-2)
		}
	}
}

// tokenIn returns the one of the issued tokens that is in an answer.
func tokenIn(issued []string, got reply) string {
	i := slices.IndexFunc(issued, func(token string) bool { return strings.Contains(got.body, token) })
	return issued[i]
}

func BenchmarkResource(b *testing.B) {
	s := New()
	e := s.endpoint("emtech")
	token := must(s.issue(e, s.Client("emtech"), Fault{}, "")).token
	r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, ResourcePath("emtech"), http.NoBody)
	r.Header.Set("x-sandbox-app-auth", "Bearer "+token)
	for b.Loop() {
		s.ServeHTTP(httptest.NewRecorder(), r)
	}
}
