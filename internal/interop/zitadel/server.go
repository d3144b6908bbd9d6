package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"net/http"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"github.com/apitoken/terraform-provider-apitoken/internal/interop/served"
)

const (
	// lifetime is how long tokens hold.
	lifetime = 10 * time.Minute
	// realm is the path of the issuer.
	realm = "/realm"
)

// server is the library's, and takes private_key_jwt with client_credentials:
// the library leaves that to who builds on it.
type server struct {
	*op.LegacyServer
	provider *op.Provider
}

func (s *server) VerifyClient(ctx context.Context, r *op.Request[op.ClientCredentials]) (op.Client, error) {
	if r.Data.ClientAssertion == "" {
		return s.LegacyServer.VerifyClient(ctx, r)
	}
	return op.AuthorizePrivateJWTKey(ctx, r.Data.ClientAssertion, s.provider)
}

func newHandler(url string, c *configuration, say served.Say) (http.Handler, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	config := &op.Config{AuthMethodPost: true, AuthMethodPrivateKeyJWT: true}
	if _, err = rand.Read(config.CryptoKey[:]); err != nil {
		return nil, err
	}
	provider, err := op.NewProvider(config, newStorage(c, key), op.StaticIssuer(url+realm))
	if err != nil {
		return nil, err
	}
	endpoints := *op.DefaultEndpoints
	s := &server{LegacyServer: op.NewLegacyServer(provider, endpoints), provider: provider}
	whole := http.StripPrefix(realm, op.RegisterLegacyServer(s, op.AuthorizeCallbackHandler(provider)))
	mux := http.NewServeMux()
	mux.Handle(realm+"/", whole)
	for event, endpoint := range map[string]*op.Endpoint{
		"token": endpoints.Token, "introspection": endpoints.Introspection, "revocation": endpoints.Revocation,
	} {
		path := realm + "/" + strings.TrimPrefix(endpoint.Relative(), "/")
		mux.Handle("POST "+path, served.Reported(event, say, whole))
	}
	return mux, nil
}

// key is the key that signs JWTs, as others see it.
type key struct{ private *ecdsa.PrivateKey }

// signingKey is key as the server itself sees it.
type signingKey struct{ key }

func (key) ID() string                                         { return "the server's" }
func (key) Use() string                                        { return oidc.KeyUseSignature }
func (key) Algorithm() jose.SignatureAlgorithm                 { return jose.ES256 }
func (k key) Key() any                                         { return k.private.Public() }
func (k signingKey) Key() any                                  { return k.private }
func (signingKey) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.ES256 }
