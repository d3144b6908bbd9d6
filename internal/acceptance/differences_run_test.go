package acceptance

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// runRows are about what happens when.
func runRows() []difference {
	const (
		reads     = "plan 1, apply of that plan 0, apply with nothing to change 1, destroy 1, apply 1"
		interrupt = "error: Token request interrupted"
		revoked   = "after plan 1 of 1 tokens, after apply 2 of 2 tokens"
		failed    = "after a failed apply 2 of 2 tokens"
		hangs     = "works, warning: Token not revoked"
	)
	return []difference{
		{"Requests for a data source", seeReads, reads, reads},
		{
			"Requests for an ephemeral resource", seeOpenings,
			"plan 1, apply of that plan 1, apply with nothing to change 2, destroy 1, apply 2",
			"plan 1, apply of that plan 1, apply with nothing to change 1, destroy 1, apply 2",
		},
		{
			"Ephemeral resources that nothing uses", seeUnused,
			"plan 1, apply of that plan 1, apply with nothing to change 2, destroy 0, apply 2",
			"plan 1, apply of that plan 0, apply with nothing to change 1, destroy 0, apply 1",
		},
		{"Interrupt", seeInterrupt, interrupt, interrupt},
		{"Revocation", seeRevocation, revoked, revoked},
		{"Revocation after a failure", seeFailingConsumer, failed, failed},
		{"Revocation that hangs", seeHangingRevocation, hangs, hangs},
	}
}

func seeReads(l *sandboxLab) string {
	return l.requestsPerRun(dataSources("emtech"))
}

func seeOpenings(l *sandboxLab) string {
	return l.requestsPerRun(ephemerals("emtech") + use(usedToken))
}

func seeUnused(l *sandboxLab) string {
	return l.requestsPerRun(ephemerals("emtech"))
}

// requestsPerRun counts the token requests of each kind of run.
func (l *sandboxLab) requestsPerRun(config string) string {
	l.T.Helper()
	l.Configure(l.head(""), config)
	var counts []string
	for _, run := range []struct {
		name string
		args []string
	}{
		{"plan", []string{"plan", "-out=" + savedPlan}},
		{"apply of that plan", []string{"apply", savedPlan}},
		{"apply with nothing to change", []string{"apply", "-auto-approve"}},
		{"destroy", []string{"destroy", "-auto-approve"}},
		{"apply", []string{"apply", "-auto-approve"}},
	} {
		before := l.box.Requests("emtech")
		l.Must(run.args...)
		counts = append(counts, fmt.Sprintf("%s %d", run.name, l.box.Requests("emtech")-before))
	}
	return strings.Join(counts, ", ")
}

// closing is an endpoint that gives tokens and takes them back.
type closing struct {
	url            string
	issued, closed atomic.Int32
	hang           bool
}

func newClosing(l *sandboxLab, hang bool) *closing {
	c := &closing{hang: hang}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/revoke" {
			if c.hang {
				_, _ = io.Copy(io.Discard, r.Body) // the end of a connection shows once all is read
				<-r.Context().Done()
				return
			}
			c.closed.Add(1)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"token":"made-up-token-%d"}`, c.issued.Add(1)) // the client may be gone
	}))
	l.T.Cleanup(web.Close)
	c.url = web.URL
	return c
}

// configuration is an ephemeral resource whose token is revoked at its end.
func (c *closing) configuration(l *sandboxLab) string {
	return l.head(fmt.Sprintf(`
  custom = {
    closing = {
      request  = { url = "%[1]s/token" }
      response = { token = "token" }
      revoke   = { url = "%[1]s/revoke", form = { token = "{token}" } }
    }
  }
`, c.url)) + `
ephemeral "apitoken_custom" "this" {
  revoke_on_close = true
}
`
}

const closingToken = "ephemeral.apitoken_custom.this.access_token"

func (c *closing) counts() string {
	return fmt.Sprintf("%d of %d tokens", c.closed.Load(), c.issued.Load())
}

// seeRevocation also shows that Close gets what Open left for it: the token is
// found by that.
func seeRevocation(l *sandboxLab) string {
	c := newClosing(l, false)
	l.Configure(c.configuration(l), use(closingToken))
	l.Must("plan", "-out="+savedPlan)
	planned := c.counts()
	l.Must("apply", savedPlan)
	return "after plan " + planned + ", after apply " + c.counts()
}

func seeFailingConsumer(l *sandboxLab) string {
	c := newClosing(l, false)
	l.Configure(c.configuration(l), strings.Replace(use(closingToken), "exit 0", "exit 1", 1))
	l.Must("plan", "-out="+savedPlan)
	if said := l.try("apply", savedPlan); said == "works" {
		l.T.Error("the provisioner did not fail")
	}
	return "after a failed apply " + c.counts()
}

// The provider gives up first: 8 seconds.
func seeHangingRevocation(l *sandboxLab) string {
	c := newClosing(l, true)
	l.Configure(c.configuration(l), use(closingToken))
	result := l.Run("plan")
	said := outcome(result)
	l.T.Log(result.Stdout + result.Stderr)
	if strings.Contains(result.Stdout+result.Stderr, "Warning: Token not revoked") {
		said += ", warning: Token not revoked"
	}
	return said
}

// seeInterrupt waits at plan for a token that does not come.
func seeInterrupt(l *sandboxLab) string {
	p := l.startHanging(l.T.Context(), hanging{config: ephemerals("emtech"), fault: sandbox.Hang()})
	clitest.OK(l.T, p.Interrupt())
	result := clitest.Must(p.Wait())(l.T)
	l.T.Log(result.Stdout + result.Stderr)
	return outcome(result)
}
