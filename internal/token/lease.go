package token

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"
)

// leases are the holds of callers on tokens that are to be revoked. It is safe
// for concurrent use.
type leases struct {
	// mu guards the fields below. The lock of a cache's tokens may be taken while
	// mu is held, never the other way round.
	mu      sync.Mutex
	held    map[string]lease
	count   int             // counts the leases, to name the next one
	holders map[key]int     // counts the leases of each token by its value, because an endpoint may issue the same token twice
	wanted  map[key]*demand // the exchanges for which callers want a lease at the moment
	ended   map[key]int     // says which value was revoked when: at the which end of a lease
	endings int             // counts the ends that revoke a token
	needed  map[string]bool // the leases that end after that of a token which needs theirs

	// revoked are the tokens that must not be handed out again: these very ones,
	// as an endpoint may issue the value of a revoked token again. Callers that
	// hold the lock of a cache's tokens read it, so mu does not guard it.
	revoked sync.Map
}

// lease is one caller's hold on a token that is to be revoked.
type lease struct {
	cache    *Cache
	exchange *Exchange
	token    *Token
}

// demand is what is known of the callers that want a lease of one exchange.
type demand struct {
	callers  int
	unwanted *Token // a token that lives too short for one of them; nil: none
}

func newLeases() *leases {
	return &leases{held: map[string]lease{}, holders: map[key]int{}, wanted: map[key]*demand{}, ended: map[key]int{}, needed: map[string]bool{}}
}

// Lease is Token for a token that is to be revoked. The caller ends the lease
// with Release and the id returned. x.Revoke must be set.
func (c *Cache) Lease(ctx context.Context, x *Exchange, minRemaining time.Duration) (t *Token, id string, err error) {
	x, err = c.resolve(ctx, x)
	if err != nil {
		return nil, "", err
	}
	if err := x.checkRevocation(); err != nil {
		return nil, "", err
	}
	return c.leased(ctx, x, wish{minRemaining: minRemaining, needed: minRemaining, isForAPI: true})
}

// wish is what a caller wants of a token with a lease.
type wish struct {
	minRemaining, needed time.Duration // how much life it should have left, and must have
	isForAPI             bool          // its headers must have been made
}

// leased returns a token with its lease.
func (c *Cache) leased(ctx context.Context, x *Exchange, w wish) (t *Token, id string, err error) {
	k := x.key()
	c.leases.enter(k)
	t, id, err = c.lend(ctx, x, k, w)
	if unwanted := c.leases.leave(k, t, id); unwanted != nil {
		err = withRevocation(err, c.revoke(context.WithoutCancel(ctx), x, unwanted))
	}
	if err != nil {
		return nil, "", err
	}
	return t, id, nil
}

// lend returns a token and its lease, or a token without a lease and why it is
// of no use to the caller.
func (c *Cache) lend(ctx context.Context, x *Exchange, k key, w wish) (t *Token, id string, err error) {
	for {
		if t, err = c.shared(ctx, x, k, w.minRemaining); err != nil {
			return nil, "", err
		}
		unfit := x.unfit(t)
		switch {
		case w.isForAPI && t.unmade != nil && unfit != nil:
			return nil, "", t.unmade
		case w.isForAPI && t.unmade != nil:
			return t, "", t.unmade
		case t.tooShort(w.needed):
			return t, "", c.shortLived(ctx, x, t, w.minRemaining)
		case unfit != nil:
			return nil, "", unfit
		}
		if id, held := c.leases.hold(lease{cache: c, exchange: x, token: t}); held {
			return t, id, nil
		}
		// Its last holder has released it in the meantime: the next one is new.
	}
}

// withRevocation adds to the error about a token that revoking it failed, too, or revoking
// one that it needed.
func withRevocation(err, failed error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	both := *e
	both.Also = Errors(failed)
	return &both
}

// other implements others.
func (c *Cache) other(ctx context.Context, x *Exchange, fresh bool, minRemaining time.Duration) (t *Token, id string, err error) {
	if !fresh && x.Revoke == nil && !x.Request.NeedsRevocable {
		t, err = c.shared(ctx, x, x.key(), minRemaining)
		return t, "", err
	}
	x, err = c.resolve(ctx, x)
	switch {
	case err != nil:
		return nil, "", err
	case fresh:
		return c.fresh(ctx, x, minRemaining)
	case x.isRevocable():
		return c.leased(ctx, x, wish{minRemaining: minRemaining})
	}
	kept := x.unrevoked()
	t, err = c.shared(ctx, kept, kept.key(), minRemaining)
	return t, "", err
}

// fresh requests a token that is shared with nobody.
func (c *Cache) fresh(ctx context.Context, x *Exchange, minRemaining time.Duration) (t *Token, id string, err error) {
	t, err = c.request(ctx, x, minRemaining)
	if err != nil || !x.isRevocable() {
		return t, "", err
	}
	id, _ = c.leases.hold(lease{cache: c, exchange: x, token: t})
	return t, id, nil
}

// isRevocable reports whether the token, or one that it needs, is to be revoked.
func (x *Exchange) isRevocable() bool { return x.revokes() || x.Request.NeedsRevocable }

// revokes reports whether the token itself is to be revoked.
func (x *Exchange) revokes() bool { return x.Revoke != nil && x.Revoke.URL != "" }

// Release ends a lease, and revokes the token if that was its last one. Then it ends
// the leases of the tokens that this one needed. Its errors are *Error, or several of
// them joined; an unknown id is not an error.
func (c *Cache) Release(ctx context.Context, id string) error {
	return c.giveUp(ctx, id, func(lease) bool { return false })
}

// ReleaseAll ends all leases, when nobody is left to do so: those of tokens that others needed,
// such as a session, end with these, and so after them. Failures are of no use to anybody.
func (c *Cache) ReleaseAll(ctx context.Context) {
	var released sync.WaitGroup
	for _, id := range c.leases.unneeded() {
		released.Go(func() { _ = c.Release(ctx, id) })
	}
	released.Wait()
}

// unneeded returns the leases that end with no other one.
func (l *leases) unneeded() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.DeleteFunc(slices.Collect(maps.Keys(l.held)), func(id string) bool { return l.needed[id] })
}

// giveUp is Release for a token that may be revoked already, as isEnded says.
func (c *Cache) giveUp(ctx context.Context, id string, isEnded func(lease) bool) error {
	l, last := c.drop(id)
	if !last {
		return nil
	}
	defer c.leases.end(l.token)
	if isEnded(l) {
		l.exchange = l.exchange.unrevoked()
	}
	return l.cache.revoke(ctx, l.exchange, l.token)
}

// revoke revokes a token, and then those that it needed and that nobody else needs.
func (c *Cache) revoke(ctx context.Context, x *Exchange, t *Token) error {
	ctx, cancel := context.WithTimeout(ctx, revocationTime)
	defer cancel()
	c.unkeep(ctx, x, t)
	failed := c.revokeFirst(ctx, x, t)
	for _, id := range t.used.held() {
		isEnded := func(l lease) bool { return failed == nil && l.isEndedWith(x, t) }
		failed = errors.Join(failed, c.giveUp(ctx, id, isEnded))
	}
	return failed
}

// isEndedWith reports whether revoking a token has revoked that of the lease: a second step
// of a login may give the session of the first one again.
func (l lease) isEndedWith(x *Exchange, t *Token) bool {
	return x.revokes() && l.exchange.revokes() && l.token.AccessToken.Equal(t.AccessToken) && l.exchange.Revoke.key() == x.Revoke.key()
}

// unrevoked returns the exchange without a revocation.
func (x *Exchange) unrevoked() *Exchange {
	kept := *x
	kept.Revoke = nil
	return &kept
}

// revokeFirst revokes a token, and leaves a part of the time for those that it needed: to
// end a session often ends all that rests on it.
func (c *Cache) revokeFirst(ctx context.Context, x *Exchange, t *Token) error {
	end, ok := ctx.Deadline()
	if !x.revokes() {
		return nil
	}
	if len(t.used.held()) == 0 || !ok {
		return c.revokeOne(ctx, x, t)
	}
	rest := end.Sub(c.client.runtime.Now())
	ctx, cancel := context.WithTimeout(ctx, rest-rest/keptShare)
	defer cancel()
	return c.revokeOne(ctx, x, t)
}

// drop ends a lease, and reports whether it was the last one of its token, which
// is then no longer handed out.
func (c *Cache) drop(id string) (dropped lease, last bool) {
	l := c.leases
	l.mu.Lock()
	defer l.mu.Unlock()
	dropped, ok := l.held[id]
	if !ok {
		return lease{}, false
	}
	delete(l.held, id)
	delete(l.needed, id)
	k := dropped.token.key()
	l.holders[k]--
	if l.holders[k] > 0 {
		return dropped, false
	}
	delete(l.holders, k)
	l.spend(dropped.token)
	// Other exchanges may have been issued the same token.
	for _, cache := range []*Cache{c, dropped.cache} {
		for _, t := range cache.tokens.forget(func(t *Token) bool { return t.key() == k }) {
			l.spend(t)
		}
	}
	return dropped, true
}

// hold adds a lease, unless the last holder of its token has released it already.
func (l *leases) hold(added lease) (id string, held bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.isRevoked(added.token) {
		return "", false
	}
	l.holders[added.token.key()]++
	id = strconv.Itoa(l.count)
	l.count++
	l.held[id] = added
	for _, needed := range added.token.used.held() {
		l.needed[needed] = true
	}
	return id, true
}

func (l *leases) enter(k key) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.wanted[k] == nil {
		l.wanted[k] = &demand{}
	}
	l.wanted[k].callers++
}

// leave takes the caller off again. A token without a lease is one that lives too
// short for the caller; leave returns it, or an earlier one, if nobody else wants
// it either, so that it is to be revoked.
func (l *leases) leave(k key, t *Token, id string) (unwanted *Token) {
	l.mu.Lock()
	defer l.mu.Unlock()
	d := l.wanted[k]
	if t != nil && id == "" {
		d.unwanted = t
	}
	d.callers--
	if d.callers > 0 {
		return nil
	}
	delete(l.wanted, k)
	if d.unwanted == nil || l.isRevoked(d.unwanted) || l.holders[d.unwanted.key()] > 0 {
		return nil
	}
	l.spend(d.unwanted)
	return d.unwanted
}

func (l *leases) isRevoked(t *Token) bool {
	_, revoked := l.revoked.Load(t)
	return revoked
}

// spend marks a token that is about to be revoked. l must be locked.
func (l *leases) spend(t *Token) {
	l.revoked.Store(t, true)
	l.endings++
	l.ended[t.key()] = l.endings
}

// end notes that the endpoint has been asked to revoke a token.
func (l *leases) end(t *Token) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.spend(t)
}

// ends returns how many tokens have been revoked.
func (l *leases) ends() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.endings
}

// checkNew marks a new token as revoked if it has the value of one that was
// revoked after the new one was asked for, when there were that many ends. It reports
// whether that is so.
func (l *leases) checkNew(t *Token, start int) (revoked bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if revoked = l.ended[t.key()] > start; revoked {
		l.revoked.Store(t, true)
	}
	return revoked
}
