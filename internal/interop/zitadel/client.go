package main

import (
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// configuration is what the test says of the server.
type configuration struct {
	// Clients are who may ask, as OpenID Connect client metadata.
	Clients []*client `json:"clients"`
}

// client is a client as the library sees it. What is about people who log in is
// left at its zero value.
type client struct {
	ID     string              `json:"client_id"`
	Secret string              `json:"client_secret"`
	Method oidc.AuthMethod     `json:"token_endpoint_auth_method"`
	Keys   *jose.JSONWebKeySet `json:"jwks"`
	Grants []oidc.GrantType    `json:"grant_types"`
	Scope  string              `json:"scope"`
	// JWT makes its access tokens JWTs; without it they are opaque.
	JWT bool `json:"access_token_is_jwt"`
}

var _ op.Client = (*client)(nil)

func (c *client) GetID() string                      { return c.ID }
func (c *client) AuthMethod() oidc.AuthMethod        { return c.Method }
func (c *client) GrantTypes() []oidc.GrantType       { return c.Grants }
func (c *client) IsScopeAllowed(scope string) bool   { return c.may([]string{scope}) }
func (*client) RedirectURIs() []string               { return nil }
func (*client) PostLogoutRedirectURIs() []string     { return nil }
func (*client) ApplicationType() op.ApplicationType  { return op.ApplicationTypeWeb }
func (*client) ResponseTypes() []oidc.ResponseType   { return nil }
func (*client) LoginURL(string) string               { return "" }
func (*client) IDTokenLifetime() time.Duration       { return lifetime }
func (*client) DevMode() bool                        { return false }
func (*client) IDTokenUserinfoClaimsAssertion() bool { return false }
func (*client) ClockSkew() time.Duration             { return 0 }

func (*client) RestrictAdditionalIdTokenScopes() func([]string) []string     { return all } //nolint:revive // the library's name
func (*client) RestrictAdditionalAccessTokenScopes() func([]string) []string { return all }

func (c *client) AccessTokenType() op.AccessTokenType {
	if c.JWT {
		return op.AccessTokenTypeJWT
	}
	return op.AccessTokenTypeBearer
}

func all(scopes []string) []string { return scopes }

// may reports whether the client is registered for all of the scopes.
func (c *client) may(scopes []string) bool {
	registered := " " + c.Scope + " "
	for _, scope := range scopes {
		if !strings.Contains(registered, " "+scope+" ") {
			return false
		}
	}
	return true
}
