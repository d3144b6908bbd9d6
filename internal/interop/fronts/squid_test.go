//go:build unix

package fronts_test

import (
	"crypto/md5" //nolint:gosec // the proxy's password file is made of it
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// noParent is a port where no proxy listens.
const noParent = "1"

// proxyUser is whom the proxy knows.
const proxyUser = "fake-user"

// squid has a parent at a port, where it looks for one as it starts.
func squid(parent string) kind {
	return kind{
		name: "squid", config: "squid.conf", account: "proxy", stop: syscall.SIGTERM, parent: parent,
		ports: []string{"open", "basic", "denied", "child", "bump", "secure"},
		before: func(t *testing.T, p program, dir string) {
			t.Helper()
			sum := md5.Sum([]byte(proxyPassword)) //nolint:gosec // as above
			line := proxyUser + ":" + hex.EncodeToString(sum[:]) + "\n"
			clitest.OK(t, os.WriteFile(filepath.Join(dir, "passwords"), []byte(line), 0o600))
			helper := filepath.Join(p.root, "usr", "lib", "squid", "security_file_certgen")
			mustRun(t, p.command(t, helper, "-c", "-s", filepath.Join(dir, "certificates"), "-M", "4MB"))
		},
		args: func(config string) []string { return []string{"-N", "-d1", "-f", config} },
	}
}

// proxy is the transport through one of the proxy's ports.
func (f *front) proxy(port, credentials string) object {
	scheme := map[bool]string{false: "http", true: "https"}[port == "secure"]
	if credentials != "" {
		credentials += "@"
	}
	return object{"proxy_url": scheme + "://" + credentials + "localhost:" + f.Port[port]}
}

func TestSquid(t *testing.T) {
	t.Parallel()
	parent := start(t, squid(noParent))
	f := start(t, squid(parent.Port["open"]))
	f.check(t, slices.Concat(f.squidTunnels(), f.squidInterception(), f.squidRefusals()))
}

// squidTunnels has one line in the log for a tunnel, with no name of a row.
func (f *front) squidTunnels() []row {
	const many = 6
	good, wrong := proxyUser+":"+proxyPassword, proxyUser+":"+wrongPassword
	return []row{
		{name: "open", at: "endpoint:/", transport: f.proxy("open", ""), times: many, asked: many},
		{name: "open-together", at: "endpoint:/", transport: f.proxy("open", ""), times: many, together: true, asked: many},
		{name: "secure", at: "endpoint:/", transport: f.proxy("secure", ""), times: many, asked: many},
		{name: "basic", at: "endpoint:/", transport: f.proxy("basic", good), times: many, asked: many},
		{
			name: "basic-none", at: "endpoint:/", transport: f.proxy("basic", ""), summary: unreachable,
			says: []string{"the proxy localhost:", "HTTP 407", "NAME:PASSWORD@"}, never: []string{"attempts"},
		},
		{
			name: "basic-wrong", at: "endpoint:/", transport: f.proxy("basic", wrong), summary: unreachable,
			says: []string{"the proxy localhost:", "HTTP 407"}, never: []string{"attempts"},
		},
		{
			name: "denied", at: "endpoint:/", transport: f.proxy("denied", ""), summary: unreachable,
			says: []string{"the proxy localhost:", "HTTP 403 Forbidden", "Allow the endpoint's host on the proxy"}, never: []string{"attempts"},
		},
		{
			name: "not-secure", at: "endpoint:/", transport: object{"proxy_url": "https://localhost:" + f.Port["open"]}, summary: unreachable,
			says: []string{"the proxy localhost:", "does not speak TLS", "transport.proxy_url"}, never: []string{"attempts"},
		},
		{
			name: "secure-without", at: "endpoint:/", transport: object{"proxy_url": "http://localhost:" + f.Port["secure"]}, summary: unreachable,
			says: []string{"the proxy localhost:", "after 3 attempts"},
		},
		{name: "child", at: "endpoint:/", transport: f.proxy("child", ""), asked: 1},
		{
			name: "far-end-down", at: "nobody:/", transport: f.proxy("open", ""), summary: unreachable,
			says: []string{"the proxy localhost:", "HTTP 503", "after 3 attempts"},
		},
		{name: "plain", at: "http+endpoint:/", transport: f.proxy("open", ""), times: many, asked: many, seen: many},
		{
			name: "plain-denied", at: "http+endpoint:/", transport: f.proxy("denied", ""), seen: 1, summary: refused,
			says: []string{"HTTP 403", "comes from a proxy", "Allow the endpoint's host"}, never: []string{"<"},
		},
		{
			name: "plain-basic-none", at: "http+endpoint:/", transport: f.proxy("basic", ""), seen: 1, summary: refused,
			says: []string{"HTTP 407", "comes from", "proxy", "NAME:PASSWORD@"}, never: []string{"<"},
		},
		{
			name: "plain-down", at: "http+nobody:/", transport: f.proxy("open", ""), seen: 3, summary: refused,
			says: []string{"HTTP 503", "comes from a proxy", "transport.proxy_url"}, never: []string{"<"},
		},
	}
}

// squidInterception: a proxy that opens the tunnel signs for every host.
func (f *front) squidInterception() []row {
	through := f.proxy("bump", "")
	trusting := object{"proxy_url": through["proxy_url"], "ca_certificates_pem": f.keys.interceptor.Certificate}
	return []row{
		{name: "bump", at: "endpoint:/", transport: trusting, times: 4, asked: 4, seen: 4},
		{
			name: "bump-unknown", at: "endpoint:/", transport: through, summary: unreachable,
			says: []string{"an authority that this machine does not know", "transport.ca_certificates_pem", "through the proxy localhost:"}, never: []string{"attempts"},
		},
		{
			name: "bump-down", at: "nobody:/", transport: trusting, seen: 3, summary: refused,
			says: []string{"HTTP 503", "comes from a proxy", "transport.proxy_url"}, never: []string{"<"},
		},
	}
}

// A proxy whose parent is down cannot do what it is asked to.
func TestSquidIsAnOrphan(t *testing.T) {
	t.Parallel()
	f := start(t, squid(noParent))
	f.check(t, []row{{
		name: "orphan", at: "endpoint:/", transport: f.proxy("child", ""), summary: unreachable,
		says: []string{"the proxy localhost:", "HTTP 500", "after 3 attempts"},
	}})
}

// A proxy that dies takes the request under way with it. What is asked again
// finds no proxy.
func TestSquidDies(t *testing.T) {
	t.Parallel()
	f := start(t, squid(noParent))
	r := row{name: "dies", at: "endpoint:/hold/", transport: f.proxy("open", "")}
	p := newPlugin(t, f.block(r))
	said := make(chan string, 1)
	go func() {
		_, diags := p.ask(t, setName(0))
		said <- say(diags)
	}()
	f.awaitRequest(t)
	f.kill(t)
	close(f.endpoint.release)
	if got := <-said; !strings.Contains(got, unreachable) || !strings.Contains(got, "the proxy localhost:") || !strings.Contains(got, "refused") {
		t.Errorf("it says %s", got)
	}
	if n := f.endpoint.asked(r.name); n != 1 {
		t.Errorf("%d requests reached the endpoint, want 1", n)
	}
}
