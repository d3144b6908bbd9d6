package diagnostic

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// Of an answer that was cut, what is whole is read: the vendor's message, and the code
// that has advice.
func TestCutMessage(t *testing.T) {
	t.Parallel()
	type row struct{ body, says, not string }
	tokentest.Each(t, map[string]row{
		"whole":  {`{"error":"invalid_client","error_description":"Hello."}`, "invalid_client: Hello.", ""},
		"half":   {`{"error":"invalid_client","error_description":"Hello`, "cannot be read", "Hello"},
		"a text": {"Hello, s3cr", "cannot be read", "Hello"},
	}, func(t *testing.T, tc row) {
		endpoint, requests := tokentest.Serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "500")
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, tc.body)
		})
		_, err := do(t, newTestClient(t, quickTransport()), testExchange(endpoint))
		e := wantError(t, err, token.KindRefused)
		if requests() != 1 || !strings.Contains(e.Error(), tc.says) || tc.not != "" && strings.Contains(e.Error(), tc.not) {
			t.Errorf("%d requests: %v", requests(), err)
		}
	})
}
