package token

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
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
func quickTransport() transport.Settings {
	return transport.Settings{Timeout: 5 * time.Second, MaxRetries: 2, RetryMaxWait: time.Millisecond}
}

func newTestClient(t *testing.T, settings transport.Settings) *Client {
	t.Helper()
	tokentest.NoLeak(t)
	return clientWith(t, settings, testRuntime())
}

// clientWith returns a client with these settings, in this environment.
func clientWith(tb testing.TB, settings transport.Settings, runtime Runtime) *Client {
	tb.Helper()
	client, err := NewClient(settings, runtime)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(client.transport.CloseIdle)
	return client
}

// answeredBy returns a client whose requests are answered without a network.
func answeredBy(t *testing.T, settings transport.Settings, answers http.RoundTripper) *Client {
	t.Helper()
	client := newTestClient(t, settings)
	client.transport.Client(nil).Transport = answers
	return client
}

// wantToken fails unless the cache has the token; "": any.
func wantToken(t *testing.T, cache *Cache, x *Exchange, minRemaining time.Duration, want string) {
	t.Helper()
	got, err := cache.Token(t.Context(), x, minRemaining)
	if err != nil || want != "" && got.AccessToken.Reveal() != want {
		t.Errorf("token %v, error %v, want %s", got, err, want)
	}
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
			Token: answer.MustPath("access_token"), TokenType: answer.MustPath("token_type"), ExpiresIn: answer.MustPath("expires_in"),
			Fields: map[string]Path{"scope": answer.MustPath("scope")},
		},
		Headers: secretMap(map[string]string{"Authorization": "Bearer {token}"}),
		Secrets: said.Book{{Name: "client_secret", Value: said.NewSecret(testSecret)}},
	}
}

func secretMap(values map[string]string) map[string]said.Secret {
	secrets := make(map[string]said.Secret, len(values))
	for name, value := range values {
		secrets[name] = said.NewSecret(value)
	}
	return secrets
}

const tokenURL = "https://auth.example.com/token"

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
	if e.Exchange.Service != "acme" || e.Exchange.Credentials != "shop" {
		t.Errorf("error names service %q and set %q", e.Exchange.Service, e.Exchange.Credentials)
	}
	tokentest.WantNoSecret(t, err.Error()+fmt.Sprintf("%+v %#v", e, e), testSecret)
	return e
}

func do(t *testing.T, client *Client, x *Exchange) (*Token, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	return client.Do(ctx, x)
}

// Do carries the exchange out, and shares no token.
func (c *Client) Do(ctx context.Context, x *Exchange) (*Token, error) {
	t, err := c.request(ctx, &call{exchange: x, others: NewCache(c)})
	if err != nil {
		return nil, err
	}
	return t.forAPI()
}
