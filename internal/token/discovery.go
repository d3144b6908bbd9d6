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
	always := func(*discovered) bool { return true }
	found, err := c.metadata.value(ctx, hash(x.Issuer), always, func(ctx context.Context) (*discovered, error) {
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
			e.Status, e.Places = http.StatusOK, failures(found.places)
			return nil, e
		}
		resolved.Request.URL, resolved.Request.Discovered = location, true
	}
	if x.Revoke != nil && x.Revoke.URL == "" {
		revoke := *x.Revoke
		location, e := asking.usable(x, found, revocationEndpoint)
		if e != nil {
			e.Kind, e.Places = KindRevocation, failures(found.places)
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
	rank      int // its position in the order of the places
	asking    *Exchange
	isOpen    bool // a request is under way
	found     *metadata
	failed    *Error        // what is wrong with it, or why there is none
	temporary bool          // the failure may be over after the wait
	wait      time.Duration // how long to wait before it
	panicked  error         // a panic while asking
}

// discover asks for an issuer's metadata where RFC 8414 and OpenID Connect put it,
// at both places at once: one after the other would take a round trip more. A
// place that fails is asked again only while the other one has nothing usable either.
func (c *Client) discover(ctx context.Context, asking *Exchange) (*discovered, error) {
	var places []place
	for rank, location := range wellKnown(asking.Issuer) {
		there := *asking
		there.Request.URL = location
		places = append(places, place{rank: rank, asking: &there, temporary: true})
	}
	for attempt := 0; ; attempt++ {
		if found := c.askPlaces(ctx, places, attempt); found != nil {
			return &discovered{all: []*metadata{found}}, nil
		}
		if slices.ContainsFunc(places, place.mayServe) {
			break
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
	if found := flawed(places); len(found.all) > 0 {
		return found, nil
	}
	return nil, asking.nowhere(places)
}

// askPlaces asks at all places where it may help, once and at the same time. It
// returns the metadata of the first place that has it without a flaw, in their order,
// or nil. Where one has metadata that may serve, it does not wait for the other as
// long as that may take.
func (c *Client) askPlaces(ctx context.Context, places []place, attempt int) *metadata {
	var asking sync.WaitGroup
	defer asking.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	results := make(chan place, len(places))
	waiting := 0
	for i, p := range places {
		if p.temporary {
			places[i].isOpen = true
			waiting++
			asking.Go(func() { results <- c.askPlace(ctx, p, attempt) })
		}
	}
	var late <-chan time.Time
	for waiting > 0 {
		select {
		case p := <-results:
			transport.Rethrow(p.panicked)
			places[p.rank] = p
			waiting--
		case <-late:
			waiting = 0
		}
		if late == nil && slices.ContainsFunc(places, place.mayServe) {
			late = time.After(latecomer)
		}
		for _, p := range places {
			if p.isFlawless() {
				return p.found
			}
			if p.isOpen && waiting > 0 {
				break // it comes first
			}
		}
	}
	return nil
}

// askPlace returns the place with what came of asking there once more. A panic is
// the caller's: in this goroutine it would end the process.
func (c *Client) askPlace(ctx context.Context, p place, attempt int) place {
	once := &call{exchange: p.asking, purpose: ForMetadata, once: true, attempts: attempt}
	asked := place{rank: p.rank, asking: p.asking}
	asked.panicked = transport.Caught(func() error {
		a, err := c.ask(ctx, once)
		if err == nil {
			asked.found, asked.failed = a.metadata()
		} else {
			asked.failed, _ = errors.AsType[*Error](err)
		}
		return nil
	})
	asked.temporary, asked.wait = once.temporary, once.next
	return asked
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
