package token

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// login is the source of a token of another set, with an output of it.
const login = "login"

// vendor issues sessions, and tokens to those who show one. It notes what it was asked.
type vendor struct {
	mu       sync.Mutex
	log      []string
	sessions int
	lifetime map[string]int // in seconds, by path
	refuse   string         // a path that answers 401
	busy     int            // how many requests for a token are answered by a 503 first
}

func (v *vendor) RoundTrip(req *http.Request) (*http.Response, error) {
	body := ""
	if req.Body != nil {
		raw, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		body = string(raw)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	path := req.URL.Path
	v.log = append(v.log, strings.Join(strings.Fields(path+" "+req.Header.Get("X-Session")+" "+body), " "))
	switch {
	case path == v.refuse:
		return tokentest.Response(http.StatusUnauthorized, nil, `{"error":"invalid_client"}`), nil
	case strings.HasPrefix(path, "/end"):
		return tokentest.Response(http.StatusOK, nil, ""), nil
	case path == "/session":
		v.sessions++
		return tokentest.Response(http.StatusOK, nil, fmt.Sprintf(`{"access_token":"ses-%d","zone":"eu","expires_in":%d}`, v.sessions, v.lifetime[path])), nil
	case path == "/same": // a second step of the login, which gives the session again
		return tokentest.Response(http.StatusOK, nil, fmt.Sprintf(`{"access_token":%q,"expires_in":3600}`, req.Header.Get("X-Session"))), nil
	case v.busy > 0:
		v.busy--
		return tokentest.Response(http.StatusServiceUnavailable, nil, ""), nil
	}
	return tokentest.Response(http.StatusOK, nil, fmt.Sprintf(`{"access_token":"%s-of-%s","expires_in":%d}`, path[1:], req.Header.Get("X-Session"), v.lifetime[path])), nil
}

func (v *vendor) want(t *testing.T, log ...string) {
	t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	if diff := cmp.Diff(log, v.log); diff != "" {
		t.Error(diff)
	}
}

// sessionExchange asks for a session.
func sessionExchange() *Exchange {
	x := testExchange("https://vendor.example.com/session")
	x.Credentials, x.Request = "session", Request{URL: x.Request.URL}
	x.Response.Outputs = map[string]Path{"zone": answer.MustPath("zone")}
	return x
}

// apiExchange asks for a token with the session.
func apiExchange(path string, session *Exchange, fresh bool) *Exchange {
	x := testExchange("https://vendor.example.com" + path)
	x.Request = Request{
		URL: x.Request.URL, Template: true, Headers: secretMap(map[string]string{"X-Session": "{login}", "X-Zone": "{login.zone}"}),
		Named: []Named{{login, source.Credentials{Name: "acme.session", Of: session, Fresh: fresh, Outputs: []string{"zone"}}}},
	}
	return x
}

func ending(path string, headers map[string]string) *Request {
	return &Request{URL: "https://vendor.example.com" + path, Template: true, Headers: secretMap(headers), Body: said.NewSecret("{token}")}
}

func cacheOver(t *testing.T, v *vendor) *Cache {
	t.Helper()
	return NewCache(answeredBy(t, transport.DefaultSettings(), v))
}

func gotToken(t *testing.T, cache *Cache, x *Exchange, minRemaining time.Duration) *Token {
	t.Helper()
	got, err := cache.Token(t.Context(), x, minRemaining)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func newVendor() *vendor {
	return &vendor{lifetime: map[string]int{"/session": 3600, "/a": 3600, "/b": 3600}}
}

// Two sets that need the token of a third share it, and the token of each.
func TestOtherTokenIsShared(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := newVendor()
		cache := cacheOver(t, v)
		session := sessionExchange()
		for range 2 {
			for _, path := range []string{"/a", "/b"} {
				got := gotToken(t, cache, apiExchange(path, session, false), 0)
				if got.AccessToken.Reveal() != path[1:]+"-of-ses-1" {
					t.Errorf("the token is %q", got.AccessToken.Reveal())
				}
			}
		}
		v.want(t, "/session", "/a ses-1", "/b ses-1")
	})
}

// A token that is asked for afresh is shared with nobody.
func TestFreshTokenIsNotShared(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := newVendor()
		v.busy = 1
		cache := cacheOver(t, v)
		session := sessionExchange()
		gotToken(t, cache, session, 0)
		gotToken(t, cache, apiExchange("/a", session, true), 0)
		const asked = "/session"
		v.want(t, asked, asked, "/a ses-2", asked, "/a ses-3")
	})
}

// The token of the other set is renewed when it has too little of its life left, and one
// that the API gets too ends what is built on it.
func TestOtherTokenEnds(t *testing.T) {
	t.Parallel()
	const asked = "/session"
	for name, tc := range map[string]struct {
		headers      map[string]string
		session      int
		minRemaining time.Duration
		wait         time.Duration
		log          []string
		lifetime     time.Duration
	}{
		"a token needs it once":            {map[string]string{"A": "{token}"}, 600, 0, 20 * time.Minute, []string{asked, "/a ses-1"}, time.Hour},
		"the API gets it too":              {map[string]string{"A": "{token}", "B": "{login}"}, 600, 0, 20 * time.Minute, []string{asked, "/a ses-1", asked, "/a ses-2"}, 10 * time.Minute},
		"the API gets an output of it":     {map[string]string{"A": "{token}", "B": "{login.zone}"}, 600, 0, 20 * time.Minute, []string{asked, "/a ses-1", asked, "/a ses-2"}, 10 * time.Minute},
		"the session has too little left":  {map[string]string{"A": "{token}"}, 3600, 50 * time.Minute, 20 * time.Minute, []string{asked, "/a ses-1", asked, "/a ses-2"}, time.Hour},
		"a session is shorter than wanted": {map[string]string{"A": "{token}"}, 60, 50 * time.Minute, 20 * time.Minute, []string{asked, "/a ses-1", asked, "/a ses-2"}, time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				v := newVendor()
				v.lifetime["/session"] = tc.session
				cache := cacheOver(t, v)
				x := apiExchange("/a", sessionExchange(), false)
				x.Headers = secretMap(tc.headers)
				for range 2 {
					got := gotToken(t, cache, x, tc.minRemaining)
					if life, _ := got.Lifetime(); life != tc.lifetime {
						t.Errorf("the lifetime is %s", life)
					}
					time.Sleep(tc.wait)
				}
				v.want(t, tc.log...)
			})
		})
	}
}

// Tokens are revoked from the outside in, each when nobody needs it any more.
func TestOtherTokensAreRevokedInOrder(t *testing.T) {
	t.Parallel()
	const asked = "/session"
	outer := func(path string, fresh bool) *Exchange {
		session := sessionExchange()
		session.Revoke = ending("/end-session", nil)
		x := apiExchange(path, session, fresh)
		x.Revoke = ending("/end"+path, map[string]string{"X-Session": "{login}"})
		return x
	}
	for name, tc := range map[string]struct {
		fresh bool
		log   []string
	}{
		"shared": {false, []string{asked, "/a ses-1", "/b ses-1", "/end/a ses-1 a-of-ses-1", "/end/b ses-1 b-of-ses-1", "/end-session ses-1"}},
		"fresh":  {true, []string{asked, "/a ses-1", asked, "/b ses-2", "/end/a ses-1 a-of-ses-1", "/end-session ses-1", "/end/b ses-2 b-of-ses-2", "/end-session ses-2"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				v := newVendor()
				cache := cacheOver(t, v)
				var leases []string
				for _, path := range []string{"/a", "/b"} {
					_, lease, err := cache.Lease(t.Context(), outer(path, tc.fresh), 0)
					if err != nil {
						t.Fatal(err)
					}
					leases = append(leases, lease)
				}
				for _, lease := range leases {
					if err := cache.Release(t.Context(), lease); err != nil {
						t.Error(err)
					}
				}
				v.want(t, tc.log...)
			})
		})
	}
}

// A session that nobody needs is ended: after a refusal, and before it is asked for again.
func TestUnneededSessionIsRevoked(t *testing.T) {
	t.Parallel()
	const asked = "/session"
	for name, tc := range map[string]struct {
		refuse string
		busy   int
		log    []string
	}{
		"after a refusal": {"/a", 0, []string{asked, "/a ses-1", "/end-session ses-1"}},
		"after a retry":   {"", 1, []string{asked, "/a ses-1", asked, "/end-session ses-1", "/a ses-2"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				v := newVendor()
				v.refuse, v.busy = tc.refuse, tc.busy
				session := sessionExchange()
				session.Revoke = ending("/end-session", nil)
				x := apiExchange("/a", session, true)
				x.Revoke = ending("/end/a", nil)
				_, _, err := cacheOver(t, v).Lease(t.Context(), x, 0)
				if (err == nil) != (tc.refuse == "") {
					t.Errorf("the error is %v", err)
				}
				v.want(t, tc.log...)
			})
		})
	}
}

// An error about the other set names both.
func TestOtherTokenFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := newVendor()
		v.refuse = "/session"
		_, err := cacheOver(t, v).Token(t.Context(), apiExchange("/a", sessionExchange(), false), 0)
		outer := wantError(t, err, KindOther)
		inner, ok := errors.AsType[*Error](outer.Cause)
		if !ok || outer.Name != login || inner.Kind != KindRefused || inner.Exchange.Credentials != "session" {
			t.Errorf("the error is %v, its cause %v", outer, outer.Cause)
		}
		v.want(t, "/session")
	})
}

// An output that the other set's response lacks is known before anything is sent with it.
func TestOtherTokenLacksOutput(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := newVendor()
		session := sessionExchange()
		session.Response.Outputs = nil
		_, err := cacheOver(t, v).Token(t.Context(), apiExchange("/a", session, false), 0)
		e := wantError(t, err, KindOther)
		if e.Problem != ProblemNoOutput || e.Name != login || e.Output != "zone" {
			t.Errorf("the error is %v about %s.%s", e, e.Name, e.Output)
		}
		v.want(t, "/session")
	})
}

// An API that expects HTTP Basic gets the token in it.
func TestBasicForAPI(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := apiExchange("/a", sessionExchange(), false)
		x.Headers = secretMap(map[string]string{"X-Zone": "{login.zone}"})
		x.Basic = &Basic{Username: said.NewSecret("{token}"), Password: said.NewSecret("session")}
		got := gotToken(t, cacheOver(t, newVendor()), x, 0)
		var headers []string
		for name, value := range got.Headers {
			headers = append(headers, name+": "+value.Reveal())
		}
		slices.Sort(headers)
		want := []string{"Authorization: Basic YS1vZi1zZXMtMTpzZXNzaW9u", "X-Zone: eu"}
		if diff := cmp.Diff(want, headers); diff != "" || got.HeaderName != "Authorization" {
			t.Errorf("HeaderName is %q: %s", got.HeaderName, diff)
		}
	})
}

// A session is ended with the last token that rests on it, also where the set between the
// two cannot be revoked, and where both have one value.
func TestSessionBelowIsRevoked(t *testing.T) {
	t.Parallel()
	above := func(path string, of *Exchange, fresh bool) *Exchange {
		x := testExchange("https://vendor.example.com" + path)
		x.Request = Request{
			URL: x.Request.URL, Template: true, Headers: secretMap(map[string]string{"X-Session": "{login}"}),
			Named: []Named{{login, source.Credentials{Name: "acme.below", Fresh: fresh}}},
		}
		if err := x.Request.Connect(func(string, source.Credentials) (*Exchange, error) { return of, nil }); err != nil {
			t.Fatal(err)
		}
		return x
	}
	const asked, ended = "/session", "/end-session ses-1"
	for name, tc := range map[string]struct {
		top func(session *Exchange) *Exchange
		log []string
	}{
		"shared":     {func(s *Exchange) *Exchange { return above("/b", above("/a", s, false), false) }, []string{asked, "/a ses-1", "/b a-of-ses-1", "/end-top b-of-a-of-ses-1", ended}},
		"fresh":      {func(s *Exchange) *Exchange { return above("/b", above("/a", s, true), true) }, []string{asked, "/a ses-1", "/b a-of-ses-1", "/end-top b-of-a-of-ses-1", ended}},
		"one value":  {func(s *Exchange) *Exchange { return above("/same", s, false) }, []string{asked, "/same ses-1", ended}},
		"one, fresh": {func(s *Exchange) *Exchange { return above("/same", s, true) }, []string{asked, "/same ses-1", ended}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				v := newVendor()
				session := sessionExchange()
				session.Revoke = ending("/end-session", nil)
				x := tc.top(session)
				x.Revoke = ending("/end-top", nil)
				if strings.HasPrefix(name, "one") {
					x.Revoke = session.Revoke
				}
				cache := cacheOver(t, v)
				_, lease, err := cache.Lease(t.Context(), x, 0)
				if err != nil {
					t.Fatal(err)
				}
				if err := cache.Release(t.Context(), lease); err != nil {
					t.Error(err)
				}
				v.want(t, tc.log...)
			})
		})
	}
}
