package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// keepOpeningCommand is the hidden command by which a provisioner runs the demo, as a program
// that takes longer than a token lives.
const keepOpeningCommand = "keep-opening"

const (
	proxied         = "oauth2" // the service behind the proxy
	proxiedLife     = 2 * time.Second
	proxiedRequests = 21
	proxiedPause    = 250 * time.Millisecond
	proxiedTime     = (proxiedRequests - 1) * proxiedPause
)

// fewestTokens are needed for the requests of the provisioner: with one less, none would be
// valid at the end.
const fewestTokens = int(proxiedTime/proxiedLife) + 1

// applyThroughProxy applies a configuration whose provisioner opens the resource again and
// again through a proxy, with tokens that live for a part of that time.
func (d *demo) applyThroughProxy(ctx context.Context) error {
	if err := d.configure(settings{Proxy: true}, proxied); err != nil {
		return err
	}
	d.places[proxied].sandbox.OrderAlways(proxied, sandbox.Lifetime(proxiedLife))
	if _, err := d.step(ctx, "plan, with a proxy", "plan", "-out="+savedPlan); err != nil {
		return err
	}
	cost, err := d.step(ctx, "apply, with a proxy", "apply", savedPlan)
	if err != nil {
		return err
	}
	if err := cost.checkProxied(); err != nil {
		return err
	}
	d.say("a program that never had a token made the %d requests over %v; the proxy put %d tokens on them, each of which lived for %v",
		proxiedRequests, proxiedTime, cost.requests[proxied], proxiedLife)
	return nil
}

// checkProxied returns an error if a request was not answered, or the token was not replaced.
func (c counts) checkProxied() error {
	if tokens, opened := c.requests[proxied], c.opened[proxied]; tokens < fewestTokens || opened != proxiedRequests {
		return countError{
			What: "apply, with a proxy",
			Got:  fmt.Sprintf("%d and %d", tokens, opened),
			Want: fmt.Sprintf("at least %d tokens and %d requests", fewestTokens, proxiedRequests),
		}
	}
	return nil
}

// errKeyOpens says that the provisioner has a token of the API.
var errKeyOpens = errors.New("what should be the key of the proxy opens the resource without it")

// keepOpening opens the resource through the proxy. It has the key of the proxy and no
// token: without the proxy, the resource stays shut.
func keepOpening(name string, pause time.Duration) error {
	key := "Bearer " + os.Getenv("DEMO_KEY")
	var status statusError
	switch err := get(os.Getenv("DEMO_UPSTREAM"), "Authorization", key); {
	case err == nil:
		return errKeyOpens
	case !errors.As(err, &status) || status.Code != http.StatusUnauthorized:
		return fmt.Errorf("opening %s without the proxy: %w", name, err)
	}
	for i := range proxiedRequests {
		if i > 0 {
			time.Sleep(pause)
		}
		if err := get(os.Getenv("DEMO_PROXY"), "Authorization", key); err != nil {
			return fmt.Errorf("opening %s, request %d: %w", name, i+1, err)
		}
	}
	return nil
}
