package token

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// unfitCase is a revocation, and what is wrong with it; "": nothing.
type unfitCase struct {
	put  func(*Request)
	want Problem
}

func unfitCases() map[string]unfitCase {
	named, missing, broken := said.NewSecret("{token}"), said.NewSecret("{missing}"), said.NewSecret("{broken}")
	const lacks, unfit = ProblemNoOutput, ProblemUnfitHeader
	return map[string]unfitCase{
		"URL":            {func(r *Request) { r.URL += "/{missing}" }, lacks},
		"query":          {func(r *Request) { r.Query = map[string]said.Secret{"a": missing} }, lacks},
		"header":         {func(r *Request) { r.Headers = map[string]said.Secret{"a": missing} }, lacks},
		"form":           {func(r *Request) { r.Form = Form{"token": {named}, "b": {named, missing}} }, lacks},
		"body":           {func(r *Request) { r.Form, r.Body = nil, missing }, lacks},
		"user":           {func(r *Request) { r.Auth = Basic{missing, named} }, lacks},
		"password":       {func(r *Request) { r.Auth = Basic{named, missing} }, lacks},
		"unfit user":     {func(r *Request) { r.Auth = Basic{broken, named} }, ProblemBasic},
		"unfit password": {func(r *Request) { r.Auth = Basic{named, broken} }, ProblemBasic},
		"colon in user":  {func(r *Request) { r.Auth = Basic{said.NewSecret("{colon}"), named} }, ProblemBasic},
		"a colon":        {func(r *Request) { r.Auth = Basic{named, said.NewSecret("{colon}")} }, 0},
		"unfit header":   {func(r *Request) { r.Headers = map[string]said.Secret{"a": broken} }, unfit},
		"no template":    {func(r *Request) { r.Template, r.Form = false, Form{"token": {missing}} }, lacks},
		"nothing wrong":  {func(r *Request) { r.Headers = map[string]said.Secret{"a": named} }, 0},
		"a literal text": {func(r *Request) { r.Template, r.Headers = false, map[string]said.Secret{"a": missing} }, 0},
	}
}

// A revocation that cannot be sent is known when the token comes.
func TestLeaseOfWhatCannotBeRevoked(t *testing.T) {
	t.Parallel()
	tokentest.Each(t, unfitCases(), func(t *testing.T, tc unfitCase) {
		cache, site := cacheOf(t, map[string]tokentest.Page{
			"https://auth.example.com/token":  tokentest.JSONPage(`{"access_token":"tok-1","broken":"a\nb","colon":"a:b"}`),
			"https://auth.example.com/revoke": tokentest.JSONPage("{}"),
		})
		x := revocable("https://auth.example.com")
		x.Revoke.Template = true
		x.Response.Outputs = map[string]Path{"missing": answer.MustPath("data.missing"), "broken": answer.MustPath("broken"), "colon": answer.MustPath("colon")}
		tc.put(x.Revoke)
		if tc.want == 0 {
			_, id := lend(t, cache, x)
			release(t, cache, id)
			return
		}
		for range 2 {
			_, _, err := cache.Lease(t.Context(), x, 0)
			if e := wantError(t, err, KindRevocation); e.Problem != tc.want || strings.Contains(e.Error(), "a\nb") {
				t.Errorf("error: %v", e)
			}
		}
		if site.Count("") != 1 {
			t.Errorf("requests: %v", site.Asked())
		}
	})
}

// A token that lives too short for the only caller is revoked at once, and is
// not asked for again.
func TestLeaseOfATokenTooShort(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache, issuer := cacheAt(t)
		x := revocable("https://auth.example.com")
		for range 3 {
			_, _, err := cache.Lease(t.Context(), x, 2*time.Hour)
			_ = wantError(t, err, KindLifetime)
		}
		issuer.want(t, "tok-1")
		// Who wants less is not given what was revoked, and keeps what he is given.
		value, id := lend(t, cache, x)
		if value != "tok-2" {
			t.Errorf("the lease is of %s", value)
		}
		_, _, err := cache.Lease(t.Context(), x, 2*time.Hour)
		_ = wantError(t, err, KindLifetime)
		issuer.want(t, "tok-1")
		release(t, cache, id)
		issuer.want(t, "tok-1", "tok-2")
		if len(issuer.issued) != 2 {
			t.Errorf("issued: %v", issuer.issued)
		}
	})
}

// Of callers at the same time, those who can use the token keep it.
func TestLeaseOfATokenTooShortForSome(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache, issuer := cacheAt(t)
		cache.client.transport.Client(nil).Transport = tokentest.RoundTripper(func(req *http.Request) (*http.Response, error) {
			time.Sleep(time.Second)
			return issuer.RoundTrip(req)
		})
		var wg sync.WaitGroup
		for i := range 60 {
			wg.Go(func() {
				wish := time.Duration(i%2) * 2 * time.Hour
				_, id, err := cache.Lease(t.Context(), revocable("https://auth.example.com"), wish)
				if wish > 0 {
					_ = wantError(t, err, KindLifetime)
					return
				}
				if err != nil {
					t.Error(err)
				}
				time.Sleep(time.Minute)
				release(t, cache, id)
			})
		}
		wg.Wait()
		if diff := cmp.Diff([]string{"tok-1"}, issuer.issued); diff != "" {
			t.Error(diff)
		}
		issuer.want(t, "tok-1")
	})
}

// All revocations at an endpoint that does not answer end in the time of one.
func TestRevocationsAtAHangingEndpoint(t *testing.T) {
	t.Parallel()
	tokentest.EachInBubble(t, map[string]tokentest.RoundTripper{
		"hangs":   tokentest.Hanging,
		"is busy": tokentest.Answering(tokentest.NewPage(http.StatusServiceUnavailable, "", "{}"), nil),
	}, func(t *testing.T, endpoint tokentest.RoundTripper) {
		cache, issuer := cacheAt(t)
		cache.client.settings.MaxRetries = 20
		var ids []string
		for i := range 5 {
			x := revocable("https://auth.example.com")
			x.Credentials = fmt.Sprint("set-", i)
			_, id := lend(t, cache, x)
			ids = append(ids, id)
		}
		cache.client.transport.Client(nil).Transport = endpoint
		start := time.Now()
		var wg sync.WaitGroup
		wg.Go(func() { time.Sleep(5 * time.Second); wantUnrevoked(t, cache, ids[0]) })
		for _, id := range ids[1:4] {
			wantUnrevoked(t, cache, id)
		}
		wg.Wait()
		if took := time.Since(start); took > 8*time.Second {
			t.Errorf("took %s", took)
		}
		// It may have recovered by now.
		time.Sleep(2 * time.Minute)
		cache.client.transport.Client(nil).Transport = issuer
		release(t, cache, ids[4])
		issuer.want(t, "tok-5")
	})
}

func wantUnrevoked(t *testing.T, cache *Cache, id string) {
	t.Helper()
	if err := cache.Release(t.Context(), id); err == nil || !isRevocation(err) {
		t.Errorf("error = %v", err)
	}
}

// An endpoint that refuses is not one that hangs.
func TestRevocationsAtARefusingEndpoint(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cache, issuer := cacheAt(t)
		first, second := revocable("https://auth.example.com"), revocable("https://auth.example.com")
		second.Credentials = "another"
		_, one := lend(t, cache, first)
		_, two := lend(t, cache, second)
		cache.client.transport.Client(nil).Transport = tokentest.RoundTripper(func(*http.Request) (*http.Response, error) {
			time.Sleep(7 * time.Second)
			return tokentest.Response(http.StatusForbidden, nil, "{}"), nil
		})
		_ = cache.Release(t.Context(), one)
		cache.client.transport.Client(nil).Transport = issuer
		time.Sleep(3 * time.Second)
		release(t, cache, two)
		issuer.want(t, "tok-2")
	})
}

// Whatever the order, some ask for more life than a token has and others for less:
// nobody is handed what was revoked, and in the end no token is left.
func TestLeasesOfTokensTooShortAtOnce(t *testing.T) {
	t.Parallel()
	cache, issuer := cacheAt(t)
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() {
			for n := range 60 {
				if (i+n)%3 == 0 {
					_, _, err := cache.Lease(t.Context(), revocable("https://auth.example.com"), 2*time.Hour)
					_ = wantError(t, err, KindLifetime)
					continue
				}
				leaseOnce(t, cache, issuer, 0)
			}
		})
	}
	wg.Wait()
	issuer.wantNoneLeft(t)
}

// What is filled into HTTP Basic may have what HTTP Basic cannot carry: nothing is sent.
func TestBasicThatCannotBeSent(t *testing.T) {
	t.Parallel()
	fine := said.NewSecret("fake:fine")
	type row struct {
		auth    ClientAuth
		refused bool
	}
	tokentest.Each(t, map[string]row{
		"a time in the user name":  {Basic{said.NewSecret("at {time_rfc3339}"), fine}, true},
		"NUL in the password":      {Basic{said.NewSecret("a"), said.NewSecret("fake\x00")}, true},
		"a colon in a client id":   {ClientSecretBasic{ID: "fake:id", Secret: fine, Raw: true}, true},
		"a line break in a secret": {ClientSecretBasic{ID: "fake", Secret: said.NewSecret("fake\n"), Raw: true}, true},
		"both, form-encoded":       {ClientSecretBasic{ID: "fake:id", Secret: said.NewSecret("fake\n")}, false},
	}, func(t *testing.T, tc row) {
		cache, site := cacheOf(t, map[string]tokentest.Page{"https://auth.example.com/token": tokentest.JSONPage(`{"access_token":"tok-1"}`)})
		x := testExchange("https://auth.example.com/token")
		x.Request.Auth, x.Request.Template = tc.auth, true
		_, err := cache.Token(t.Context(), x, 0)
		if !tc.refused {
			if err != nil {
				t.Error(err)
			}
			return
		}
		e := wantError(t, err, KindRequest)
		if _, ok := errors.AsType[*BasicError](e.Cause); !ok || strings.Contains(e.Error(), "fake") || site.Count("") != 0 {
			t.Errorf("%d requests, error: %v", site.Count(""), e)
		}
	})
}

func isRevocation(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Purpose == ForRevocation && e.Exchange.Host() == "auth.example.com" && e.Token != nil
}
