package main

import (
	"context"
	"fmt"
)

// planWithStore plans twice with a token store, which is empty before.
func (d *demo) planWithStore(ctx context.Context) error {
	if err := d.configure(settings{Store: "store"}, services()...); err != nil {
		return err
	}
	for _, plan := range []struct {
		what   string
		tokens int // requested for each service
	}{
		{"plan, with an empty token store", 1},
		{"second plan, with the token store", 0},
	} {
		cost, err := d.step(ctx, plan.what, "plan")
		if err != nil {
			return err
		}
		if err := cost.check(plan.what, plan.tokens); err != nil {
			return err
		}
	}
	return nil
}

// check returns an error if a service did not request so many tokens, or opened no resource.
// No JWT is requested.
func (c counts) check(what string, tokens int) error {
	for _, name := range services() {
		want := tokens
		if name == jwt {
			want = 0
		}
		if c.requests[name] != want || c.opened[name] == 0 {
			return countError{
				What: what + ", " + name,
				Got:  fmt.Sprintf("%d and %d", c.requests[name], c.opened[name]),
				Want: plural(want, "token request") + " and an accepted API request",
			}
		}
	}
	return nil
}

// countError is a step that cost something else than it should.
type countError struct{ What, Got, Want string }

func (e countError) Error() string { return e.What + ": counted " + e.Got + ", want " + e.Want }
