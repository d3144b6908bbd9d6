package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/go-jose/go-jose/v3"
	"github.com/ory/fosite"
	"github.com/ory/fosite/storage"
)

// configuration is what the test says of the server.
type configuration struct {
	// Clients are who may ask, as OpenID Connect client metadata.
	Clients []client `json:"clients"`
	// Issuers are who may sign assertions of the grant jwt-bearer.
	Issuers []issuer `json:"issuers"`
	// Users are user names and passwords.
	Users map[string]string `json:"users"`
}

type client struct {
	ID         string              `json:"client_id"`
	Secret     string              `json:"client_secret"`
	AuthMethod string              `json:"token_endpoint_auth_method"`
	Algorithm  string              `json:"token_endpoint_auth_signing_alg"`
	Keys       *jose.JSONWebKeySet `json:"jwks"`
	GrantTypes []string            `json:"grant_types"`
	Scope      string              `json:"scope"`
}

// issuer may sign assertions about a subject.
type issuer struct {
	Issuer  string          `json:"issuer"`
	Subject string          `json:"subject"`
	Key     jose.JSONWebKey `json:"key"`
	Scopes  []string        `json:"scopes"`
}

func (c *configuration) store(config *fosite.Config) (*storage.MemoryStore, error) {
	store := storage.NewMemoryStore()
	for _, registered := range c.Clients {
		made, err := registered.make(config)
		if err != nil {
			return nil, fmt.Errorf("client %s: %w", registered.ID, err)
		}
		store.Clients[registered.ID] = made
	}
	for name, password := range c.Users {
		store.Users[name] = storage.MemoryUserRelation{Username: name, Password: password}
	}
	for _, trusted := range c.Issuers {
		store.IssuerPublicKeys[trusted.Issuer] = storage.IssuerPublicKeys{
			Issuer: trusted.Issuer,
			KeysBySub: map[string]storage.SubjectPublicKeys{trusted.Subject: {
				Subject: trusted.Subject,
				Keys:    map[string]storage.PublicKeyScopes{trusted.Key.KeyID: {Key: &trusted.Key, Scopes: trusted.Scopes}},
			}},
		}
	}
	return store, nil
}

func (c *client) make(config *fosite.Config) (fosite.Client, error) {
	made := &fosite.DefaultOpenIDConnectClient{
		DefaultClient: &fosite.DefaultClient{
			ID: c.ID, GrantTypes: c.GrantTypes, Scopes: strings.Fields(c.Scope), Public: c.AuthMethod == "none",
		},
		JSONWebKeys:                       c.Keys,
		TokenEndpointAuthMethod:           c.AuthMethod,
		TokenEndpointAuthSigningAlgorithm: c.Algorithm,
	}
	if c.Secret == "" {
		return made, nil
	}
	hash, err := config.GetSecretsHasher(context.Background()).Hash(context.Background(), []byte(c.Secret))
	made.Secret = hash
	return made, err
}
