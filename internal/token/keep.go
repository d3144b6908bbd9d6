package token

import (
	"context"
	"encoding/json"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// Store keeps contents beyond this process, each for a digest of what it is for; purpose
// tells kinds of contents apart.
type Store interface {
	// Get returns what is kept; empty: there is nothing.
	Get(ctx context.Context, digest [32]byte, purpose string) (said.Secret, error)
	// Put keeps a content until a time, in the place of any other. When it returns, the
	// content outlives a crash.
	Put(ctx context.Context, digest [32]byte, purpose string, content said.Secret, until time.Time) error
	// Drop removes what is kept.
	Drop(ctx context.Context, digest [32]byte, purpose string) error
	// Lock waits until no other process has the lock of a digest, and takes it until
	// unlock is called. With an error there is no lock, and unlock does nothing.
	Lock(ctx context.Context, digest [32]byte, purpose string) (unlock func(), err error)
}

// Keeping says where and how long tokens are kept beyond this process.
type Keeping struct {
	Store  Store         // nil: they are not
	MaxAge time.Duration // the greatest age of a kept token that is handed out; zero: its lifetime decides
}

// The purposes of what is kept.
const (
	keptToken        = "access token"
	keptRefreshToken = "refresh token"
)

// enoughLeft is the part of its life that a kept token must have left, if the caller does
// not ask for more or less: 1/2.
const enoughLeft = 2

// kept returns a token that is kept beyond this process, or requests one and keeps it. Only
// one process requests it at a time. A store that fails is no error: it tells the user itself.
func (c *Cache) kept(ctx context.Context, x *Exchange, minRemaining time.Duration) (*Token, error) {
	digest, ok := c.digest(ctx, x)
	if !ok {
		return c.request(ctx, x, minRemaining)
	}
	if t := c.load(ctx, x, digest, minRemaining); t != nil {
		return t, nil
	}
	unlock, _ := c.lock(ctx, digest, keptToken)
	defer unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if t := c.load(ctx, x, digest, minRemaining); t != nil {
		return t, nil
	}
	t, err := c.request(ctx, x, minRemaining)
	switch {
	case err != nil:
	case t.isKeepable():
		_ = c.keeping.Store.Put(ctx, digest, keptToken, t.content(), c.keptUntil(t))
	default:
		_, known := t.Lifetime()
		t.IsUnkept = !known && len(t.Notes) == 0
		c.client.runtime.Log.DebugContext(ctx, "the token store does not keep the token", "service", x.Service, "credentials", x.Credentials, "lifetime_known", known)
	}
	return t, err
}

// lock waits for the lock of a digest as long as another process may take for a request with
// all its retries. After that, nobody waits for it any longer.
func (c *Cache) lock(ctx context.Context, digest key, purpose string) (unlock func(), err error) {
	settings := c.client.settings
	longest := settings.Timeout
	for range settings.MaxRetries {
		longest += settings.RetryMaxWait + settings.Timeout
	}
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	return c.keeping.Store.Lock(ctx, digest, purpose)
}

// load returns the token that is kept, or nil if there is none with enough life left.
func (c *Cache) load(ctx context.Context, x *Exchange, digest key, minRemaining time.Duration) *Token {
	t := c.stored(ctx, x, digest)
	if t == nil || !c.isFit(t, minRemaining) {
		return nil
	}
	x.Secrets.Learn(t.book())
	c.client.runtime.Log.DebugContext(ctx, "taking the token from the token store", "service", x.Service, "credentials", x.Credentials)
	return t
}

// stored returns the token that is kept, however old it is; nil: there is none.
func (c *Cache) stored(ctx context.Context, x *Exchange, digest key) *Token {
	text, _ := c.keeping.Store.Get(ctx, digest, keptToken)
	return x.tokenOf(text)
}

// unkeep removes a token that is about to be revoked: the endpoint may have issued it to
// those as well who do not revoke theirs.
func (c *Cache) unkeep(ctx context.Context, x *Exchange, t *Token) {
	digest, ok := c.digest(ctx, x.unrevoked())
	if !ok {
		return
	}
	if found := c.stored(ctx, x, digest); found != nil && found.AccessToken.Equal(t.AccessToken) {
		_ = c.keeping.Store.Drop(ctx, digest, keptToken)
	}
}

// isFit reports whether a kept token may be handed out.
func (c *Cache) isFit(t *Token, minRemaining time.Duration) bool {
	now := c.client.runtime.Now()
	lifetime, _ := t.Lifetime()
	if minRemaining == 0 {
		minRemaining = lifetime / enoughLeft
	}
	if t.IssuedAt.After(now.Add(min(young, lifetime/share))) {
		return false // the clock of this machine, or of the one that kept it, is wrong
	}
	return t.ExpiresAt.Sub(now) >= max(minRemaining, 1) && (c.keeping.MaxAge == 0 || now.Sub(t.IssuedAt) < c.keeping.MaxAge)
}

// keptUntil returns when a token is of no use any more.
func (c *Cache) keptUntil(t *Token) time.Time {
	oldest := t.IssuedAt.Add(c.keeping.MaxAge)
	if c.keeping.MaxAge > 0 && oldest.Before(t.ExpiresAt) {
		return oldest
	}
	return t.ExpiresAt
}

// isKeepable reports whether a token may be kept: one whose end is known, whose headers are
// made, and of which there is nothing to tell.
func (t *Token) isKeepable() bool {
	lifetime, known := t.Lifetime()
	return known && lifetime > 0 && t.unmade == nil && len(t.Notes) == 0
}

// content is a Token as it is kept.
type content struct {
	Token      string            `json:"token"` // with the spaces around it
	Access     string            `json:"access_token"`
	Type       string            `json:"type"`
	IssuedAt   time.Time         `json:"issued_at"`
	ExpiresAt  time.Time         `json:"expires_at"`
	HeaderName string            `json:"header_name"`
	Headers    map[string]string `json:"headers"`
	Fields     map[string]string `json:"fields"`
	Outputs    map[string]string `json:"outputs"`
	ClockAhead time.Duration     `json:"clock_ahead"`
	LimitedBy  string            `json:"limited_by"`
	From       string            `json:"from"`
	Kind       string            `json:"kind"`
	IsBearer   bool              `json:"is_bearer"`
}

// content returns the token as it is kept.
func (t *Token) content() said.Secret {
	encoded, err := json.Marshal(content{
		Token: t.exact.Reveal(), Access: t.AccessToken.Reveal(), Type: t.Type.Use(), IssuedAt: t.IssuedAt, ExpiresAt: t.ExpiresAt, HeaderName: t.HeaderName,
		Headers: revealed(t.Headers), Fields: revealed(t.Fields), Outputs: revealed(t.Outputs),
		ClockAhead: t.ClockAhead, LimitedBy: t.LimitedBy, From: t.from, Kind: t.kind, IsBearer: t.isBearer,
	})
	if err != nil {
		return said.Secret{} // a year beyond 9999 has no RFC 3339: tokenOf finds no token
	}
	return said.NewSecret(string(encoded))
}

// tokenOf returns the token of the exchange that was kept as text; nil if it is none.
func (x *Exchange) tokenOf(text said.Secret) *Token {
	var c content
	if err := json.Unmarshal([]byte(text.Reveal()), &c); err != nil || c.Access == "" {
		return nil
	}
	t := &Token{
		exact: said.NewSecret(c.Token), AccessToken: said.NewSecret(c.Access), Type: said.NewForeign(c.Type), IssuedAt: c.IssuedAt, ExpiresAt: c.ExpiresAt, HeaderName: c.HeaderName,
		Headers: hidden(c.Headers), Fields: hidden(c.Fields), Outputs: hidden(c.Outputs),
		ClockAhead: c.ClockAhead, from: c.From, isBearer: c.IsBearer,
	}
	for _, named := range x.Request.Named {
		if named.Name == c.LimitedBy {
			t.LimitedBy = named.Name
		}
	}
	for _, kind := range otherTypes {
		if kind == c.Kind {
			t.kind = kind
		}
	}
	return t
}

func revealed(secrets map[string]said.Secret) map[string]string {
	texts := make(map[string]string, len(secrets))
	for name, secret := range secrets {
		texts[name] = secret.Reveal()
	}
	return texts
}

func hidden(texts map[string]string) map[string]said.Secret {
	secrets := make(map[string]said.Secret, len(texts))
	for name, text := range texts {
		secrets[name] = said.NewSecret(text)
	}
	return secrets
}
