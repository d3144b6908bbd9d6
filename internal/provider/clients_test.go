package provider_test

import (
	"fmt"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
)

// emtechClient gives Emtech another client, and returns the set of it. Emtech's
// tokens tell which client they were issued to.
func (b *box) emtechClient(id string) object {
	c := sandbox.Client{ID: id, Secret: "fake secret of " + id}
	b.AddClient("emtech", c)
	return b.setOf("emtech", c)
}

// setEnvironment gives the service's set "default" by the environment alone.
func (b *box) setEnvironment(t *testing.T, s service.Service) {
	t.Helper()
	// basic_encoding has no variable, and its default is form.
	clients := b.Clients(s.Name)
	c := clients[len(clients)-1]
	t.Setenv(s.Variable("client_id"), c.ID)
	t.Setenv(s.Variable("client_secret"), c.Secret)
	t.Setenv(s.Variable("token_url"), b.tokenURL(s.Name))
}

// subject is the client that a token was issued to.
func subject(t *testing.T, accessToken string) string {
	t.Helper()
	_, claims, err := answer.DecodeJWT(accessToken)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(claims["sub"])
}

// proxy serves a proxy that sends all requests to the sandbox, whatever host
// they are for, and counts them.
func (b *box) proxy(t *testing.T) (address string, passed *atomic.Int64) {
	t.Helper()
	target := clitest.Must(url.Parse(b.web.URL))(t)
	passed = new(atomic.Int64)
	forward := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		passed.Add(1)
		r.SetURL(target)
	}}
	web := newWeb(t, forward)
	return web.URL, passed
}

// asked checks how often a service's endpoint has been asked so far.
func (b *box) asked(name string, want int) error {
	if got := b.Requests(name); got != want {
		return fmt.Errorf("%s was asked %d times, want %d", name, got, want)
	}
	return nil
}
