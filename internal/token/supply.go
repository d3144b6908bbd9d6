package token

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

const (
	// pause is how long a Supply waits after a failure that may pass before it asks again.
	pause = 10 * time.Second
	// longPause is the same after a refusal, and after an API has refused a token: more
	// requests could lock an account.
	longPause = time.Minute
	// lastMoment is how much of its life a token must have left to be used while the next one
	// is requested, or half of what it should have left if that is shorter.
	lastMoment = time.Second
)

// Supply gives tokens of one exchange to somebody who needs one again and again, for longer
// than a token lives. It is safe for concurrent use.
type Supply struct {
	cache        *Cache
	exchange     *Exchange
	minRemaining time.Duration
	running      context.Context //nolint:containedctx // it lasts as long as the Supply
	stop         context.CancelFunc
	background   sync.WaitGroup // requests and revocations under way

	mu        sync.Mutex             // guards the fields below
	current   *supplied              // the newest token; nil: there is none yet, or it was refused
	refused   *Token                 // the token that an API has refused, until there is another one; nil: none
	renewal   chan struct{}          // closed when the request under way is over; nil: there is none
	failed    error                  // why the last request gave no token; nil: it gave one
	failedAt  time.Time              // when that was
	leased    map[*supplied]struct{} // the tokens to revoke
	unrevoked error                  // the first failure to revoke one
}

// supplied is a token and those who use it.
type supplied struct {
	token *Token
	lease string // "": it is not to be revoked
	users int
}

// Supply returns a supply of tokens for the exchange, each with at least minRemaining of life
// left; 0: a minute, or a tenth of its life if that is shorter. ctx has the values, such as a
// logger, for all its requests. The caller ends the supply with Close.
func (c *Cache) Supply(ctx context.Context, x *Exchange, minRemaining time.Duration) *Supply {
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	return &Supply{cache: c, exchange: x, minRemaining: minRemaining, running: running, stop: stop, leased: map[*supplied]struct{}{}}
}

// Use returns a token that is fresh now. The caller calls done after its last use. The errors
// are *Error, or *transport.PanicError.
func (s *Supply) Use(ctx context.Context) (t *Token, done func(), err error) {
	renewed, t, done, err := s.useNow()
	if renewed == nil {
		return t, done, err
	}
	select {
	case <-renewed:
	case <-ctx.Done():
		return nil, nil, s.exchange.orCancelled(ctx.Err())
	}
	if t, done, err = s.useNewest(); t == nil && err == nil {
		return s.Use(ctx) // an API has refused the new token already, which happens once a minute at most
	}
	return t, done, err
}

// useNow is Use without waiting: if renewed is not nil, the result is known when it is closed.
func (s *Supply) useNow() (renewed chan struct{}, t *Token, done func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	failed := s.failure()
	switch {
	case s.running.Err() != nil:
		err = s.exchange.orCancelled(s.running.Err())
	case s.current != nil && s.lasts(s.current.token):
		t, done, err = s.lend(s.current)
	case failed != nil:
		t, done, err = s.lendOld(failed)
	default:
		renewed = s.renew()
	}
	return renewed, t, done, err
}

// useNewest is Use after a request for the next token. It returns no token and no error if
// the token was refused meanwhile.
func (s *Supply) useNewest() (t *Token, done func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.running.Err() != nil:
		return nil, nil, s.exchange.orCancelled(s.running.Err())
	case s.failed != nil:
		return s.lendOld(s.failed)
	case s.current != nil:
		return s.lend(s.current)
	}
	return nil, nil, nil
}

// lasts reports whether a token can be used now. If it ends soon, the next one is requested
// meanwhile: that may take long, or fail. s must be locked.
func (s *Supply) lasts(t *Token) bool {
	now := s.cache.client.runtime.Now()
	switch {
	case t.lasts(now, s.minRemaining):
		return true
	case s.minRemaining > 0 || t.ExpiresAt.Sub(now) < min(lastMoment, t.defaultRemaining()/2):
		return false
	}
	if s.failure() == nil {
		s.renew()
	}
	return true
}

// lend adds a user to a token. s must be locked.
func (s *Supply) lend(of *supplied) (t *Token, done func(), err error) {
	if of.lease == "" {
		return of.token, func() {}, nil
	}
	of.users++
	return of.token, sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		of.users--
		s.retire(of)
	}), nil
}

// lendOld is lend for the token that could not be renewed, as err says, if it is better than
// none. s must be locked.
func (s *Supply) lendOld(err error) (t *Token, done func(), failed error) {
	if s.current == nil || s.minRemaining > 0 || !s.current.token.ExpiresAt.After(s.cache.client.runtime.Now()) {
		return nil, nil, err
	}
	return s.lend(s.current)
}

// failure returns why the last request gave no token, unless it is time for another one. s
// must be locked.
func (s *Supply) failure() error {
	failed, ok := errors.AsType[*Error](s.failed)
	if !ok {
		return s.failed // nil, or a bug
	}
	again := s.failedAt.Add(pause)
	switch {
	case failed.RefusesClient:
		return failed
	case !failed.RetryAt.IsZero():
		again = failed.RetryAt
	case failed.isFinal():
		again = s.failedAt.Add(longPause)
	}
	if s.cache.client.runtime.Now().Before(again) {
		return failed
	}
	return nil
}

// renew returns a channel that is closed when the request for the next token is over, and
// begins one if none is under way. s must be locked.
func (s *Supply) renew() (renewed chan struct{}) {
	if s.renewal == nil {
		s.renewal = make(chan struct{})
		s.background.Go(s.request)
	}
	return s.renewal
}

// request requests the next token.
func (s *Supply) request() {
	s.forget()
	next := &supplied{}
	failed := transport.Caught(func() (err error) { // nobody else would
		if s.exchange.Revoke == nil {
			next.token, err = s.cache.Token(s.running, s.exchange, s.minRemaining)
		} else {
			next.token, next.lease, err = s.cache.Lease(s.running, s.exchange, s.minRemaining)
		}
		return err
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.renewal)
	s.renewal, s.failed, s.failedAt = nil, failed, s.cache.client.runtime.Now()
	if failed != nil {
		return
	}
	old := s.current
	if old != nil {
		next.token = s.cache.untilItsEnd(next.token, old.token)
	}
	s.current, s.refused = next, nil
	if next.lease != "" {
		s.leased[next] = struct{}{}
	}
	if old != nil {
		s.retire(old)
	}
	if s.running.Err() != nil { // Close may not have seen it
		s.revoke(context.WithoutCancel(s.running), next)
	}
}

// untilItsEnd returns a new token, which may be the old one again. Endpoints that issue the same
// token until its end say at last that it has 0 seconds left, which means in general that its
// life is not known. Then it is one for a second.
func (c *Cache) untilItsEnd(t, old *Token) *Token {
	_, isKnown := t.Lifetime()
	_, wasKnown := old.Lifetime()
	if isKnown || !wasKnown || !t.AccessToken.Equal(old.AccessToken) {
		return t
	}
	c.tokens.forget(func(kept *Token) bool { return kept == t })
	last := *t
	last.ExpiresAt = last.IssuedAt.Add(time.Second)
	return &last
}

// forget makes the cache ask for another token than the one that is no longer enough. One that
// another supply has left there may be no better.
func (s *Supply) forget() {
	s.mu.Lock()
	current, refused, failed := s.current, s.refused, s.failed
	s.mu.Unlock()
	now := s.cache.client.runtime.Now()
	s.cache.tokens.forget(func(t *Token) bool {
		return t == refused || current != nil && (t == current.token || t.from == current.token.from && !t.lasts(now, 0))
	})
	s.cache.tokens.forgive(failed)
	if refused != nil {
		s.cache.unkeep(s.running, s.exchange, refused)
	}
}

// Refuse says that an API has refused a token, and reports whether it may accept another one.
// Each credential set gets one new token a minute at most.
func (s *Supply) Refuse(t *Token) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil || s.current.token != t {
		return true
	}
	isShared := s.cache.tokens.has(func(kept *Token) bool { return kept == t })
	if isShared && !s.cache.refusals.allow(s.exchange, s.cache.client.runtime.Now()) {
		return false
	}
	old := s.current
	s.current, s.refused = nil, t
	s.retire(old)
	return true
}

// retire revokes a token that has been replaced and that nobody uses. s must be locked.
func (s *Supply) retire(of *supplied) {
	if of != s.current && of.users == 0 && s.running.Err() == nil {
		s.revoke(context.WithoutCancel(s.running), of)
	}
}

// revoke revokes a token in the background, once. s must be locked.
func (s *Supply) revoke(ctx context.Context, of *supplied) {
	if _, isHeld := s.leased[of]; !isHeld {
		return
	}
	delete(s.leased, of)
	s.background.Go(func() {
		err := s.cache.Release(ctx, of.lease)
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.unrevoked == nil {
			s.unrevoked = err
		}
	})
}

// Close ends the supply, and revokes each of its tokens that is to be revoked. The errors of
// the first one that failed are *Error, or several of them joined.
func (s *Supply) Close(ctx context.Context) error {
	s.mu.Lock()
	s.stop()
	for of := range s.leased {
		s.revoke(ctx, of)
	}
	s.mu.Unlock()
	s.background.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.unrevoked
}

// Upstream returns what sends requests to an API, with the client certificate that the tokens
// may be bound to (RFC 8705). Its error is an *Error.
func (s *Supply) Upstream() (*transport.Upstream, error) {
	certificate := s.exchange.Request.Certificate
	if certificate == nil {
		return s.cache.client.transport.Upstream(nil), nil
	}
	pair, err := certificate.load(s.cache.client.runtime.Now())
	if err != nil {
		return nil, &Error{Kind: KindCertificate, Exchange: s.exchange, Cause: err}
	}
	return s.cache.client.transport.Upstream(&pair), nil
}

// UpstreamError returns the *Error of a request to an API that got no response, as err says.
func (s *Supply) UpstreamError(upstream string, err error) *Error {
	x := *s.exchange
	x.Request.URL, x.Request.Discovered = upstream, false
	client := s.cache.client
	return &Error{
		Kind: KindUnreachable, Purpose: ForAPI, Exchange: &x, Cause: said.NewQuiet(err),
		Proxy: client.transport.ProxyFor(upstream), secrets: client.passwords,
	}
}

// refusals are when APIs have refused the tokens of credential sets. It is safe for
// concurrent use.
type refusals struct {
	mu   sync.Mutex
	last map[string]time.Time // by SERVICE.SET
}

func newRefusals() *refusals { return &refusals{last: map[string]time.Time{}} }

// allow notes a refusal, and reports whether it is the first one of the set in a minute.
func (r *refusals) allow(x *Exchange, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	set := x.Service + "." + x.Credentials
	if last, ok := r.last[set]; ok && now.Sub(last) < longPause {
		return false
	}
	r.last[set] = now
	return true
}
