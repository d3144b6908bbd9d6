package main

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"time"

	"github.com/ory/fosite"
	"github.com/ory/fosite/compose"

	"github.com/apitoken/terraform-provider-apitoken/internal/interop/served"
)

// lifetime is how long tokens hold.
const lifetime = 10 * time.Minute

// server is fosite behind the endpoints of an authorization server.
type server struct {
	oauth2 fosite.OAuth2Provider
	url    string
	say    served.Say
}

func newServer(address string, c *configuration, say served.Say) (*server, error) {
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return nil, err
	}
	config := &fosite.Config{
		AccessTokenLifespan:           lifetime,
		GlobalSecret:                  secret,
		HashCost:                      4,
		TokenURL:                      address + "/token",
		GrantTypeJWTBearerMaxDuration: time.Hour,
		// RFC 7523 leaves both to the server; this one wants them, and takes a jti once.
		GrantTypeJWTBearerIDOptional:         false,
		GrantTypeJWTBearerIssuedDateOptional: false,
	}
	store, err := c.store(config)
	if err != nil {
		return nil, err
	}
	provider := compose.Compose(config, store, compose.NewOAuth2HMACStrategy(config),
		compose.OAuth2ClientCredentialsGrantFactory,
		compose.OAuth2ResourceOwnerPasswordCredentialsFactory, //nolint:staticcheck // deprecated as the grant is
		compose.OAuth2RefreshTokenGrantFactory,
		compose.RFC7523AssertionGrantFactory,
		compose.OAuth2TokenIntrospectionFactory,
		compose.OAuth2TokenRevocationFactory,
	)
	return &server{oauth2: provider, url: address, say: say}, nil
}

func (s *server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/oauth-authorization-server", s.metadata)
	mux.Handle("POST /token", served.Reported("token", s.say, http.HandlerFunc(s.token)))
	mux.Handle("POST /introspect", served.Reported("introspection", s.say, http.HandlerFunc(s.introspect)))
	mux.Handle("POST /revoke", served.Reported("revocation", s.say, http.HandlerFunc(s.revoke)))
	return mux
}

func (s *server) metadata(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	document := map[string]string{
		"issuer": s.url, "token_endpoint": s.url + "/token",
		"introspection_endpoint": s.url + "/introspect", "revocation_endpoint": s.url + "/revoke",
	}
	if err := json.NewEncoder(w).Encode(document); err != nil {
		panic(http.ErrAbortHandler)
	}
}

func (s *server) token(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	request, err := s.oauth2.NewAccessRequest(ctx, r, new(fosite.DefaultSession))
	if err != nil {
		s.oauth2.WriteAccessError(ctx, w, request, err)
		return
	}
	// Each client may have the scopes it is registered for.
	for _, scope := range request.GetRequestedScopes() {
		request.GrantScope(scope)
	}
	response, err := s.oauth2.NewAccessResponse(ctx, request)
	if err != nil {
		s.oauth2.WriteAccessError(ctx, w, request, err)
		return
	}
	s.oauth2.WriteAccessResponse(ctx, w, request, response)
}

func (s *server) introspect(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	response, err := s.oauth2.NewIntrospectionRequest(ctx, r, new(fosite.DefaultSession))
	if err != nil {
		s.oauth2.WriteIntrospectionError(ctx, w, err)
		return
	}
	s.oauth2.WriteIntrospectionResponse(ctx, w, response)
}

func (s *server) revoke(w http.ResponseWriter, r *http.Request) {
	s.oauth2.WriteRevocationResponse(r.Context(), w, s.oauth2.NewRevocationRequest(r.Context(), r))
}
