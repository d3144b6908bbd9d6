package token

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// latecomer is how long the place of RFC 8414 may still take to answer when that
// of OpenID Connect has: it comes first, but may not answer at all.
const latecomer = 2 * time.Second

// resolve returns the exchange with the issuer's endpoints where it has none of its own.
func (c *Cache) resolve(ctx context.Context, x *Exchange) (*Exchange, error) {
	needed := x.Request.URL == "" || x.Revoke != nil && x.Revoke.URL == ""
	if x.Issuer == "" || !needed {
		return x, nil
	}
	asking := x.toIssuer(c.client.passwords)
	if bad := transport.CheckURL(x.Issuer, x.Request.AllowHTTP); bad != nil {
		return nil, &Error{Kind: KindURL, Purpose: ForMetadata, Exchange: asking, Cause: bad}
	}
	d := newDigest()
	d.write(x.Issuer)
	always := func(*discovered) bool { return true }
	found, err := c.metadata.value(ctx, d.key(), always, func(ctx context.Context) (*discovered, error) {
		return c.client.discover(ctx, asking)
	})
	if err != nil {
		return nil, x.orCancelled(err)
	}
	return x.with(found, asking)
}

// with returns the exchange with the endpoints that the metadata names. asking is
// the exchange that has asked for it.
func (x *Exchange) with(found *discovered, asking *Exchange) (*Exchange, error) {
	resolved := *x
	resolved.AuthMethods = found.methods()
	if x.Request.URL == "" {
		location, e := asking.usable(x, found, tokenEndpoint)
		if e != nil {
			e.Status, e.Places = http.StatusOK, found.failures()
			return nil, e
		}
		resolved.Request.URL, resolved.Request.Discovered = location, true
	}
	if x.Revoke != nil && x.Revoke.URL == "" {
		revoke := *x.Revoke
		location, e := asking.usable(x, found, revocationEndpoint)
		if e != nil {
			e.Kind, e.Places = KindRevocation, found.failures()
			return nil, e
		}
		revoke.URL, revoke.Discovered = location, location != ""
		resolved.Revoke = &revoke
	}
	return &resolved, nil
}

// usable returns the first endpoint of a name that the exchange can use, in the order
// of the places; "" if none is named. If one is named and none can be used, it says
// why the first cannot.
func (x *Exchange) usable(forWhom *Exchange, found *discovered, name string) (location string, problem *Error) {
	for _, m := range found.all {
		named := m.endpoint(forWhom.Request.Certificate, name)
		if named.IsEmpty() {
			continue
		}
		usable, wrong := x.endpoint(name, forWhom.Request.AllowHTTP, named)
		if wrong == nil {
			return usable, nil
		}
		if problem == nil {
			problem = wrong
		}
	}
	return "", problem
}

// toIssuer returns the exchange that asks the issuer for its metadata, without
// credentials. It is shared by all that have the issuer, whether they allow
// http:// or not. more are secrets that it has besides those of the exchange.
func (x *Exchange) toIssuer(more said.Book) *Exchange {
	return &Exchange{
		Service: x.Service, Credentials: x.Credentials, Issuer: x.Issuer, Secrets: slices.Concat(x.Secrets, more),
		Request: Request{Method: http.MethodGet, URL: x.Issuer, AllowHTTP: true},
	}
}

// place is one of those where an issuer's metadata may be, and what came of
// asking there.
type place struct {
	asking *Exchange
	// found is the metadata, and failed what is wrong with it or why there is none.
	found  *metadata
	failed *Error
	// temporary says that the failure may be over after the wait.
	temporary bool
	wait      time.Duration
	// panicked is the value of a panic; nil: there was none.
	panicked any
}

// discover asks for an issuer's metadata where RFC 8414 and OpenID Connect put it,
// at both places at once: one after the other would take a round trip more. A
// place that fails is asked again only while the other one has nothing usable either.
func (c *Client) discover(ctx context.Context, asking *Exchange) (*discovered, error) {
	var places []place
	for _, location := range wellKnown(asking.Issuer) {
		there := *asking
		there.Request.URL = location
		places = append(places, place{asking: &there, temporary: true})
	}
	for attempt := 0; ; attempt++ {
		if found := c.askPlaces(ctx, places, attempt); found != nil {
			return &discovered{all: []*metadata{found}}, nil
		}
		if found := asking.flawed(places); found.mayServe(asking) {
			return found, nil
		}
		again, wait := false, time.Duration(0)
		for _, p := range places {
			if p.temporary {
				again, wait = true, max(wait, p.wait)
			}
		}
		if !again || attempt >= c.settings.MaxRetries || !transport.Sleep(ctx, wait) {
			break
		}
	}
	if found := asking.flawed(places); len(found.all) > 0 {
		return found, nil
	}
	return nil, asking.nowhere(places)
}

// askPlaces asks at all places where it may help, once and at the same time. It
// returns the metadata of the first place that has it, in their order, or nil.
func (c *Client) askPlaces(ctx context.Context, places []place, attempt int) *metadata {
	var asking sync.WaitGroup
	defer asking.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	results := make([]chan place, len(places))
	for i, p := range places {
		results[i] = make(chan place, 1)
		if !p.temporary {
			results[i] <- p
			continue
		}
		asking.Go(func() {
			// A panic is the caller's: here it would end the process.
			defer func() {
				if p.panicked = recover(); p.panicked != nil {
					results[i] <- p
				}
			}()
			results[i] <- c.askPlace(ctx, p.asking, attempt)
		})
	}
	found := choose(&places[0], &places[1], results[0], results[1])
	for _, p := range places {
		if p.panicked != nil {
			panic(p.panicked)
		}
	}
	return found
}

// choose waits until it is known which place has metadata without a flaw, or that
// neither has. Where one has metadata that may serve, it does not wait for the other
// as long as that may take.
func choose(first, second *place, firstResult, secondResult <-chan place) *metadata {
	waiting := 2
	var late <-chan time.Time
	for waiting > 0 {
		select {
		case *first = <-firstResult:
			waiting, firstResult = waiting-1, nil
			if first.isFlawless() {
				return first.found
			}
		case *second = <-secondResult:
			waiting, secondResult = waiting-1, nil
		case <-late:
			waiting = 0
		}
		if late == nil && (first.mayServe() || second.mayServe()) {
			late = time.After(latecomer)
		}
		if firstResult == nil && second.isFlawless() {
			return second.found
		}
	}
	if second.isFlawless() {
		return second.found
	}
	return nil
}

func (c *Client) askPlace(ctx context.Context, asking *Exchange, attempt int) place {
	call := &call{exchange: asking, purpose: ForMetadata, once: true, attempts: attempt}
	a, err := c.ask(ctx, call)
	p := place{asking: asking, temporary: call.temporary, wait: call.next}
	if err != nil {
		p.failed, _ = errors.AsType[*Error](err)
		return p
	}
	p.found, p.failed = a.metadata()
	return p
}

// wellKnown returns where an issuer's metadata may be (RFC 8414, section 3;
// OpenID Connect Discovery 1.0, section 4). Both say that an issuer has no query;
// one that has is asked with it.
func wellKnown(issuer string) []string {
	u, err := url.Parse(issuer)
	if err != nil {
		return nil
	}
	origin, path, query := u.Scheme+"://"+u.Host, strings.TrimSuffix(u.EscapedPath(), "/"), ""
	if u.RawQuery != "" {
		query = "?" + u.RawQuery
	}
	return []string{
		origin + "/.well-known/oauth-authorization-server" + path + query,
		origin + path + "/.well-known/openid-configuration" + query,
	}
}
