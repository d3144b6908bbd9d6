package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/subtle"
	"slices"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// forbidden is the only audience that nobody may have a token for.
const forbidden = "urn:api:forbidden"

// storage is what the server knows. What is about people who log in is not
// there: these methods are those of the nil interface.
type storage struct {
	op.Storage
	clients map[string]*client
	key     *ecdsa.PrivateKey

	mu     sync.Mutex
	tokens map[string]issued // by id
}

// issued is an access token.
type issued struct {
	client, subject, actor string
	scopes, audience       []string
	expires                time.Time
}

// The optional parts of a storage. The library looks for them at run time.
var (
	_ op.ClientCredentialsStorage = (*storage)(nil)
	_ op.TokenExchangeStorage     = (*storage)(nil)
)

func newStorage(c *configuration, private *ecdsa.PrivateKey) *storage {
	s := &storage{clients: map[string]*client{}, key: private, tokens: map[string]issued{}}
	for _, registered := range c.Clients {
		s.clients[registered.ID] = registered
	}
	return s
}

func (*storage) Health(context.Context) error { return nil }

func (s *storage) SigningKey(context.Context) (op.SigningKey, error) {
	return signingKey{key{s.key}}, nil
}

func (*storage) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{jose.ES256}, nil
}

func (s *storage) KeySet(context.Context) ([]op.Key, error) { return []op.Key{key{s.key}}, nil }

func (s *storage) GetClientByClientID(_ context.Context, id string) (op.Client, error) {
	if c := s.clients[id]; c != nil {
		return c, nil
	}
	return nil, oidc.ErrInvalidClient().WithDescription("client not found")
}

func (s *storage) AuthorizeClientIDSecret(_ context.Context, id, secret string) error {
	c := s.clients[id]
	if c == nil || c.Secret == "" || subtle.ConstantTimeCompare([]byte(c.Secret), []byte(secret)) == 0 {
		return oidc.ErrInvalidClient().WithDescription("wrong client_id or client_secret")
	}
	return nil
}

// GetKeyByIDAndClientID returns the key that is registered by that id, or the
// client's only one for an assertion without an id.
func (s *storage) GetKeyByIDAndClientID(_ context.Context, id, clientID string) (*jose.JSONWebKey, error) {
	c := s.clients[clientID]
	if c == nil || c.Keys == nil {
		return nil, oidc.ErrInvalidClient().WithDescription("no key of this client is registered")
	}
	keys := c.Keys.Key(id)
	if id == "" {
		keys = c.Keys.Keys
	}
	if len(keys) != 1 {
		return nil, oidc.ErrInvalidClient().WithDescription("the key with this kid is not registered")
	}
	return &keys[0], nil
}

func (s *storage) ClientCredentials(ctx context.Context, id, secret string) (op.Client, error) {
	if err := s.AuthorizeClientIDSecret(ctx, id, secret); err != nil {
		return nil, err
	}
	return s.clients[id], nil
}

// request is a request for a token of a client about itself.
type request struct {
	client string
	scopes []string
}

func (r request) GetSubject() string    { return r.client }
func (r request) GetScopes() []string   { return r.scopes }
func (r request) GetAudience() []string { return []string{r.client} }
func (r request) GetClientID() string   { return r.client }

func (s *storage) ClientCredentialsTokenRequest(_ context.Context, id string, scopes []string) (op.TokenRequest, error) {
	if !s.clients[id].may(scopes) {
		return nil, oidc.ErrInvalidScope().WithDescription("the client is not registered for this scope")
	}
	return request{client: id, scopes: scopes}, nil
}

func (s *storage) ValidateJWTProfileScopes(_ context.Context, id string, scopes []string) ([]string, error) {
	if !s.clients[id].may(scopes) {
		return nil, oidc.ErrInvalidScope().WithDescription("the client is not registered for this scope")
	}
	return scopes, nil
}

func (s *storage) CreateAccessToken(_ context.Context, r op.TokenRequest) (string, time.Time, error) {
	token := issued{
		client: r.GetSubject(), subject: r.GetSubject(),
		scopes: r.GetScopes(), audience: r.GetAudience(), expires: time.Now().Add(lifetime),
	}
	if exchanged, ok := r.(op.TokenExchangeRequest); ok {
		token.client, token.actor = exchanged.GetClientID(), exchanged.GetExchangeActor()
	}
	id := rand.Text()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens[id] = token
	return id, token.expires, nil
}

// find returns the token, or invalid_grant where it is revoked, expired or unknown.
func (s *storage) find(id string) (issued, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	token, ok := s.tokens[id]
	if !ok || time.Now().After(token.expires) {
		return issued{}, oidc.ErrInvalidGrant().WithDescription("the token is not valid any more")
	}
	return token, nil
}

func (s *storage) SetIntrospectionFromToken(_ context.Context, answer *oidc.IntrospectionResponse, id, _, _ string) error {
	token, err := s.find(id)
	if err != nil {
		return err
	}
	answer.ClientID, answer.Subject, answer.Audience, answer.Scope = token.client, token.subject, token.audience, token.scopes
	if token.actor != "" {
		answer.Actor = &oidc.ActorClaims{Subject: token.actor}
	}
	return nil
}

func (*storage) GetPrivateClaimsFromScopes(context.Context, string, string, []string) (map[string]any, error) {
	return map[string]any{}, nil
}

func (*storage) GetRefreshTokenInfo(context.Context, string, string) (user, token string, err error) {
	return "", "", op.ErrInvalidRefreshToken
}

// RevokeToken revokes a token of the client. One that is not there is revoked
// already (RFC 7009, section 2.2).
func (s *storage) RevokeToken(_ context.Context, id, _, clientID string) *oidc.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if token, ok := s.tokens[id]; ok && token.client != clientID {
		return oidc.ErrInvalidClient().WithDescription("the token is another client's")
	}
	delete(s.tokens, id)
	return nil
}

// ValidateTokenExchangeRequest wants tokens that are still valid, and gives
// access tokens where the client does not say what it wants.
func (s *storage) ValidateTokenExchangeRequest(_ context.Context, r op.TokenExchangeRequest) error {
	if _, err := s.find(r.GetExchangeSubjectTokenIDOrToken()); err != nil {
		return err
	}
	if id := r.GetExchangeActorTokenIDOrToken(); id != "" {
		if _, err := s.find(id); err != nil {
			return err
		}
	}
	if slices.Contains(r.GetAudience(), forbidden) {
		return oidc.ErrInvalidTarget()
	}
	if r.GetRequestedTokenType() == "" {
		r.SetRequestedTokenType(oidc.AccessTokenType)
	}
	return nil
}

func (*storage) CreateTokenExchangeRequest(context.Context, op.TokenExchangeRequest) error {
	return nil
}

// GetPrivateClaimsFromTokenExchangeRequest says who acts (RFC 8693, section 4.1).
func (*storage) GetPrivateClaimsFromTokenExchangeRequest(_ context.Context, r op.TokenExchangeRequest) (map[string]any, error) {
	if r.GetExchangeActor() == "" {
		return map[string]any{}, nil
	}
	return map[string]any{"act": map[string]any{"sub": r.GetExchangeActor()}}, nil
}

func (*storage) SetUserinfoFromTokenExchangeRequest(_ context.Context, info *oidc.UserInfo, r op.TokenExchangeRequest) error {
	info.Subject = r.GetSubject()
	return nil
}
