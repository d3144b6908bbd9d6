package token

import (
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/memnet"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// cost is what something costs on the network. Waits counts the handshakes that
// are waited for: each takes one more round trip with TLS 1.2.
type cost struct{ connections, requests, roundTrips, waits int }

// journey is what is done with a Cache on a network, and what it costs: Terraform
// does ten things at once.
type journey struct {
	do func(t *testing.T, cache *Cache)
	// noOAuth says that the issuer's metadata is only where OpenID Connect puts it.
	noOAuth bool
	// lateOpenID says that where OpenID Connect puts the metadata, the answer comes late.
	lateOpenID bool
	// spare says that some more connections may be opened over HTTP/1.1, because the
	// first one becomes free while others are opened.
	spare bool
	// pause is a time in which nothing happens.
	pause time.Duration
	http1 cost
	http2 cost
}

// home is the server of the journeys, and runner that of GitHub Actions.
const (
	home   = "https://" + wireHost
	runner = "runner.example.com"
)

func journeys() map[string]journey {
	fetch := func(x *Exchange) func(t *testing.T, cache *Cache) {
		return func(t *testing.T, cache *Cache) {
			t.Helper()
			wantToken(t, cache, x, 0, "")
		}
	}
	discovering := testExchange("")
	discovering.Issuer = home
	exchanging, exchangingThere := *testExchange(home + "/token"), *discovering
	exchanging.Request.Sources = map[string]source.Source{"subject_token": source.GitHubActions{}}
	exchangingThere.Request.Sources = exchanging.Request.Sources
	revoking := *discovering
	revoking.Revoke = &Request{Form: NewForm(map[string]string{"token": "{token}"})}
	lease := func(t *testing.T, cache *Cache) {
		t.Helper()
		_, id := lend(t, cache, &revoking)
		synctest.Wait() // net/http keeps the connection just after the answer
		release(t, cache, id)
	}
	sets := func(x Exchange) func(t *testing.T, cache *Cache) {
		return func(t *testing.T, cache *Cache) {
			t.Helper()
			var waiting sync.WaitGroup
			turns := make(chan struct{}, 10)
			for i := range 20 {
				waiting.Go(func() {
					turns <- struct{}{}
					defer func() { <-turns }()
					set := x
					set.Credentials = strconv.Itoa(i)
					set.Request.Auth = ClientSecretPost{ID: set.Credentials, Secret: said.NewSecret(testSecret)}
					fetch(&set)(t, cache)
				})
			}
			waiting.Wait()
		}
	}
	// A new connection takes two round trips with TLS 1.3: TCP's and TLS's.
	return map[string]journey{
		"token_url":                     {do: fetch(testExchange(home + "/token")), http1: cost{1, 1, 3, 1}, http2: cost{1, 1, 3, 1}},
		"issuer":                        {do: fetch(discovering), http1: cost{2, 3, 4, 1}, http2: cost{2, 3, 4, 1}},
		"issuer, OpenID Connect":        {do: fetch(discovering), noOAuth: true, http1: cost{2, 3, 4, 1}, http2: cost{2, 3, 4, 1}},
		"issuer, late OpenID":           {do: fetch(discovering), lateOpenID: true, http1: cost{2, 3, 4, 1}, http2: cost{2, 3, 4, 1}},
		"issuer and revocation":         {do: lease, http1: cost{2, 4, 5, 1}, http2: cost{2, 4, 5, 1}},
		"issuer, OpenID, revocation":    {do: lease, noOAuth: true, http1: cost{2, 4, 5, 1}, http2: cost{2, 4, 5, 1}},
		"20 sets":                       {do: sets(*testExchange(home + "/token")), http1: cost{20, 20, 6, 2}, http2: cost{10, 20, 4, 1}},
		"20 sets, issuer":               {do: sets(*discovering), spare: true, http1: cost{21, 22, 9, 3}, http2: cost{2, 22, 5, 1}},
		"20 sets, issuer, OpenID":       {do: sets(*discovering), noOAuth: true, spare: true, http1: cost{21, 22, 9, 3}, http2: cost{2, 22, 5, 1}},
		"GitHub":                        {do: fetch(&exchanging), http1: cost{2, 2, 6, 2}, http2: cost{2, 2, 6, 2}},
		"GitHub, issuer":                {do: fetch(&exchangingThere), http1: cost{3, 4, 7, 2}, http2: cost{3, 4, 7, 2}},
		"GitHub, issuer, OpenID":        {do: fetch(&exchangingThere), noOAuth: true, http1: cost{3, 4, 7, 2}, http2: cost{3, 4, 7, 2}},
		"one after the other, 3 s idle": {do: pausing(fetch, 3*time.Second), pause: 3 * time.Second, http1: cost{1, 2, 4, 1}, http2: cost{1, 2, 4, 1}},
		"one after the other, 5 s idle": {do: pausing(fetch, 5*time.Second), pause: 5 * time.Second, http1: cost{2, 2, 6, 2}, http2: cost{2, 2, 6, 2}},
	}
}

// pausing gets two tokens with a pause between them, which the clock leaves out.
func pausing(fetch func(*Exchange) func(*testing.T, *Cache), pause time.Duration) func(*testing.T, *Cache) {
	return func(t *testing.T, cache *Cache) {
		t.Helper()
		x := testExchange(home + "/token")
		fetch(x)(t, cache)
		time.Sleep(pause)
		other := *x
		other.Request.Form = NewForm(map[string]string{"grant_type": "client_credentials", "scope": "other"})
		fetch(&other)(t, cache)
	}
}

// What a token costs, as whole numbers: connections, requests, and round trips one
// after the other.
func TestRoundTrips(t *testing.T) {
	t.Parallel()
	for name, j := range journeys() {
		for protocol, want := range map[string]cost{"http/1.1": j.http1, "h2": j.http2} {
			for version, more := range map[uint16]int{tls.VersionTLS13: 0, tls.VersionTLS12: 1} {
				t.Run(fmt.Sprintf("%s/%s/%s", name, protocol, tls.VersionName(version)), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						want := want
						want.roundTrips += more * want.waits
						got := travel(t, j, protocol, version)
						t.Attr("cost", fmt.Sprintf("%d %d %d", want.connections, want.requests, want.roundTrips)) // for make bench
						got.waits = want.waits
						if j.spare && got.connections > want.connections && got.connections <= want.requests {
							got.connections = want.connections
						}
						if diff := cmp.Diff(want, got, cmp.AllowUnexported(cost{})); diff != "" {
							t.Error(diff)
						}
					})
				})
			}
		}
	}
}

// travel returns what a journey has cost.
func travel(t *testing.T, j journey, protocol string, version uint16) cost {
	t.Helper()
	const latency = 50 * time.Millisecond
	network := &memnet.Network{Latency: latency}
	var requests tokentest.Counter
	server := &http.Server{ErrorLog: log.New(io.Discard, "", 0), ReadHeaderTimeout: time.Hour, Handler: http.HandlerFunc(
		func(w http.ResponseWriter, r *http.Request) {
			requests.Add()
			if j.lateOpenID && r.URL.Path == "/.well-known/openid-configuration" {
				time.Sleep(time.Second)
			}
			answerJourney(w, r, j.noOAuth)
		})}
	trustedAll := ""
	for _, host := range []string{wireHost, runner} {
		certificate, trusted := memnet.Certify(t, host, -time.Hour, time.Hour)
		trustedAll += trusted
		listener := tls.NewListener(network.Listen(host+":443"), &tls.Config{
			Certificates: []tls.Certificate{certificate}, NextProtos: []string{protocol}, MinVersion: tls.VersionTLS12, MaxVersion: version,
		})
		go func() { _ = server.Serve(listener) }() // it ends with the test
	}
	t.Cleanup(func() {
		_ = server.Close()
		time.Sleep(time.Minute) // until the clients know
	})
	runtime, settings := testRuntime(), transport.DefaultSettings()
	runtime.Dial = network.Dial
	runtime.Getenv = func(name string) string {
		return map[string]string{"ACTIONS_ID_TOKEN_REQUEST_URL": "https://" + runner + "/?x=y", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "fake-runner-token"}[name]
	}
	settings.CACertificatesPEM = trustedAll
	client := clientWith(t, settings, runtime)
	began := time.Now()
	j.do(t, NewCache(client))
	took := time.Since(began) - j.pause
	connections := network.Dialled(wireHost+":443") + network.Dialled(runner+":443")
	return cost{connections: connections, requests: requests.Get(), roundTrips: int(took / (2 * latency))}
}

func answerJourney(w http.ResponseWriter, r *http.Request, noOAuth bool) {
	switch {
	case r.Host == runner:
		tokentest.AnswerWith(http.StatusOK, ContentTypeJSON, `{"value":"`+"fake-identity-token"+`"}`)(w, r)
	case r.URL.Path == "/token":
		tokentest.AnswerWith(http.StatusOK, ContentTypeJSON, goodAnswer)(w, r)
	case r.URL.Path == "/revoke":
	case r.URL.Path == "/.well-known/openid-configuration", r.URL.Path == "/.well-known/oauth-authorization-server" && !noOAuth:
		tokentest.AnswerWith(http.StatusOK, ContentTypeJSON, `{"issuer":"`+home+`","token_endpoint":"`+home+`/token","revocation_endpoint":"`+home+`/revoke"}`)(w, r)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}
