package token

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

func TestMain(m *testing.M) {
	log.SetOutput(io.Discard) // net/http says there what servers do wrong; main does the same
	goleak.VerifyTestMain(m)
}

// The credentials of all tests. The secret changes in every encoding.
const (
	testID     = "test-client"
	testSecret = `s3cr3t/+"&=:%ü` //nolint:gosec // made up
)

func testRuntime() Runtime {
	return Runtime{Now: time.Now, Random: rand.Reader, Log: slog.New(slog.DiscardHandler), Getenv: func(string) string { return "" }, UserAgent: "test/1"}
}

// quickTransport repeats without waiting.
func quickTransport() Transport {
	return Transport{Timeout: 5 * time.Second, MaxRetries: 2, RetryMaxWait: time.Millisecond}
}

func newTestClient(t *testing.T, transport Transport) *Client {
	t.Helper()
	noLeak(t)
	client, err := NewClient(transport, testRuntime())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.closeIdle)
	return client
}

// testExchange is a client-credentials exchange like that of most vendors.
func testExchange(url string) *Exchange {
	return &Exchange{
		Service:     "acme",
		Credentials: "shop",
		Request: Request{
			URL:  url,
			Form: NewForm(map[string]string{"grant_type": "client_credentials"}),
			Auth: ClientSecretPost{ID: testID, Secret: said.NewSecret(testSecret)},
		},
		Response: Response{
			Token: MustPath("access_token"), TokenType: MustPath("token_type"), ExpiresIn: MustPath("expires_in"),
			Fields: map[string]Path{"scope": MustPath("scope")},
		},
		Headers: secretMap(map[string]string{"Authorization": "Bearer {token}"}),
	}
}

func secretMap(values map[string]string) map[string]said.Secret {
	secrets := make(map[string]said.Secret, len(values))
	for name, value := range values {
		secrets[name] = said.NewSecret(value)
	}
	return secrets
}

// serve answers every request with the handler and counts them.
func serve(t *testing.T, handler http.HandlerFunc) (url string, requests func() int) {
	t.Helper()
	noLeak(t)
	var count counter
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		count.add()
		// Until the body is read, the server does not see that a client has gone.
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		handler(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, count.get
}

// answerWith answers with a status and a body.
func answerWith(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) //nolint:gosec // no browser reads it
	}
}

const goodAnswer = `{"access_token":"tok-1","token_type":"bearer","expires_in":3600,"scope":"read"}`

// wantError fails unless err is an *Error of the kind, complete and free of the
// test's secret in every form.
func wantError(t *testing.T, err error, kind Kind) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("error is %T (%v), want *Error", err, err)
	}
	if e.Kind != kind {
		t.Errorf("kind = %d, want %d: %v", e.Kind, kind, err)
	}
	if e.Service != "acme" || e.Credentials != "shop" {
		t.Errorf("error names service %q and set %q", e.Service, e.Credentials)
	}
	for _, none := range []string{"HTTP 0", "HTTP 1 ", "(after 0 ", "(after 1 ", ": .\n", "vendor said: \n", "\n\n\n"} {
		if strings.Contains(err.Error()+"\n", none) {
			t.Errorf("the error tells what was not: %v", err)
		}
	}
	encoded, marshalErr := json.Marshal(e)
	if marshalErr != nil {
		t.Fatal(marshalErr)
	}
	for _, form := range formsOf(testSecret) {
		if strings.Contains(err.Error(), form) || strings.Contains(string(encoded), form) {
			t.Errorf("the error tells the secret: %v", err)
		}
	}
	return e
}

func do(t *testing.T, client *Client, x *Exchange) (*Token, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	return client.Do(ctx, x)
}
