package sandbox

import (
	"encoding/base64"
	"maps"
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

func TestPaths(t *testing.T) {
	want := map[string][2]string{
		emporix: {"/oauth/token", "/category/yourtenant/categories"},
		emtech:  {"/integration/v1/auth/token", "/integration/compliance/v2/remittances"},
		epgl:    {"/api/v1/auth/authenticate", "/api/v1/secure-endpoint"},
		oauth2:  {"/oauth/v2/token", "/orders"},
	}
	got := map[string][2]string{}
	for _, name := range Services() {
		got[name] = [2]string{TokenPath(name), ResourcePath(name)}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnswer(t *testing.T) {
	cases := map[string]map[string]any{
		emporix: {
			"token_type": "Bearer", "expires_in": 14399.0, "session_idle_time": 120.0,
			"refresh_token": "", "refresh_token_expires_in": 0.0,
			"scope": "scope=" + strings.Join(emporixScopes(), " ") + " tenant=yourtenant",
		},
		emtech: {"expiryMS": 3600000.0},
		epgl:   {"tokenType": "bearer", "expiresIn": 3600.0},
		oauth2: {"token_type": "Bearer", "expires_in": 3600.0},
	}
	for _, service := range Services() {
		want := cases[service]
		t.Run(service, func(t *testing.T) {
			s, web := start(t)
			got := mustSend(t, web, proper(service, s.Client(service)))
			if got.status != http.StatusOK || got.header.Get("Content-Type") != typeJSON {
				t.Errorf("got %d %s", got.status, got.header.Get("Content-Type"))
			}
			if got.header.Get("Cache-Control") != "no-store" {
				t.Error("a cache may keep the token")
			}
			token := tokenOf(t, service, got)
			v := got.object(t)
			maps.DeleteFunc(v, func(_ string, value any) bool { return value == token })
			if diff := cmp.Diff(want, v); diff != "" {
				t.Error(diff)
			}
			if !slices.Equal(s.Tokens(), []string{token}) || s.Requests(service) != 1 {
				t.Errorf("Tokens %v, Requests %d", s.Tokens(), s.Requests(service))
			}
		})
	}
}

func TestTokenFormat(t *testing.T) {
	s, web := start(t)
	for _, service := range []string{emtech, epgl} {
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
	if got := fetch(t, s, web, emporix); len(got) != 32 || strings.Contains(got, ".") {
		t.Errorf("emporix: %q is not like the sample of its document", got)
	}
	if got := fetch(t, s, web, oauth2); len(must(base64.StdEncoding.DecodeString(got))) != 32 || !strings.HasSuffix(got, "=") {
		t.Errorf("oauth2: %q is not like the sample of its document", got)
	}
	tokens := s.Tokens()
	slices.Sort(tokens)
	if len(slices.Compact(tokens)) != 4 {
		t.Error("want four tokens, no two equal")
	}
}

// resourceCase is a request for a protected resource, and the status it gets.
type resourceCase struct {
	name, header, value string
	want                int
}

func TestResource(t *testing.T) {
	for _, service := range Services() {
		t.Run(service, func(t *testing.T) {
			s, web := start(t)
			header := headerOf(service)
			token := fetch(t, s, web, service)
			other := "Authorization"
			if header == other {
				other = "X-Sandbox-App-Auth"
			}
			cases := []resourceCase{
				{"right", header, valueOf(service, token), http.StatusOK},
				{"no header", "", "", http.StatusUnauthorized},
				{"other header", other, valueOf(service, token), http.StatusUnauthorized},
				{"other scheme", header, "Basic " + token, http.StatusUnauthorized},
				{"token twice", header, valueOf(service, token) + " " + token, http.StatusUnauthorized},
				{"lower case", header, "bearer " + token, http.StatusUnauthorized},
				{"two spaces", header, "Bearer  " + token, http.StatusUnauthorized},
				{"prefix only", header, "Bearer", http.StatusUnauthorized},
				{"unknown token", header, valueOf(service, token+"x"), http.StatusUnauthorized},
			}
			if find(service).prefix != "" {
				cases = append(cases, resourceCase{"bare token", header, token, http.StatusUnauthorized})
			}
			for _, c := range cases {
				if got := open(t, web, service, c.header, c.value); got != c.want {
					t.Errorf("%s: got %d, want %d", c.name, got, c.want)
				}
			}
			if s.Opened(service) != 1 {
				t.Errorf("opened %d times, want 1", s.Opened(service))
			}
			a := ask{method: http.MethodPut, path: ResourcePath(service), header: http.Header{}}
			if got := mustSend(t, web, a); got.status != http.StatusMethodNotAllowed {
				t.Errorf("PUT: got %d", got.status)
			}
		})
	}
}

func TestResourceBody(t *testing.T) {
	s, web := start(t)
	for _, service := range Services() {
		a := ask{method: http.MethodGet, path: ResourcePath(service), header: http.Header{}}
		a.header.Set(headerOf(service), valueOf(service, fetch(t, s, web, service)))
		got := mustSend(t, web, a)
		if got.object(t)["service"] != service || got.header.Get("Content-Type") != typeJSON {
			t.Errorf("%s: got %s", service, got.body)
		}
	}
}

func TestTokensOpenTheirOwnServiceOnly(t *testing.T) {
	s, web := start(t)
	token := fetch(t, s, web, epgl)
	if got := open(t, web, emporix, "Authorization", "Bearer "+token); got != http.StatusUnauthorized {
		t.Errorf("got %d", got)
	}
}

func TestEPGLResourceTakesPost(t *testing.T) {
	s, web := start(t)
	a := ask{method: http.MethodPost, path: ResourcePath(epgl), header: http.Header{}}
	a.header.Set("Authorization", "Bearer "+fetch(t, s, web, epgl))
	if got := mustSend(t, web, a); got.status != http.StatusOK {
		t.Errorf("got %d", got.status)
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
			s.SetLifetime(service, 90*time.Second)
			token := fetch(t, s, web, service)
			c.time = c.time.Add(89 * time.Second)
			if got := open(t, web, service, headerOf(service), valueOf(service, token)); got != http.StatusOK {
				t.Errorf("after 89s: got %d", got)
			}
			c.time = c.time.Add(time.Second)
			if got := open(t, web, service, headerOf(service), valueOf(service, token)); got != http.StatusUnauthorized {
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
				if got := mustSend(t, web, proper(service, c)); got.status != http.StatusOK {
					t.Errorf("%s: got %d %s", c.ID, got.status, got.body)
				}
			}
			s.AddClient(service, Client{ID: "second", Secret: "fake-changed"})
			if got := mustSend(t, web, proper(service, second)); got.status != http.StatusUnauthorized {
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
		"encoding":    func() { s.AddClient(oauth2, Client{ID: "x", Encoding: "base64"}) },
		"not for all": func() { s.AddClient(epgl, Client{ID: "x", Encoding: Form}) },
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
	for _, path := range []string{"/", "/oauth/token/", "/api/v1/authenticate"} {
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
				got, err := send(t, web, proper(service, s.Client(service)))
				if err != nil {
					t.Error(err)
				}
				if got.status == http.StatusOK && got.body != "{}" {
					open(t, web, service, headerOf(service), valueOf(service, tokenOf(t, service, got)))
				}
			})
			wg.Go(func() {
				s.AddClient(service, Client{ID: "second", Secret: "fake-second"})
				s.SetLifetime(service, time.Hour)
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
		if service != emporix && s.Opened(service) != each-2 {
			t.Errorf("%s: opened %d times, want %d", service, s.Opened(service), each-2)
		}
	}
}

func BenchmarkResource(b *testing.B) {
	s := New()
	e := s.endpoint(emtech)
	token := must(s.issue(e, s.Client(emtech), time.Hour, Fault{}))
	r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, ResourcePath(emtech), http.NoBody)
	r.Header.Set(e.header, "Bearer "+token)
	for b.Loop() {
		s.ServeHTTP(httptest.NewRecorder(), r)
	}
}
