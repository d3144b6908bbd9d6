package acceptance

import (
	"fmt"
	"os"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// applyEnv says how long the long apply takes. By default it is short: most of the time it
// waits, and other tests run.
const (
	applyEnv   = "APITOKEN_TEST_APPLY"
	shortApply = 12 * time.Second
)

// proxiedLife is how long a token of the long apply lives.
const proxiedLife = 5 * time.Second

// The provider counts the life of a token from the second in which it was requested, and
// replaces it when a tenth of it is left at most.
const (
	longestUse  = proxiedLife
	shortestUse = proxiedLife - time.Second - proxiedLife/10
)

// An apply may take longer than any token lives. Each request of a provider and of programs is
// answered as without the proxy, and no token is older than the API allows.
func testProxiedApply(l *sandboxLab) {
	lasts := shortApply
	if text := os.Getenv(applyEnv); text != "" {
		lasts = clitest.Must(time.ParseDuration(text))(l.T)
	}
	p := l.newProxied()
	p.box.OrderAlways("oauth2", sandbox.Lifetime(proxiedLife))
	p.proxied(p.proxy("this", ""), callsOf("this", fmt.Sprintf("count = 4\n  path = \"/orders\"\n  lasts = %q", lasts)), p.program("this", 2, lasts))
	p.Must("plan", "-out="+savedPlan)
	p.asked(nil, 1, "oauth2")

	before, began := p.requests(), time.Now()
	p.Must("apply", savedPlan)
	took := time.Since(began)
	p.closed()
	answered, refused := p.api.counts()
	asked := p.box.Requests("oauth2") - before["oauth2"]
	p.T.Logf("an apply of %s, %d requests answered, %d refused, %d token requests", took.Round(time.Millisecond), answered, refused, asked)
	if least := 6 * int(lasts/callEvery) / 2; answered < least || refused > 0 { // half, as the machine may be busy
		p.T.Errorf("%d requests were answered, want %d at least, and %d refused", answered, least, refused)
	}
	if least, most := int(lasts/longestUse), int(took/shortestUse)+1; asked < least || asked > most {
		p.T.Errorf("%d token requests in %s, want %d to %d", asked, took, least, most)
	}

	p.box.Heal("oauth2") // a plan may take longer than such a token lives
	before = p.requests()
	p.isUnchanged()
	p.asked(before, 1, "oauth2")
	p.closed()
	if _, refused := p.api.counts(); refused > 0 {
		p.T.Errorf("%d requests were refused in the next plan", refused)
	}
}
