package diagnostic

import (
	"net/http"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// A client that was refused is not sent again, and each error names its own set.
func TestClientRefusedBefore(t *testing.T) {
	t.Parallel()
	respond := tokentest.Answering(tokentest.NewPage(http.StatusUnauthorized, token.ContentTypeJSON, `{"error":"invalid_client"}`), nil)
	cache := newTestCache(t, quickTransport(), respond)
	_, err := cache.Token(t.Context(), forScope("a"), 0)
	const notSent = ": not sent: this endpoint has already refused this client in this run (HTTP 401)"
	if e := wantError(t, err, token.KindRefused); strings.Contains(e.Error(), notSent) {
		t.Errorf("the first error is: %v", e)
	}
	for who, change := range map[string]func(x *exchange){
		`credential set "shop", token endpoint`:                        func(*exchange) {},
		`credential set "other", token endpoint`:                       func(x *exchange) { x.Credentials = "other" },
		`credential set "shop" (from the environment), token endpoint`: func(x *exchange) { x.FromEnvironment = true },
	} {
		x := forScope("b")
		change(x)
		_, err := cache.Token(t.Context(), x, 0)
		wantSaid(t, err.Error(), []string{who, notSent}, nil)
	}
}
