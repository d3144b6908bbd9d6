package provider_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// A server may repeat the secret of another set, another service, the environment or
// the run, or the token of another set. No message has any of them.
func TestSecretsOfOthersAreHidden(t *testing.T) {
	const bearer, ofEnvironment, ofOther, ofService, issued = "fake-bearer-quokka-1", "fake-emtech-wombat-2", "fake-oauth-zebra-3", "fake-epgl-okapi-4", "fake-token-1"
	t.Setenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", bearer)
	t.Setenv("EMTECH_CLIENT_ID", "fake-emtech")
	t.Setenv("EMTECH_CLIENT_SECRET", ofEnvironment)
	for _, secret := range []string{bearer, ofEnvironment, ofOther, ofService, issued} {
		t.Run(secret, func(t *testing.T) {
			good, mux := &authServer{}, http.NewServeMux()
			mux.Handle("/", good.handler())
			mux.HandleFunc("/bad", func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(http.StatusBadRequest)
				_, _ = w.Write([]byte(`{"error":"invalid_client","error_description":"seen ` + secret + `"}`))
			})
			url := newWeb(t, mux).URL
			p := configured(t, object{
				"oauth2": object{
					"good":    object{"token_url": url + "/token", "client_id": "fake-good", "client_secret": ofOther},
					"bad":     object{"token_url": url + "/bad", "client_id": "fake-bad", "client_secret": "fake-own"},
					"unknown": object{"token_url": url, "client_id": "fake-bad", "client_secret": unknown{}},
				},
				"epgl": object{"a": object{"client_id": "fake-epgl", "client_secret": ofService}},
			})
			if secret == issued {
				p.token(dataSource, "oauth2", object{"credentials": "good"})
			}
			_, diags := p.ask(t.Context(), dataSource, "oauth2", object{"credentials": "bad"})
			said := onlyError(t, diags).Detail
			checkNot(t, said, clitest.Needle{Name: "a secret of others", Value: secret})
			if !strings.Contains(said, "seen (sensitive)") {
				t.Errorf("it says: %s", said)
			}
		})
	}
}
