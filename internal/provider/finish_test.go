package provider_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/provider"
)

// When the CLI has ended without a close, what it left open is closed.
func TestFinishRevokes(t *testing.T) {
	noEnvironment(t)
	a, api := newAuthServer(t), newAPI(t, http.HandlerFunc(echo))
	p := configured(t, a.block(nil))
	p.opened("oauth2", revoking())
	o := p.opened("proxy", toAPI(api.URL).and(revoking()).and(object{"scopes": []string{"other"}}))
	provider.Finish(t.Context(), p.server)
	if status, body := o.through(t, "/"); status != 0 {
		t.Errorf("after the end: HTTP %d %s", status, body)
	}
	if revoked := slices.Sorted(slices.Values(a.revoked())); !slices.Equal(revoked, []string{"fake-token-1", "fake-token-2"}) {
		t.Errorf("revoked: %q", revoked)
	}
}

// A session ends after the token that rests on it, which cannot be revoked without it.
func TestFinishRevokesFromTheOutsideIn(t *testing.T) {
	noEnvironment(t)
	for range 10 { // any order would do at times
		h := newHub(t)
		p := configured(t, h.bothRevoked())
		for _, name := range []string{"login", "api"} {
			p.opened("custom", revoking().and(object{"credentials": name}))
		}
		provider.Finish(t.Context(), p.server)
		h.want(t, "POST /login", "POST /token fake-ses/1", "POST /end fake-ses/1", "POST /end-session s=fake-ses%2F1")
	}
}

// What is slow at the end does not take the time of the rest: a revocation of a proxy's token
// that hangs, and a call that waits for a new refresh token.
func TestFinishDoesNotWaitInTurn(t *testing.T) {
	noEnvironment(t)
	fast, api := newAuthServer(t), newAPI(t, http.HandlerFunc(echo))
	ended := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/revoke" {
			<-ended
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprint(w, `{"access_token":"fake","expires_in":60}`) // the client may be gone
	}))
	t.Cleanup(slow.Close)
	t.Cleanup(func() { close(ended) })
	r := &rotating{arrived: make(chan struct{}, 1), takes: 2 * time.Second}
	login := httptest.NewServer(r)
	t.Cleanup(login.Close)
	set := object{"client_id": "fake", "client_secret": longSecret}
	p := configured(t, object{
		"token_store": object{"directory": filepath.Join(atHome(t), "store")},
		"oauth2": object{
			"fast":  fast.set(),
			"slow":  set.and(object{"token_url": slow.URL + "/token", "revocation_url": slow.URL + "/revoke"}),
			"login": set.and(object{"token_url": login.URL, "grant": "refresh_token", "refresh_token": "fake-refresh-token-0", "keep_refresh_token": true}),
		},
	})
	p.opened("oauth2", revoking().and(object{"credentials": "fast"}))
	p.opened("proxy", toAPI(api.URL).and(revoking()).and(object{"credentials": "slow"}))
	waited := make(chan struct{})
	go func() {
		defer close(waited)
		p.ask(t.Context(), dataSource, "oauth2", object{"credentials": "login"})
	}()
	<-r.arrived
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	provider.Finish(ctx, p.server)
	checkRevoked(t, fast, "fake-token-1")
	<-waited
}

// rotating is an endpoint that accepts each refresh token once, and answers late.
type rotating struct {
	issued  int
	arrived chan struct{} // gets something when a request has come
	takes   time.Duration // until it answers

	answered atomic.Bool
}

func (r *rotating) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if req.FormValue("refresh_token") != fmt.Sprint("fake-refresh-token-", r.issued) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprint(w, `{"error":"invalid_grant"}`)
		return
	}
	r.issued++
	r.arrived <- struct{}{}
	time.Sleep(r.takes)
	_, _ = fmt.Fprintf(w, `{"access_token":"fake","expires_in":60,"refresh_token":"fake-refresh-token-%d"}`, r.issued)
	r.answered.Store(true)
}

// When the CLI has been killed, a new refresh token that is on its way is kept: the one before
// is of no use any more.
func TestFinishKeepsTheNewRefreshToken(t *testing.T) {
	noEnvironment(t)
	home := atHome(t)
	r := &rotating{arrived: make(chan struct{}, 2), takes: time.Second}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	block := object{
		"token_store": object{"directory": filepath.Join(home, "store")},
		"oauth2": object{"default": object{
			"token_url": server.URL, "client_id": "fake", "client_secret": longSecret, "grant": "refresh_token",
			"refresh_token": "fake-refresh-token-0", "keep_refresh_token": true,
		}},
	}
	killed := configured(t, block)
	ctx, kill := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		killed.ask(ctx, dataSource, "oauth2", nil)
	}()
	<-r.arrived
	kill()
	provider.Finish(t.Context(), killed.server)
	if !r.answered.Load() {
		t.Error("it does not wait for the response")
	}
	<-ended
	configured(t, block).token(dataSource, "oauth2", object{"min_remaining": "59s"})
}
