package interop_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"
)

func warningClients(*testing.T, *keyring) []client {
	hanging := secretClient("hanging", "client_secret_basic", random()).with(map[string]string{
		"token_url": quote("${local.here}/token"), "revocation_url": quote("${local.here}/revoke"),
	})
	hanging.at = "" // the test itself
	return []client{
		hanging,
		// oidc-provider does not revoke JWTs.
		secretClient("jwt", "client_secret_basic", random()).with(map[string]string{"resources": `["urn:api:orders"]`}),
	}
}

// A token that cannot be revoked is a warning, and no run waits for an endpoint
// that does not answer: the provider gives up, and once.
func testWarnings(l *serverLab) {
	l.configure(each("ephemeral", "this", l.names(), "revoke_on_close = true"))
	found := l.diagnostics("plan")
	l.expect(found, `ephemeral.apitoken_oauth2.this["hanging"]`, "warning",
		"Token not revoked", `"hanging"`, "did not answer in time", "stays valid until it expires")
	l.expect(found, `ephemeral.apitoken_oauth2.this["jwt"]`, "warning", "Token not revoked", "unsupported_token_type")
	if len(found) != 2 {
		l.T.Errorf("the run says %+v", found)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.hung) != 1 || !errors.Is(l.hung[0], context.Canceled) {
		l.T.Errorf("revocations ended with %v, want one that the provider gave up", l.hung)
	}
}

// token is a token endpoint that gives a token to everybody.
func (l *serverLab) token(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if _, err := io.WriteString(w, `{"access_token":"a token that stays","token_type":"Bearer","expires_in":600}`); err != nil {
		l.T.Error(err)
	}
}

// hang is a revocation endpoint that does not answer.
func (l *serverLab) hang(_ http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		l.T.Error(err)
	}
	select {
	case <-r.Context().Done():
	case <-time.After(patience):
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hung = append(l.hung, r.Context().Err())
}
