package diagnostic

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// An endpoint that says that it cannot answer now does not refuse what was sent,
// whatever the status is (RFC 6749, section 4.1.2.1).
func TestCodesOfABusyEndpoint(t *testing.T) {
	t.Parallel()
	described := testExchange(tokenURL)
	described.Describe = true
	granted := testExchange(tokenURL)
	granted.Request.Form = token.NewForm(map[string]string{"grant_type": "password", "password": "fake"})
	for _, code := range []string{"temporarily_unavailable", "server_error"} {
		for _, status := range []int{http.StatusOK, http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound} {
			for name, x := range map[string]*exchange{"form": testExchange(tokenURL), "described": described, "password": granted} {
				if name == "described" && status == http.StatusOK {
					continue // it may be no error: whoever describes the endpoint says so
				}
				_, err := readAnswer(x, status, token.ContentTypeJSON, `{"error":"`+code+`"}`)
				e := wantError(t, err, token.KindRefused)
				if !strings.Contains(e.Advice, "Run again later") || strings.Contains(e.Advice, "client_id") || e.RefusesClient {
					t.Errorf("%s, %s with %d: %s", name, code, status, e.Advice)
				}
			}
		}
	}
}

// A status of 5xx is repeated, whatever code is with it.
func TestBusyEndpointIsAskedAgain(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"error":"temporarily_unavailable"}`, `{"error":"server_error"}`} {
		url, requests := tokentest.Serve(t, tokentest.AnswerWith(http.StatusInternalServerError, token.ContentTypeJSON, body))
		_, err := do(t, newTestClient(t, quickTransport()), testExchange(url))
		if e := wantError(t, err, token.KindRefused); requests() != 3 || e.Tries.Attempts != 3 {
			t.Errorf("%s: %d requests, and it says %d", body, requests(), e.Tries.Attempts)
		}
	}
}

// Each refusal says what to do, also without a body.
func TestEachStatusHasAdvice(t *testing.T) {
	t.Parallel()
	for status := 300; status <= 650; status++ {
		_, err := readAnswer(testExchange(tokenURL), status, "", "")
		if e := wantError(t, err, token.KindRefused); e.Advice == "" {
			t.Errorf("%d has none", status)
		}
	}
	for status, says := range map[int]string{402: "subscription", 411: "Content-Length", 417: "proxy", 426: "protocol", 428: "request_headers", 499: "Run again", 456: "Ask the vendor"} {
		_, err := readAnswer(testExchange(tokenURL), status, "", "")
		if e := wantError(t, err, token.KindRefused); !strings.Contains(e.Advice, says) {
			t.Errorf("%d: %s", status, e.Advice)
		}
		_, err = readAnswer(testExchange(tokenURL), status, "text/html", "<html>hush</html>")
		if e := wantError(t, err, token.KindRefused); !strings.Contains(e.Advice, pageAdvice) {
			t.Errorf("%d, a page: %s", status, e.Advice)
		}
	}
}

// The time to come back is said before what else may be wrong, with any status.
func TestTimeToComeBackIsFirst(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 401, 403, 404, 422} {
		for _, body := range []string{"{}", `{"error":"invalid_client"}`} {
			url, _ := tokentest.Serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", "3600")
				w.WriteHeader(status)
				_, _ = w.Write([]byte(body))
			})
			_, err := do(t, newTestClient(t, quickTransport()), testExchange(url))
			e := wantError(t, err, token.KindRefused)
			at := strings.Index(e.Advice, "It asks to wait until "+e.RetryAt.Format(time.RFC3339)+".")
			if other := strings.Index(e.Advice, "client_"); at < 0 || other >= 0 && other < at || !strings.Contains(e.Advice[:at], "limit") {
				t.Errorf("%d %s: %s", status, body, e.Advice)
			}
		}
	}
}
