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

// rotating is an endpoint that accepts each refresh token once, and answers late.
type rotating struct {
	issued  int
	arrived chan struct{} // gets something when a request has come

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
	time.Sleep(time.Second)
	_, _ = fmt.Fprintf(w, `{"access_token":"fake","expires_in":60,"refresh_token":"fake-refresh-token-%d"}`, r.issued)
	r.answered.Store(true)
}

// When the CLI has been killed, a new refresh token that is on its way is kept: the one before
// is of no use any more.
func TestFinishKeepsTheNewRefreshToken(t *testing.T) {
	noEnvironment(t)
	home := atHome(t)
	r := &rotating{arrived: make(chan struct{}, 2)}
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
