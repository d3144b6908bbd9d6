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
	if err := CheckURL(x.Issuer, x.Request.AllowHTTP); err != nil {
		return nil, asking.fail(Error{Kind: KindURL, Problem: "its URL cannot be used: " + err.Error()})
	}
	d := newDigest()
	d.write(x.Issuer)
	always := func(*metadata) bool { return true }
	found, err := c.metadata.get(ctx, d.key(), always, func(ctx context.Context) (*metadata, error) {
		return c.client.discover(ctx, asking)
	})
	if err != nil {
		return nil, x.callerError(err)
	}
	return x.with(found, asking)
}

// with returns the exchange with the endpoints that the metadata names. asking is
// the exchange that has asked for it.
func (x *Exchange) with(found *metadata, asking *Exchange) (*Exchange, error) {
	resolved := *x
	resolved.AuthMethods = found.methods
	if x.Request.URL == "" {
		location, problem := asking.endpoint("token_endpoint", x.Request.AllowHTTP, found.endpoint(x.Request.Certificate, func(e endpoints) string { return e.token }))
		if problem != "" {
			return nil, asking.undiscovered(http.StatusOK, problem)
		}
		resolved.Request.URL, resolved.Request.Discovered = location, true
	}
	if x.Revoke != nil && x.Revoke.URL == "" {
		revoke := *x.Revoke
		if named := found.endpoint(x.Request.Certificate, func(e endpoints) string { return e.revocation }); named != "" {
			location, problem := asking.endpoint("revocation_endpoint", x.Request.AllowHTTP, named)
			if problem != "" {
				return nil, x.cannotRevoke("for the issuer at "+asking.host()+": "+problem, revoke.URLName)
			}
			revoke.URL, revoke.Discovered = location, true
		}
		resolved.Revoke = &revoke
	}
	return &resolved, nil
}

// toIssuer returns the exchange that asks the issuer for its metadata, without
// credentials. It is shared by all that have the issuer, whether they allow
// http:// or not. more are secrets that it has besides those of the exchange.
func (x *Exchange) toIssuer(more said.Book) *Exchange {
	return &Exchange{
		Service: x.Service, Credentials: x.Credentials, Endpoint: "issuer", Issuer: x.Issuer, Secrets: slices.Concat(x.secrets(), more),
		Request: Request{Method: http.MethodGet, URL: x.Issuer, URLName: "issuer", AllowHTTP: true},
	}
}

// place is one of those where an issuer's metadata may be, and what came of
// asking there.
type place struct {
	asking *Exchange
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
// place that fails is asked again only while the other one has nothing either.
func (c *Client) discover(ctx context.Context, asking *Exchange) (*metadata, error) {
	var places []place
	for _, location := range wellKnown(asking.Issuer) {
		there := *asking
		there.Request.URL = location
		places = append(places, place{asking: &there, temporary: true})
	}
	for attempt := 0; ; attempt++ {
		if found := c.askPlaces(ctx, places, attempt); found != nil {
			return found, nil
		}
		again, wait := false, time.Duration(0)
		for _, p := range places {
			if p.temporary {
				again, wait = true, max(wait, p.wait)
			}
		}
		if !again || attempt >= c.settings.MaxRetries || !sleep(ctx, wait) {
			return nil, asking.nowhere(places)
		}
	}
}

// sleep reports whether a wait came to its end.
func sleep(ctx context.Context, wait time.Duration) bool {
	select {
	case <-time.After(wait):
		return true
	case <-ctx.Done():
		return false
	}
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

// choose waits until it is known which place has the metadata.
func choose(first, second *place, firstResult, secondResult <-chan place) *metadata {
	select {
	case *first = <-firstResult:
	case *second = <-secondResult:
		if second.found == nil {
			*first = <-firstResult
			return first.found
		}
		select {
		case *first = <-firstResult:
		case <-time.After(latecomer):
		}
		if first.found != nil {
			return first.found
		}
		return second.found
	}
	if first.found != nil {
		return first.found
	}
	*second = <-secondResult
	return second.found
}

func (c *Client) askPlace(ctx context.Context, asking *Exchange, attempt int) place {
	call := &call{exchange: asking, once: true, attempts: attempt}
	a, err := c.ask(ctx, call)
	p := place{asking: asking, temporary: call.temporary, wait: call.next}
	if err != nil {
		if !errors.As(err, &p.failed) {
			p.failed = asking.undiscovered(0, "it cannot be asked")
		}
		return p
	}
	p.found, p.failed = asking.readMetadata(a)
	return p
}

// nowhere returns the error of an issuer that has metadata at none of the places:
// what came of asking at each, and what it comes to.
func (x *Exchange) nowhere(places []place) *Error {
	var details []string
	for _, p := range places {
		details = append(details, redact(p.asking.Request.URL, x.secrets())+": "+p.failed.outcome()+".")
	}
	both := x.mostTelling(places[0].failed, places[1].failed)
	both.Details = strings.Join(append([]string{"Metadata may be at two places."}, details...), "\n")
	return &both
}

// mostTelling returns the failure of the two that says what is wrong, or that it
// takes both.
func (x *Exchange) mostTelling(first, second *Error) Error {
	for _, e := range []*Error{first, second} {
		// That metadata is wrong says more than that there is none.
		if e.Kind == KindDiscovery && e.Status == http.StatusOK {
			return *e
		}
	}
	if first.Kind == second.Kind && first.Status == second.Status {
		return *first
	}
	return *x.undiscovered(0, "its metadata is at neither place")
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
