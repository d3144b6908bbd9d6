package provider_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// A thousand openings and reads share fifty credential sets, most of which fail at
// times. Each gets the token or the error of its set, no request is repeated, and each
// token with revoke_on_close is revoked once.
func TestLoad(t *testing.T) {
	t.Parallel()
	inBubble(t, newPlugin(t).schema, func(l *bubble) {
		crowd, sets := tokentest.NewCrowd(5), object{}
		l.network.Serve(l.t, "localhost:81", crowd)
		for _, m := range crowd.Members {
			url := "http://localhost:81/" + m.Name
			sets[m.Name] = object{
				"client_id": "fake-id", "client_secret": longSecret, "token_url": url + "/token", "revocation_url": url + "/revoke",
			}
		}
		p := l.plugin(object{"oauth2": sets})
		var callers sync.WaitGroup
		for _, m := range crowd.Members {
			for caller := range tokentest.Callers {
				callers.Go(func() { p.visit(m, caller) })
			}
		}
		callers.Wait()
		for _, m := range crowd.Members {
			if err := m.Check(); err != nil {
				l.t.Error(err)
			}
		}
		checkNot(l.t, l.log.String(), fakeTokens()...)
	})
}

// visit opens the ephemeral resource of a member of a crowd and closes it later. If
// nothing is to be revoked, every other caller reads the data source instead.
func (p *plugin) visit(m *tokentest.Member, caller int) {
	ctx, cancel := m.Arrive(p.t.Context(), caller)
	defer cancel()
	if !m.Leased && caller%2 == 0 {
		got, diags := p.read(ctx, "apitoken_oauth2", object{"credentials": m.Name})
		p.checkVisit(m, caller, got, diags)
		return
	}
	o, diags := p.opening(ctx, "oauth2", object{"credentials": m.Name, "revoke_on_close": m.Leased})
	p.checkVisit(m, caller, o.attributes, diags)
	if o.attributes != nil && len(diags) == 0 {
		time.Sleep(time.Duration(1+caller) * time.Second)
		p.closed(o)
	}
}

func (p *plugin) checkVisit(m *tokentest.Member, caller int, got map[string]tftypes.Value, diags []*tfprotov6.Diagnostic) {
	summary := ""
	switch {
	case m.Leaves(caller):
		summary = "Token request interrupted"
	case m.Refused:
		summary = refused
	}
	if summary == "" {
		if len(diags) > 0 || !m.Has(text(p.t, got["access_token"])) {
			p.t.Errorf("%s: the token of somebody else, or %s", m.Name, say(diags))
		}
		return
	}
	if len(diags) != 1 || diags[0].Summary != summary || !strings.Contains(diags[0].Detail, `"`+m.Name+`"`) {
		p.t.Errorf("%s: got %swant %s", m.Name, say(diags), summary)
	}
}
