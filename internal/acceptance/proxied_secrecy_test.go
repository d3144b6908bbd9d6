package acceptance

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// A provider and programs that use a proxy of each service get no token, and nothing that the
// run writes has one, or the key of a proxy.
func testProxiedSecrecy(l *sandboxLab) {
	log, p := l.talkative(), l.newProxied()
	var sets string
	var parts []string
	for _, name := range services() {
		sets += p.set(name, "var."+name+"_secret")
		parts = append(parts, proxyTo(name, fmt.Sprintf("service = %q\n  upstream = %q", name, p.url+sandbox.ResourcePath(name))),
			callsOf(name, `path = ""`), p.program(name, 1, 0))
	}
	p.configure(sets, parts...)
	p.Must("plan", "-out="+savedPlan)
	p.Must("show", "-json", savedPlan)
	p.Must("apply", savedPlan)
	p.Must("show", "-json")
	p.isUnchanged()
	p.closed()
	p.checkLog(log)
	if !strings.Contains(p.Read(log), "proxied a request") {
		p.T.Error("the log has no request of a proxy")
	}
	p.opened(2) // in apply, and in the next plan
	keys := p.keys()
	if n := len(byValue(keys)); n != 3*len(services()) {
		p.T.Errorf("%d keys, want one for each proxy and run", n)
	}
	p.MustNotHold(slices.Concat(p.secrets(), p.tokens(), keys)...)
	p.checkNoMessages()
	for _, name := range services() {
		environment := []byte(p.Read(p.environmentOf(name)))
		if found := clitest.Must(clitest.SearchBytes("the environment of a program", environment, p.issued()...))(p.T); len(found) > 0 {
			p.T.Errorf("found %v", found)
		}
		if len(clitest.Must(clitest.SearchBytes("the environment of a program", environment, keys...))(p.T)) == 0 {
			p.T.Error("the search does not find the key, which is there")
		}
	}
}

func byValue(needles []clitest.Needle) map[string]bool {
	values := map[string]bool{}
	for _, needle := range needles {
		values[needle.Value] = true
	}
	return values
}

// issued are the tokens of the sandbox.
func (p *proxiedLab) issued() []clitest.Needle {
	var needles []clitest.Needle
	for _, token := range p.box.Tokens() {
		needles = append(needles, clitest.Needle{Name: "token", Value: token})
	}
	return needles
}

// failures are calls that fail, and what their errors say.
func (p *proxiedLab) failures() (parts, says []string) {
	p.T.Helper()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	parts = []string{
		p.proxy("refused", ""), callsOf("refused", `path = "/refused"`),
		p.proxy("outside", ""), callsOf("outside", `path = "/../admin"`),
		proxyTo("unreachable", fmt.Sprintf("service = \"oauth2\"\n  upstream = %q", closed.URL)), callsOf("unreachable", `path = "/"`),
		p.proxy("renewal", ""), callsOf("renewal", "path = \"/orders\"\n  lasts = \"1m\""),
		"provider \"caller\" {\n  alias = \"keyless\"\n  url = ephemeral.apitoken_proxy.refused.url\n}\n", callsOf("keyless", `path = "/orders"`),
	}
	return parts, []string{"this token opens nothing", "Path outside of upstream", "API cannot be reached", "vendor said", "No key of this proxy"}
}

// Every way in which a request through a proxy fails, an endpoint that repeats the secret
// when the token is to be renewed among them.
func testProxiedSecrecyErrors(l *sandboxLab) {
	log, p := l.talkative(), l.newProxied()
	parts, says := p.failures()
	p.configure(p.set("oauth2", "var.oauth2_secret")+hurried, parts...)
	p.Must("plan", "-out="+savedPlan)
	short := sandbox.Lifetime(6 * time.Second)
	p.box.Order("oauth2", short, short) // one more after the API has refused one
	p.box.OrderAlways("oauth2", sandbox.EchoSecret())
	result := p.Run("apply", savedPlan)
	p.closed()
	said := strings.Join(strings.Fields(strings.ReplaceAll(result.Stderr, "│", "")), " ")
	for _, want := range says {
		if result.Code != 1 || !strings.Contains(said, want) {
			p.T.Errorf("ended with %d, and does not say %q: %s", result.Code, want, said)
		}
	}
	p.checkLog(log)
	p.MustNotHold(slices.Concat(p.secrets(), p.tokens(), p.keys())...)
	p.checkNoMessages()
	p.findsLeaks()
}

// findsLeaks checks that the search finds a token and a key where they are: an API gives away
// the one, and a program that fails the other.
func (p *proxiedLab) findsLeaks() {
	p.T.Helper()
	p.box.Heal("oauth2")
	p.forgetState()
	p.proxied(p.proxy("this", ""), callsOf("this", `path = "/leak"`), useBy("echo $VALUE && exit 1", "ephemeral.apitoken_proxy.this.access_token"))
	if result := p.Run("apply", "-auto-approve"); result.Code != 1 {
		p.T.Errorf("the program did not fail: %d", result.Code)
	}
	p.mustFind(p.issued(), "work/terraform.tfstate")
	p.mustFind(p.keys(), "out/04-apply.stderr")
}

// A provider that crashes has Go print all that it does, in the middle of requests.
func testProxiedSecrecyCrash(l *sandboxLab) {
	if runtime.GOOS != "linux" {
		l.T.Skip("it takes /proc to find the plugin")
	}
	log, p := l.talkative(), l.newProxied()
	p.Env["GOTRACEBACK"] = "all"
	run := p.startProxied(p.busy(), 12)
	p.quit(run)
	result := clitest.Must(run.Wait())(p.T)
	for _, part := range []string{"goroutine ", "internal/proxy.(*Proxy).ServeHTTP"} {
		if result.Code != 1 || !strings.Contains(result.Stdout+result.Stderr+p.Read(log), part) {
			p.T.Errorf("ended with %d, and nothing says %q", result.Code, part)
		}
	}
	clitest.OK(p.T, run.Kill())
	p.closed()
	p.MustNotHold(slices.Concat(p.secrets(), p.tokens(), p.keys())...)
}
