//go:build unix

package fronts_test

import (
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

func nginx() kind {
	return kind{
		name: "nginx", config: "nginx.conf", account: "root", stop: syscall.SIGQUIT,
		ports: []string{
			"tls", "plain", "one", "three", "plainone", "plaintwo", "idle", "plainidle", "closing", "narrow", "unnamed", "headers", "headers2",
			"mutual", "optional", "shallow",
		},
		args: func(config string) []string { return []string{"-c", config, "-e", "stderr"} },
	}
}

// certificate is the client certificate of a set.
func certificate(p testkeys.Pair) object {
	return object{"client_certificate_pem": p.Certificate, "client_key_pem": p.Key}
}

func TestNginx(t *testing.T) {
	t.Parallel()
	f := start(t, nginx())
	f.check(t, slices.Concat(nginxConnections(), nginxLimits(), nginxPages(), nginxRedirects(), nginxCertificates(f.keys), nginxOverHTTP2()))
}

// Whatever a front end does with connections, a token costs one request.
func nginxConnections() []row {
	const many = 12
	return []row{
		{name: "h2", at: "tls:/", asked: 1, seen: 1},
		{name: "h2-many", at: "tls:/", times: many, asked: many, seen: many},
		{name: "h2-together", at: "tls:/", times: many, together: true, asked: many, seen: many},
		{name: "plain", at: "http+plain:/", times: many, asked: many, seen: many},
		{name: "gzip", at: "tls:/gzip/", asked: 1, seen: 1},
		{name: "one", at: "one:/", times: many, asked: many, seen: many},
		{name: "one-together", at: "one:/", times: many, together: true, asked: many, seen: many},
		{name: "three", at: "three:/", times: many, asked: many, seen: many},
		{name: "three-together", at: "three:/", times: many, together: true, asked: many, seen: many},
		{name: "plain-one", at: "http+plainone:/", times: many, asked: many, seen: many},
		{name: "plain-two", at: "http+plaintwo:/", times: many, asked: many, seen: many},
		{name: "plain-two-together", at: "http+plaintwo:/", times: many, together: true, asked: many, seen: many},
		{name: "idle", at: "idle:/", times: many, pause: 25 * time.Millisecond, asked: many, seen: many},
		{name: "plain-idle", at: "http+plainidle:/", times: many, asked: many, seen: many},
		{name: "plain-idle-longer", at: "http+plainidle:/", times: many, pause: 5 * time.Millisecond, asked: many, seen: many},
		{name: "closing", at: "closing:/", times: many, asked: many, seen: many},
		{name: "closing-together", at: "closing:/", times: many, together: true, asked: many, seen: many},
		{name: "narrow-together", at: "narrow:/", times: many, together: true, asked: many, seen: many},
		{name: "no-retries", at: "one:/", times: many, transport: object{"max_retries": 0}, asked: many, seen: many},
	}
}

func nginxLimits() []row {
	return []row{
		{name: "limit-503", at: "tls:/limit-503/", times: 2, asked: 1, seen: 4, summary: refused, says: []string{"HTTP 503"}},
		{name: "limit-429", at: "tls:/limit-429/", times: 2, asked: 1, seen: 4, summary: refused, says: []string{"HTTP 429", "limits how often"}},
		{name: "limit-later", at: "tls:/limit-later/", times: 2, asked: 1, seen: 2, summary: tooLong, says: []string{"HTTP 429", "retry_max_wait"}},
		{
			name: "limit-second", at: "tls:/limit-second/", times: 2, transport: object{"retry_max_wait": "65s"},
			asked: 2, seen: anyNumber,
		},
		{name: "maintenance", at: "tls:/maintenance/", seen: 1, summary: tooLong, says: []string{"HTTP 503", "retry_max_wait"}},
		{name: "small-body", at: "tls:/small/", seen: 1, summary: refused, says: []string{"HTTP 413", "larger than the server accepts"}},
		{
			name: "long-header", at: "headers:/", set: object{"request_headers": object{"X-Long": strings.Repeat("x", 2000)}},
			seen: 1, summary: refused, says: []string{"HTTP 400", "headers of the request are larger", "request_headers"}, never: []string{"scopes"},
		},
		{name: "long-path", at: "headers:/" + strings.Repeat("x", 2000) + "/", seen: anyNumber, summary: refused, says: []string{"HTTP 414", "token_url"}},
		{
			name: "underscores", at: "tls:/" + underscored + "/", set: object{"request_headers": object{underscored: "fake-key"}},
			asked: 1, seen: 1, summary: refused, says: []string{"HTTP 401"},
		},
	}
}

func nginxPages() []row {
	page := func(name string, seen int, says ...string) row {
		return row{name: name, at: "tls:/" + strings.TrimPrefix(name, "page-") + "/", seen: seen, summary: refused, says: says, never: []string{"<", "nginx"}}
	}
	return []row{
		page("page-400", 1, "HTTP 400", htmlPage),
		page("page-403", 1, "HTTP 403", htmlPage),
		page("page-404", 1, "HTTP 404", "There is no token endpoint at this address"),
		page("page-405", 1, "HTTP 405", "There is no token endpoint at this address"),
		page("down", 3, "HTTP 502", "kept failing", htmlPage),
		func() row { r := page("slow", 3, "HTTP 504", "kept failing", htmlPage); r.asked = 3; return r }(),
		{name: "444", at: "http+plain:/444/", seen: 3, summary: unreachable, says: []string{"closed the connection", "after 3 attempts"}},
		{name: "login", at: "tls:/login/", seen: 1, summary: noToken, says: []string{"HTML page", "login page"}},
		// nginx, as httpd, reads what is not HTTP as an answer of HTTP/0.9, and passes it on with the status 009.
		{name: "garbage", at: "tls:/garbage/", asked: 1, seen: 1, summary: noToken, says: []string{"does not begin with an HTTP status", "token_url"}},
		{name: "plain-garbage", at: "http+plain:/garbage/", asked: 1, seen: 1, summary: noToken, says: []string{"breaks the rules of HTTP", "may not be HTTP"}},
		{
			name: "hidden", at: "tls:/hidden/", set: object{"client_secret": wrongPassword}, asked: 1, seen: 1, summary: noToken,
			says: []string{"HTML page", "login page"},
		},
		{name: "empty", at: "tls:/empty/", seen: 1, summary: noToken, says: []string{"HTTP 204", "empty"}},
	}
}

func nginxRedirects() []row {
	elsewhere := []string{"https://auth.example.com", "set token_url to the endpoint there"}
	return []row{
		{name: "301", at: "tls:/301/", seen: 1, summary: redirected, says: elsewhere},
		{name: "307", at: "tls:/307/", seen: 1, summary: redirected, says: elsewhere},
		{name: "308", at: "tls:/308/", seen: 1, summary: redirected, says: elsewhere},
		{name: "308-here", at: "tls:/308-here/", asked: 1, seen: 2},
		{name: "301-here", at: "tls:/301-here/", seen: 1, summary: redirected, says: []string{"HTTP 301", "lose what the request sends"}},
		{name: "to-https", at: "http+plain:/secure/", seen: 1, summary: redirected, says: []string{"https://localhost:", "set token_url"}},
	}
}

func nginxCertificates(k *keyring) []row {
	const wanted = "client_certificate_pem"
	none := []string{"HTTP 400", "requires a client certificate", wanted}
	other := []string{"HTTP 400", "does not accept the client certificate", wanted}
	never := []string{"Check client_id"}
	return []row{
		{name: "mutual", at: "mutual:/", set: certificate(k.client), times: 2, asked: 2, seen: 2},
		{name: "mutual-deep", at: "mutual:/", set: certificate(k.deep), asked: 1, seen: 1},
		{name: "mutual-none", at: "mutual:/", seen: 1, summary: refused, says: none, never: never},
		{name: "mutual-unknown", at: "mutual:/", set: certificate(k.selfSigned), seen: 1, summary: refused, says: other, never: never},
		{name: "mutual-unfit", at: "mutual:/", set: certificate(k.unfit), seen: 1, summary: refused, says: other, never: never},
		{name: "mutual-shallow", at: "shallow:/", set: certificate(k.deep), seen: 1, summary: refused, says: other, never: never},
		{name: "optional", at: "optional:/", set: certificate(k.client), asked: 1, seen: 1},
		{name: "optional-none", at: "optional:/", seen: 1, summary: refused, says: []string{"HTTP 403", htmlPage}},
		{name: "no-tls", at: "http+tls:/", seen: 1, summary: refused, says: []string{"HTTP 400", "expects TLS", "https://"}, never: never},
	}
}

// A front end that reads its configuration once more answers what it has been
// asked, over connections that take nothing new.
func TestNginxReloads(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"tls:/hold/", "http+plain:/hold/"} {
		t.Run(strings.TrimSuffix(at, ":/hold/"), func(t *testing.T) {
			t.Parallel()
			f := start(t, nginx())
			f.reloads(t, row{name: "reload", at: at, times: 6}, syscall.SIGHUP, "gracefully shutting down")
		})
	}
}
