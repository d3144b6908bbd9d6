package provider_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// With -debug one process serves several runs. An interrupt of one does not affect the
// next.
func TestRunAfterAnInterrupt(t *testing.T) {
	noEnvironment(t)
	for _, k := range kinds() {
		t.Run(string(k), func(t *testing.T) {
			a := newAuthServer(t)
			p := configured(t, a.block(nil))
			p.token(k, "oauth2", nil)
			stop(p)
			_, diags := p.ask(t.Context(), k, "oauth2", nil)
			if got := onlyError(t, diags); got.Summary != "Token request interrupted" {
				t.Errorf("the summary is %q", got.Summary)
			}
			if diags := p.configure(a.block(nil)); len(diags) > 0 {
				t.Fatal(say(diags))
			}
			p.token(k, "oauth2", nil)
			if n := len(a.asked()); n != 2 {
				t.Errorf("it was asked %d times: each run has its own tokens", n)
			}
		})
	}
}

// The stop may come before the Configure of its run.
func TestInterruptBeforeConfigure(t *testing.T) {
	noEnvironment(t)
	a := newAuthServer(t)
	p := newPlugin(t)
	stop(p)
	if diags := p.configure(a.block(nil)); len(diags) > 0 {
		t.Fatal(say(diags))
	}
	_, diags := p.ask(t.Context(), dataSource, "oauth2", nil)
	if got := onlyError(t, diags); got.Summary != "Token request interrupted" {
		t.Errorf("the summary is %q", got.Summary)
	}
}

// A token that was opened before another Configure is revoked when it closes, and no
// other token is.
func TestCloseAfterAnotherConfigure(t *testing.T) {
	noEnvironment(t)
	l := newLeaver(t, 204)
	set := l.set("/logout", object{"headers": object{"X-Token": "{token}"}})
	p := configured(t, object{"custom": object{"shop": set}})
	first := p.opened("custom", object{"revoke_on_close": true})
	if diags := p.configure(object{"custom": object{"shop": set}}); len(diags) > 0 {
		t.Fatal(say(diags))
	}
	second := p.opened("custom", object{"revoke_on_close": true})
	for range 2 {
		p.closed(first)
		if diff := cmp.Diff(0, len(l.ended)); diff != "" {
			t.Errorf("the same token is still open: %v", l.ended)
		}
	}
	p.closed(second)
	if diff := cmp.Diff([]string{"POST /logout " + awkwardToken}, l.ended); diff != "" {
		t.Error(diff)
	}
}
