package token

import (
	"crypto/ed25519"
	"net/http"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// A request whose JWT cannot be signed is not sent.
func TestRequestJWTRefused(t *testing.T) {
	t.Parallel()
	endpoint, requests := tokentest.Serve(t, tokentest.AnswerWith(http.StatusOK, "application/json", goodAnswer))
	x := testExchange(endpoint)
	x.Request.Named, x.Request.Template = []Named{{"jwt", source.Signed{Key: said.NewSecret("no key")}}}, true
	_, err := do(t, newTestClient(t, quickTransport()), x)
	if _ = wantError(t, err, KindSource); requests() != 0 {
		t.Errorf("%d requests", requests())
	}
}

// A server may refuse an assertion that it has seen, so that each attempt of
// one request needs its own.
func TestSignedJWTIsFreshForEachAttempt(t *testing.T) {
	t.Parallel()
	key := testkeys.Ed25519(t)
	public, ok := key.Public().(ed25519.PublicKey)
	if !ok {
		t.Fatal("no Ed25519 key")
	}
	var ids []any
	endpoint, requests := tokentest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		if got := r.FormValue("client_assertion_type"); got != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" {
			t.Errorf("client_assertion_type = %q", got)
		}
		if r.FormValue("client_id") != testID || r.FormValue("grant_type") != "client_credentials" || r.Form.Has("client_secret") {
			t.Errorf("form = %v", r.Form)
		}
		_, claims := testkeys.Verify(t, r.FormValue("client_assertion"), "EdDSA", public)
		ids = append(ids, claims["jti"])
		if len(ids) == 1 {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		tokentest.AnswerWith(http.StatusOK, "application/json", goodAnswer)(w, r)
	})
	x := testExchange(endpoint)
	x.Request.Auth = ClientAssertion{ID: testID, Assertion: source.Signed{Key: said.NewSecret(testkeys.PKCS8(t, key)), Issuer: testID, Subject: testID}}
	if _, err := do(t, newTestClient(t, quickTransport()), x); err != nil {
		t.Fatal(err)
	}
	if requests() != 2 || len(ids) != 2 || ids[0] == ids[1] {
		t.Errorf("%d requests with jti %v", requests(), ids)
	}
}
