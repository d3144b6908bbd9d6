package acceptance

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// closesWithin is how soon nothing may listen any more after the end of a proxy.
const closesWithin = 2 * time.Second

// proxiedLab is a lab whose downstream provider calls an API through apitoken_proxy.
type proxiedLab struct {
	*sandboxLab
	api   *api
	notes string // the file with what the downstream provider was configured with
}

// newProxied returns a lab with an API that opens to tokens of oauth2.
func (l *sandboxLab) newProxied() *proxiedLab {
	l.T.Helper()
	return l.newProxiedTo(l.startAPI(func(header http.Header) bool { return l.box.Opens("oauth2", header) }))
}

func (l *sandboxLab) newProxiedTo(a *api) *proxiedLab {
	l.T.Helper()
	p := &proxiedLab{l, a, filepath.Join(l.T.TempDir(), "notes")}
	p.Env[notesEnv] = p.notes
	p.configure(l.set("oauth2", "var.oauth2_secret"), p.proxy("this", ""))
	return p
}

// configure replaces the configuration: sets are those of the provider block.
func (p *proxiedLab) configure(sets string, parts ...string) {
	p.T.Helper()
	p.Configure(append([]string{`
terraform {
  required_providers {
    apitoken = { source = "apitoken/apitoken" }
    caller   = { source = "example/caller" }
  }
}
`, p.secretVariables(), providerBlock("", sets)}, parts...)...)
}

// proxied replaces the configuration by one with oauth2 alone.
func (p *proxiedLab) proxied(parts ...string) {
	p.T.Helper()
	p.configure(p.set("oauth2", "var.oauth2_secret"), parts...)
}

// proxy is a proxy to the API with further arguments, and a downstream provider that uses it.
func (p *proxiedLab) proxy(name, arguments string) string {
	return proxyTo(name, fmt.Sprintf("service = \"oauth2\"\n  upstream = %q\n  %s", p.api.url, arguments))
}

func proxyTo(name, arguments string) string {
	return fmt.Sprintf(`
ephemeral "apitoken_proxy" %[1]q {
  %[2]s
}

provider "caller" {
  alias   = %[1]q
  url     = ephemeral.apitoken_proxy.%[1]s.url
  headers = ephemeral.apitoken_proxy.%[1]s.headers
}
`, name, arguments)
}

// callsOf is resources of the downstream provider that uses a proxy.
func callsOf(proxy, arguments string) string {
	return fmt.Sprintf("\nresource \"caller_calls\" %[1]q {\n  provider = caller.%[1]s\n  %[2]s\n}\n", proxy, arguments)
}

// program is provisioners that call the API through a proxy for some time. They show its key in
// a header of their own, and write down their environment.
func (p *proxiedLab) program(proxy string, count int, lasts time.Duration) string {
	p.T.Helper()
	return fmt.Sprintf(`
resource "terraform_data" %[1]q {
  count = %[2]d
  provisioner "local-exec" {
    interpreter = [%[3]q]
    command     = %[4]q
    environment = {
      CALL_URL    = ephemeral.apitoken_proxy.%[1]s.url
      CALL_HEADER = "X-Api-Key"
      CALL_KEY    = ephemeral.apitoken_proxy.%[1]s.access_token
      CALL_FOR    = %[5]q
      CALL_NOTES  = %[6]q
    }
  }
}
`, proxy, count, p.Self(), callCommand, lasts, p.environmentOf(proxy))
}

// environmentOf is the file with the environment of a program.
func (p *proxiedLab) environmentOf(proxy string) string {
	return filepath.Join(filepath.Dir(p.notes), proxy+".environ")
}

// noted returns what the downstream provider was configured with, in order.
func (p *proxiedLab) noted() (list []note) {
	p.T.Helper()
	for decoder := json.NewDecoder(strings.NewReader(p.Read(p.notes))); decoder.More(); {
		var n note
		clitest.OK(p.T, decoder.Decode(&n))
		list = append(list, n)
	}
	return list
}

// keys returns the keys of all proxies.
func (p *proxiedLab) keys() []clitest.Needle {
	p.T.Helper()
	var needles []clitest.Needle
	for _, n := range p.noted() {
		if key, ok := strings.CutPrefix(n.Headers["Authorization"], "Bearer "); ok {
			needles = append(needles, clitest.Needle{Name: "key of a proxy", Value: key})
		}
	}
	return needles
}

// closed checks that no proxy listens any more, and that the API got no key.
func (p *proxiedLab) closed() {
	p.T.Helper()
	began := time.Now()
	for _, n := range p.noted() {
		address := clitest.Must(hostOf(n.URL))(p.T)
		for isListening(address) {
			if time.Since(began) > closesWithin {
				p.T.Errorf("something listens on %s after %s", address, time.Since(began))
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	for _, finding := range clitest.Must(clitest.SearchBytes("what the API got", p.api.headers(), p.keys()...))(p.T) {
		p.T.Errorf("found %s", finding)
	}
}

func hostOf(raw string) (string, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return "", err
	}
	return u.Host, nil
}

func isListening(address string) bool {
	conn, err := new(net.Dialer).DialContext(context.Background(), "tcp", address)
	if err != nil {
		return false
	}
	_ = conn.Close() // nothing was sent
	return true
}

// isUnchanged checks that a plan has nothing to do.
func (p *proxiedLab) isUnchanged() {
	p.T.Helper()
	if result := p.Run("plan", "-detailed-exitcode"); result.Code != 0 {
		p.T.Errorf("the next plan is not empty: %d\n%s", result.Code, result.Stdout+result.Stderr)
	}
}
