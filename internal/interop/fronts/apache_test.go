//go:build unix

package fronts_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

func apache() kind {
	return kind{
		name: "apache2", config: "apache2.conf", account: "www-data", stop: syscall.SIGWINCH,
		ports: []string{"tls12", "tls13", "h2", "mutual", "plain"},
		more:  []string{"places.conf"},
		before: func(t *testing.T, _ program, dir string) {
			t.Helper()
			// Of nobody who asks here.
			clitest.OK(t, os.WriteFile(filepath.Join(dir, "passwords"), []byte("somebody:{SHA}fake\n"), 0o600))
		},
		args: func(config string) []string { return []string{"-DFOREGROUND", "-f", config} },
	}
}

func TestApache(t *testing.T) {
	t.Parallel()
	f := start(t, apache())
	f.check(t, slices.Concat(apacheConnections(), apachePages(), apacheCertificates(f.keys), apacheRenegotiation(f.keys)))
}

func apacheConnections() []row {
	const many = 12
	return []row{
		{name: "tls12", at: "tls12:/", times: many, asked: many, seen: many},
		{name: "tls13", at: "tls13:/", times: many, asked: many, seen: many},
		{name: "h2", at: "h2:/", times: many, asked: many, seen: many},
		{name: "h2-together", at: "h2:/", times: many, together: true, asked: many, seen: many},
		{name: "plain", at: "http+plain:/", times: many, asked: many, seen: many},
		{name: "plain-idle", at: "http+plain:/", times: many, pause: 5 * time.Millisecond, asked: many, seen: many},
		{name: "plain-together", at: "http+plain:/", times: many, together: true, asked: many, seen: many},
	}
}

// apachePages are refused with pages in HTML, of which nothing is shown.
func apachePages() []row {
	var rows []row
	for _, at := range []string{"tls12:", "tls13:", "h2:"} {
		page := func(name string, seen int, says ...string) {
			rows = append(rows, row{
				name: name + "-" + strings.TrimSuffix(at, ":"), at: at + "/" + name + "/", seen: seen,
				summary: refused, says: says, never: []string{"<", "Apache"},
			})
		}
		page("basic", 1, "HTTP 401", htmlPage)
		page("denied", 1, "HTTP 403", htmlPage)
		page("methods", 1, "HTTP 405", "no token endpoint at this address")
		page("limit", 1, "HTTP 403", htmlPage)
		page("gone", 1, "HTTP 410", "no token endpoint at this address")
		page("down", 3, "HTTP 503", "kept failing", htmlPage)
	}
	// httpd takes what is not HTTP for an answer of the first HTTP there was.
	rows = append(rows, row{name: "garbage", at: "tls12:/garbage/", asked: 1, seen: 1, summary: noToken, says: []string{"HTTP 200", "not JSON"}})
	return append(rows, row{
		name: "moved", at: "tls12:/moved/", seen: 1, summary: redirected, says: []string{"https://auth.example.com", "set token_url to the endpoint there"},
	})
}

// apacheCertificates are asked for as soon as the front end knows the path.
func apacheCertificates(k *keyring) []row {
	later := []string{"HTTP 403", "asks for a client certificate after the request", "TLS 1.2", "SSLVerifyClient"}
	never := []string{"knows the client"}
	return []row{
		{name: "mutual", at: "mutual:/", set: certificate(k.client), times: 2, asked: 2, seen: 2},
		{name: "mutual-shallow", at: "mutual:/", set: certificate(k.deep), summary: unreachable, says: []string{"refused the TLS connection", "client_certificate_pem"}},
		{name: "mutual-none", at: "mutual:/", summary: unreachable, says: []string{"refused the TLS connection", "client_certificate_pem"}},

		{name: "renegotiation-buffer", at: "tls12:/small-buffer/", set: certificate(k.client), seen: 1, summary: refused, says: []string{"HTTP 413", "larger than the server accepts"}},

		{name: "later", at: "tls13:/certificate/", set: certificate(k.client), seen: 1, summary: refused, says: later, never: never},
		{name: "later-none", at: "tls13:/certificate/", seen: 1, summary: refused, says: later, never: never},
		{name: "no-tls", at: "http+tls12:/", seen: anyNumber, summary: refused, says: []string{"HTTP 400", "expects TLS", "https://"}},
	}
}

func TestApacheReloads(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"h2:/hold/", "tls12:/hold/"} {
		t.Run(strings.TrimSuffix(at, ":/hold/"), func(t *testing.T) {
			t.Parallel()
			f := start(t, apache())
			f.reloads(t, row{name: "reload", at: at, times: 6}, syscall.SIGUSR1, "graceful restart")
		})
	}
}
