package diagnostic

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"log"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	provider "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"go.uber.org/goleak"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
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

const goodAnswer = `{"access_token":"tok-1","token_type":"bearer","expires_in":3600,"scope":"read"}`

func testRuntime() token.Runtime {
	return token.Runtime{Now: time.Now, Random: rand.Reader, Log: slog.New(slog.DiscardHandler), Getenv: func(string) string { return "" }, UserAgent: "test/1"}
}

// quickTransport repeats without waiting.
func quickTransport() transport.Settings {
	return transport.Settings{Timeout: 5 * time.Second, MaxRetries: 2, RetryMaxWait: time.Millisecond}
}

func newTestClient(t *testing.T, settings transport.Settings) *token.Client {
	t.Helper()
	tokentest.NoLeak(t)
	client, err := token.NewClient(settings, testRuntime())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Transport().CloseIdle)
	return client
}

// exchange is an exchange with what words need to know of its set.
type exchange struct {
	token.Exchange

	// Describe says that the set describes its endpoint.
	Describe bool
	// Settings are the attributes that a set of the service has; nil: any.
	Settings        []string
	Advice          map[int]string
	OtherAnswer     string
	FromEnvironment bool
}

// set returns the credential set of the exchange.
func (x *exchange) set() Set {
	s := service.Service{
		Name: x.Service, Set: map[string]provider.Attribute{}, IsDescribed: x.Describe, Advice: x.Advice, OtherAnswer: x.OtherAnswer,
		RevocationURLName: "revocation_url",
	}
	for _, name := range x.Settings {
		s.Set[name] = provider.StringAttribute{}
	}
	if x.Settings == nil {
		s.Set["client_auth"] = provider.StringAttribute{}
	}
	return Set{Service: s, Name: x.Credentials, FromEnvironment: x.FromEnvironment}
}

// plain returns the exchange of the engine.
func (x *exchange) plain() *token.Exchange {
	plain := x.Exchange
	plain.Response.IsDescribed = x.Describe
	return &plain
}

// testExchange is a client-credentials exchange like that of most vendors.
func testExchange(url string) *exchange {
	return &exchange{Exchange: token.Exchange{
		Service:     "acme",
		Credentials: "shop",
		Request: token.Request{
			URL:  url,
			Form: token.NewForm(map[string]string{"grant_type": "client_credentials"}),
			Auth: token.ClientSecretPost{ID: testID, Secret: said.NewSecret(testSecret)},
		},
		Response: token.Response{
			Token: answer.MustPath("access_token"), TokenType: answer.MustPath("token_type"), ExpiresIn: answer.MustPath("expires_in"),
			Fields: map[string]answer.Path{"scope": answer.MustPath("scope")},
		},
		Headers: secretMap(map[string]string{"Authorization": "Bearer {token}"}),
		Secrets: said.Book{{Name: "client_secret", Value: said.NewSecret(testSecret)}},
	}}
}

func secretMap(values map[string]string) map[string]said.Secret {
	secrets := make(map[string]said.Secret, len(values))
	for name, value := range values {
		secrets[name] = said.NewSecret(value)
	}
	return secrets
}

// told is an error of the engine, as a user reads it.
type told struct {
	*token.Error

	text, Problem, Details, Advice string
	VendorMessage                  said.Shown
	Held                           []string
}

// Error returns what the user reads.
func (e *told) Error() string { return e.text }

// tell returns an error as the user of the exchange reads it.
func tell(err error, x *exchange) error {
	e, ok := errors.AsType[*token.Error](err)
	if !ok {
		return err
	}
	r := &report{e: e, x: e.Exchange, a: e.Answer, set: x.set()}
	m := r.message()
	if len(e.Places) > 0 && e.Problem != token.ProblemEndpoint {
		m = r.atPlaces(m)
	}
	return &told{e, Text(e, x.set()), m.problem, m.details, r.fitting(m), m.vendor, m.held}
}

// cache is a cache whose errors are told.
type cache struct{ *token.Cache }

func newCache(client *token.Client) *cache { return &cache{token.NewCache(client)} }

func (c *cache) Token(ctx context.Context, x *exchange, minRemaining time.Duration) (*token.Token, error) {
	issued, err := c.Cache.Token(ctx, x.plain(), minRemaining)
	return issued, tell(err, x)
}

// wantError fails unless err is an error of the kind, complete and free of the
// test's secret in every form.
func wantError(t *testing.T, err error, kind token.Kind) *told {
	t.Helper()
	e, ok := errors.AsType[*told](err)
	if !ok {
		t.Fatalf("error is %T (%v), want *told", err, err)
	}
	if e.Kind != kind {
		t.Errorf("kind = %d, want %d: %v", e.Kind, kind, err)
	}
	if e.Exchange.Service != "acme" || e.Exchange.Credentials != "shop" {
		t.Errorf("error names service %q and set %q", e.Exchange.Service, e.Exchange.Credentials)
	}
	for _, none := range []string{"HTTP 0", "HTTP 1 ", "(after 0 ", "(after 1 ", ": .\n", "vendor said: \n", "\n\n\n"} {
		if strings.Contains(err.Error()+"\n", none) {
			t.Errorf("the error tells what was not: %v", err)
		}
	}
	encoded, marshalErr := json.Marshal([]any{e.text, e.Problem, e.Details, e.Advice, e.VendorMessage, e.Held})
	if marshalErr != nil {
		t.Fatal(marshalErr)
	}
	for _, form := range tokentest.FormsOf(testSecret) {
		if strings.Contains(err.Error(), form) || strings.Contains(string(encoded), form) {
			t.Errorf("the error tells the secret: %v", err)
		}
	}
	return e
}

func do(t *testing.T, client *token.Client, x *exchange) (*token.Token, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	issued, err := client.Do(ctx, x.plain())
	return issued, tell(err, x)
}
