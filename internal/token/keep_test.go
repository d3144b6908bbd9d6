package token

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// memory is a Store for the caches of one test, which stand for processes.
type memory struct {
	mu       sync.Mutex
	contents map[string]said.Secret
	ends     map[string]time.Time
	locks    map[string]chan struct{}
	failed   error // of each Get
	room     int   // how often something may be put; 0: as often as one likes
}

var errStore = errors.New("the store of the test fails")

func newMemory() *memory {
	return &memory{contents: map[string]said.Secret{}, ends: map[string]time.Time{}, locks: map[string]chan struct{}{}}
}

func (m *memory) Get(_ context.Context, digest [32]byte, purpose string) (said.Secret, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if at := string(digest[:]) + purpose; time.Now().Before(m.ends[at]) {
		return m.contents[at], m.failed
	}
	return said.Secret{}, m.failed
}

func (m *memory) Put(_ context.Context, digest [32]byte, purpose string, content said.Secret, until time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.room--
	if m.room == 0 {
		return errStore
	}
	at := string(digest[:]) + purpose
	m.contents[at], m.ends[at] = content, until
	return nil
}

func (m *memory) Drop(_ context.Context, digest [32]byte, purpose string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.contents, string(digest[:])+purpose)
	return nil
}

func (m *memory) Lock(ctx context.Context, digest [32]byte, purpose string) (func(), error) {
	m.mu.Lock()
	lock := m.locks[string(digest[:])+purpose]
	if lock == nil {
		lock = make(chan struct{}, 1)
		m.locks[string(digest[:])+purpose] = lock
	}
	m.mu.Unlock()
	select {
	case lock <- struct{}{}:
		return func() { <-lock }, nil
	case <-ctx.Done():
		return func() {}, ctx.Err()
	}
}

// cache returns a cache as another process would have it: with the client and the
// store of others.
func (m *memory) cache(client *Client) *Cache {
	c := NewCache(client)
	c.Keep(Keeping{Store: m})
	return c
}

// Many processes that ask at once make one request, whatever their sets are called.
func TestProcessesShareOneToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		first, count := newTestCache(t, numbered(3600))
		kept := newMemory()
		var wg sync.WaitGroup
		for i := range 64 {
			wg.Go(func() {
				x := testExchange(tokenURL)
				if i%2 == 0 {
					x.Service, x.Credentials = "other", "name"
				}
				wantToken(t, kept.cache(first.client), x, 0, "tok-1")
			})
		}
		wg.Wait()
		tokentest.WantCount(t, count.Get(), 1)
	})
}

// TestKeptTokenIsWhole compares a token from the store with the one that was issued.
func TestKeptTokenIsWhole(t *testing.T) {
	t.Parallel()
	client := answeredBy(t, quickTransport(), tokentest.RoundTripper(func(*http.Request) (*http.Response, error) {
		header := http.Header{"Date": {time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat)}}
		return tokentest.Response(http.StatusOK, header, `{"access_token":" tok-1","token_type":"DPoP","expires_at":"`+time.Now().Add(time.Minute).Format(time.RFC3339)+`","scope":"a","zone":"eu"}`), nil
	}))
	x := testExchange(tokenURL)
	x.Response.ExpiresAt = answer.MustPath("expires_at")
	x.Response.Outputs = map[string]Path{"zone": answer.MustPath("zone")}
	x.Headers = secretMap(map[string]string{"X-Token": "{token}", "X-Zone": "{zone}"})
	kept := newMemory()
	issued := gotToken(t, kept.cache(client), x, 0)
	client.transport.Client(nil).Transport = tokentest.RoundTripper(func(*http.Request) (*http.Response, error) {
		t.Error("there was a request")
		return nil, http.ErrServerClosed
	})
	again := gotToken(t, kept.cache(client), x, 0)
	revealing := cmp.Options{
		cmp.AllowUnexported(Token{}), cmp.Transformer("reveal", said.Secret.Reveal), cmp.Transformer("use", said.Foreign.Use),
		cmp.FilterPath(func(p cmp.Path) bool { return p.String() == "used" || p.String() == "issued" }, cmp.Ignore()),
	}
	if diff := cmp.Diff(issued, again, revealing); diff != "" {
		t.Error(diff)
	}
	if issued.ClockAhead == 0 {
		t.Error("the clocks agree, so the test shows less than it should")
	}
}

func TestKeptTokenIsUsedForHalfItsLife(t *testing.T) {
	t.Parallel()
	type row struct {
		lifetime                    int // in seconds
		minRemaining, maxAge, after time.Duration
		want                        string
	}
	tokentest.EachInBubble(t, map[string]row{
		"half left":                      {3600, 0, 0, 30 * time.Minute, "tok-1"},
		"less than half":                 {3600, 0, 0, 30*time.Minute + time.Second, "tok-2"},
		"as much as wanted":              {3600, time.Minute, 0, 59 * time.Minute, "tok-1"},
		"less than wanted":               {3600, 50 * time.Minute, 0, 10*time.Minute + time.Second, "tok-2"},
		"as old as it may be":            {3600, 0, 10 * time.Minute, 10*time.Minute - time.Second, "tok-1"},
		"too old":                        {3600, 0, 10 * time.Minute, 10 * time.Minute, "tok-2"},
		"too old, and enough left":       {3600, time.Minute, 10 * time.Minute, 10 * time.Minute, "tok-2"},
		"unknown life":                   {0, 0, 0, 0, "tok-2"},
		"issued in the future":           {3600, 0, 0, -2 * time.Minute, "tok-2"},
		"a clock that is a little ahead": {3600, 0, 0, -30 * time.Second, "tok-1"},
		"a short life, and a clock":      {60, 0, 0, -8 * time.Second, "tok-2"},
	}, func(t *testing.T, r row) {
		first, _ := newTestCache(t, numbered(r.lifetime))
		kept := newMemory()
		start := time.Now()
		wantToken(t, kept.cache(first.client), testExchange(tokenURL), 0, "tok-1")
		if r.after > 0 {
			time.Sleep(r.after - time.Since(start))
		}
		next := kept.cache(first.client)
		next.Keep(Keeping{Store: kept, MaxAge: r.maxAge})
		if r.after < 0 {
			first.client.runtime.Now = func() time.Time { return start.Add(r.after) }
		}
		wantToken(t, next, testExchange(tokenURL), r.minRemaining, r.want)
	})
}

// A warm store makes no request to the issuer either.
func TestKeptTokenNeedsNoIssuer(t *testing.T) {
	t.Parallel()
	const at = "https://as.example.com"
	first, site := cacheOf(t, map[string]tokentest.Page{at + tokentest.ASMetadata: tokentest.MetadataPage(at), at + "/token": tokentest.JSONPage(goodAnswer)})
	kept := newMemory()
	wantToken(t, kept.cache(first.client), issuedBy(at), 0, "tok-1")
	before := len(site.Asked())
	wantToken(t, kept.cache(first.client), issuedBy(at), 0, "tok-1")
	tokentest.WantCount(t, len(site.Asked())-before, 0)
}

// The digest covers all secrets, and the values that a machine adds. Who knows it had the
// credentials.
func TestWhatIsKept(t *testing.T) {
	t.Parallel()
	env := map[string]string{"A": "a"}
	value := func(text string) source.Source { return source.Value{Secret: said.NewSecret(text)} }
	with := func(change func(*Request)) *Exchange {
		x := testExchange(tokenURL)
		x.Request.Auth = ClientID{ID: testID}
		change(&x.Request)
		return x
	}
	named := func(name string, from source.Source, more ...Named) *Exchange {
		return with(func(r *Request) { r.Template, r.Named = true, slices.Concat(more, []Named{{name, from}}) })
	}
	for name, test := range map[string]struct {
		x    *Exchange
		want bool
	}{
		"client secret":           {testExchange(tokenURL), true},
		"client secret in Basic":  {with(func(r *Request) { r.Auth = ClientSecretBasic{ID: "a", Secret: said.NewSecret(testSecret)} }), true},
		"nothing secret":          {with(func(*Request) {}), false},
		"password":                {with(func(r *Request) { r.Form.set("password", said.NewSecret("pa55word")) }), true},
		"refresh token":           {with(func(r *Request) { r.Form.set("refresh_token", said.NewSecret("fake-refresh")) }), true},
		"certificate":             {with(func(r *Request) { r.Certificate = &ClientCertificate{KeyPEM: said.NewSecret("key")} }), true},
		"header":                  {with(func(r *Request) { r.Headers = secretMap(map[string]string{"X-Api-Key": "fake-key-1"}) }), true},
		"header without a secret": {with(func(r *Request) { r.Headers = secretMap(map[string]string{"Accept": "application/json"}) }), false},
		"body":                    {with(func(r *Request) { r.Body = said.NewSecret(`{"login":"bob","password":"pa55word"}`) }), true},
		"body with a place":       {named("pw", source.Env{Name: "A"}), false},
		"private key":             {with(func(r *Request) { r.Auth = ClientAssertion{Assertion: source.Signed{Key: said.NewSecret("key")}} }), true},
		"signer":                  {with(func(r *Request) { r.Auth = ClientAssertion{Assertion: source.Signed{Signer: []string{"sign"}}} }), false},
		"value":                   {named("password", value("pa55word")), true},
		"HMAC":                    {named("sig", source.HMAC{Key: said.NewSecret("key")}), true},
		"TOTP":                    {named("code", source.TOTP{Secret: said.NewSecret("key")}), true},
		"variable":                {named("pw", source.Env{Name: "A"}), false},
		"variable and secret":     {named("pw", source.Env{Name: "A"}, Named{"password", value("pa55word")}), true},
		"missing variable":        {named("pw", source.Env{Name: "B"}, Named{"password", value("pa55word")}), false},
		"program and secret":      {named("pw", source.Program{Args: []string{"a"}}, Named{"password", value("pa55word")}), false},
		"CI and secret":           {named("pw", source.GitHubActions{}, Named{"password", value("pa55word")}), false},
		"another set":             {named("o", source.Credentials{Of: testExchange("https://vendor.example.com")}), true},
		"another without secret":  {named("o", source.Credentials{Of: named("pw", source.Env{Name: "A"})}), false},
		"JWT made here":           {with(func(r *Request) { r.Local = source.Signed{Key: said.NewSecret("key")} }), false},
	} {
		client := newTestClient(t, quickTransport())
		client.runtime.Getenv = func(name string) string { return env[name] }
		cache := newMemory().cache(client)
		digest, ok := cache.digest(t.Context(), test.x)
		if ok != test.want {
			t.Errorf("%s: kept is %v", name, ok)
		}
		env["A"] = "changed"
		if changed, _ := cache.digest(t.Context(), test.x); (changed != digest) != (name == "variable" || name == "variable and secret" || name == "body with a place" || name == "another without secret") {
			t.Errorf("%s: another value of the variable changes the digest: %v", name, changed != digest)
		}
		env["A"] = "a"
		test.x.Revoke = &Request{URL: tokenURL}
		if _, ok := cache.digest(t.Context(), test.x); ok {
			t.Errorf("%s: a token that is to be revoked is kept", name)
		}
	}
}

// An endpoint may issue the same token to those who revoke theirs, and to others.
func TestRevokedTokenIsNotKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{name: func(int) string { return "same" }}
		client := answeredBy(t, quickTransport(), i)
		kept := newMemory()
		x := testExchange(tokenURL)
		wantToken(t, kept.cache(client), x, 0, "same")
		revoking := *x
		revoking.Revoke = &Request{URL: "https://auth.example.com/revoke", Form: NewForm(map[string]string{"token": "{token}"})}
		cache := kept.cache(client)
		_, lease, err := cache.Lease(t.Context(), &revoking, 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := cache.Release(t.Context(), lease); err != nil {
			t.Fatal(err)
		}
		wantToken(t, kept.cache(client), x, 0, "same")
		i.mu.Lock()
		defer i.mu.Unlock()
		tokentest.WantCount(t, len(i.issued), 3)
	})
}

// A failure is kept nowhere, and a token with a warning is not either.
func TestFailuresAreNotKept(t *testing.T) {
	t.Parallel()
	for name, page := range map[string]tokentest.Page{
		"refused":    tokentest.NewPage(http.StatusUnauthorized, "application/json", `{"error":"invalid_client"}`),
		"no token":   tokentest.JSONPage(`{}`),
		"a warning":  tokentest.JSONPage(`{"access_token":"tok-1","expires_in":3600}`),
		"no headers": tokentest.JSONPage(`{"access_token":"tok-1","expires_in":3600,"zone":"ü"}`),
	} {
		kept := newMemory()
		x := testExchange(tokenURL)
		x.Response.Outputs = map[string]Path{"zone": answer.MustPath("zone")}
		if name == "no headers" {
			x.Headers["X-Zone"] = said.NewSecret("{zone}")
		}
		client := answeredBy(t, quickTransport(), &tokentest.Site{Pages: map[string]tokentest.Page{tokenURL: page}})
		_, _ = kept.cache(client).Token(t.Context(), x, 0) // whether it fails is not what this is about
		if len(kept.contents) > 0 {
			t.Errorf("%s: something is kept", name)
		}
	}
}

// A process that waits for another one stops at an interrupt, and does not wait for ever.
func TestWaitingForAnotherProcessEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		first, count := newTestCache(t, numbered(3600))
		kept := newMemory()
		digest, _ := kept.cache(first.client).digest(t.Context(), testExchange(tokenURL))
		unlock, _ := kept.Lock(t.Context(), digest, keptToken)
		defer unlock()
		interrupted, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		_, err := kept.cache(first.client).Token(interrupted, testExchange(tokenURL), 0)
		_ = wantError(t, err, KindCancelled)
		if waited := time.Since(start); waited != time.Second {
			t.Errorf("it waited %v", waited)
		}
		start = time.Now()
		wantToken(t, kept.cache(first.client), testExchange(tokenURL), 0, "tok-1")
		settings := first.client.settings
		if waited, most := time.Since(start), 5*settings.Timeout+4*settings.RetryMaxWait+time.Second; waited != most {
			t.Errorf("it waited %v, want %v", waited, most)
		}
		tokentest.WantCount(t, count.Get(), 1)
	})
}
