package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"time"

	"github.com/ory/fosite"
	"github.com/ory/fosite/compose"
)

// lifetime is how long tokens hold.
const lifetime = 10 * time.Minute

// server is fosite behind the endpoints of an authorization server.
type server struct {
	oauth2 fosite.OAuth2Provider
	url    string
	say    func(message) error
}

// message is a line on stdout.
type message struct {
	Event  string         `json:"event"`
	URL    string         `json:"url,omitempty"`
	Client string         `json:"client,omitempty"`
	Status int            `json:"status,omitempty"`
	Form   map[string]any `json:"form,omitempty"`
	Answer map[string]any `json:"response,omitempty"`
}

func newServer(address string, c *configuration, say func(message) error) (*server, error) {
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
	mux.Handle("POST /token", s.reported("token", s.token))
	mux.Handle("POST /introspect", s.reported("introspection", s.introspect))
	mux.Handle("POST /revoke", s.reported("revocation", s.revoke))
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

// reported has stdout tell of a request before its answer goes out.
func (s *server) reported(event string, next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		// fosite takes what it has read out of the form.
		told := message{Event: event, Client: clientOf(r), Form: flat(r.PostForm)}
		recorder := httptest.NewRecorder()
		next(recorder, r.WithContext(context.WithoutCancel(r.Context())))
		told.Status = recorder.Code
		if event == "token" {
			if err := json.Unmarshal(recorder.Body.Bytes(), &told.Answer); err != nil {
				told.Answer = map[string]any{"error": "the response is no JSON"}
			}
		}
		if err := s.say(told); err != nil {
			panic(http.ErrAbortHandler)
		}
		maps.Copy(w.Header(), recorder.Header())
		w.WriteHeader(recorder.Code)
		if _, err := recorder.Body.WriteTo(w); err != nil {
			panic(http.ErrAbortHandler)
		}
	})
}

// clientOf returns who asks, before it is known whether that is so.
func clientOf(r *http.Request) string {
	if id, _, ok := r.BasicAuth(); ok {
		if plain, err := url.QueryUnescape(id); err == nil {
			return plain
		}
	}
	return r.PostForm.Get("client_id")
}

func flat(form map[string][]string) map[string]any {
	single := make(map[string]any, len(form))
	for name, values := range form {
		single[name] = values[0]
	}
	return single
}
