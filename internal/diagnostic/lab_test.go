package diagnostic

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"log"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	provider "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"go.uber.org/goleak"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/memnet"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/wire"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
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

const tokenURL = "https://auth.example.com/token"

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
	return clientWith(t, settings, testRuntime())
}

// clientWith returns a client with these settings, in this environment.
func clientWith(t *testing.T, settings transport.Settings, runtime token.Runtime) *token.Client {
	t.Helper()
	client, err := token.NewClient(settings, runtime)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Transport().CloseIdle)
	return client
}

// clientOn returns a client on a network in memory.
func clientOn(t *testing.T, network *memnet.Network, settings transport.Settings) *token.Client {
	t.Helper()
	runtime := testRuntime()
	runtime.Dial = network.Dial
	return clientWith(t, settings, runtime)
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
	if x.Describe {
		s.RevocationURLName = "revoke.url"
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
	plain.Secrets = append(x.book(), x.Secrets...)
	return &plain
}

// book returns what the schema of a service would call secret of the exchange.
func (x *exchange) book() said.Book {
	var found said.Book
	sources := slices.Collect(maps.Values(x.Request.Sources))
	switch auth := x.Request.Auth.(type) {
	case token.ClientSecretBasic:
		found = found.Add("client_secret", auth.Secret)
	case token.ClientSecretPost:
		found = found.Add("client_secret", auth.Secret)
	case token.Basic:
		found = append(found, said.LoginEntries(auth.Username, auth.Password)...)
	case token.ClientAssertion:
		sources = append(sources, auth.Assertion)
		if signed, ok := auth.Assertion.(source.Signed); ok { // client_secret_jwt
			found = found.Add("client_secret", signed.Secret)
		}
	}
	for _, named := range x.Request.Named {
		sources = append(sources, named.Source)
	}
	for _, from := range sources {
		switch from := from.(type) {
		case source.Value:
			found = found.Add("assertion", from.Secret)
		case source.Signed:
			found = found.Add("private_key_pem", from.Key).Add("private_key_passphrase", from.Passphrase).Add("claims", from.Claims).Add("secret", from.Secret)
			for _, argument := range from.Signer[min(1, len(from.Signer)):] {
				found = found.Add("", said.NewSecret(argument))
			}
		}
	}
	return found
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
	*facts

	text, Problem, Details, Advice, Clock string
	VendorMessage                         said.Shown
	Held                                  []string
}

// facts are those of the engine.
type facts = token.Error

// Error returns what the user reads.
func (e *told) Error() string { return e.text }

// tell returns an error as the user of the exchange reads it.
func tell(err error, x *exchange) error {
	e, ok := errors.AsType[*token.Error](err)
	if !ok {
		return err
	}
	text := atOnce(func() string { return Text(e, x.set()) })
	r := &report{e: e, x: e.Exchange, a: e.Answer, set: x.set()}
	m := r.message()
	if len(e.Places) > 0 && e.Problem != token.ProblemEndpoint {
		m = r.atPlaces(m)
	}
	return &told{e, text, m.problem, m.details, r.fitting(m), m.clock, m.vendor, m.held}
}

// atOnce words an error in several goroutines at once: all references that want a token
// get the same error.
func atOnce(word func() string) string {
	const references = 2
	texts := make([]string, references)
	var wg sync.WaitGroup
	for i := range texts {
		wg.Go(func() { texts[i] = word() })
	}
	wg.Wait()
	return strings.Join(slices.Compact(texts), "\nand\n")
}

// cache is a cache whose errors are told.
type cache struct {
	*token.Cache

	client *token.Client
	// leased are the exchanges of the leases, by their ids.
	leased map[string]*exchange
}

func newCache(client *token.Client) *cache {
	return &cache{token.NewCache(client), client, map[string]*exchange{}}
}

func (c *cache) Token(ctx context.Context, x *exchange, minRemaining time.Duration) (*token.Token, error) {
	issued, err := c.Cache.Token(ctx, x.plain(), minRemaining)
	return issued, tell(err, x)
}

func (c *cache) Lease(ctx context.Context, x *exchange, minRemaining time.Duration) (*token.Token, string, error) {
	issued, id, err := c.Cache.Lease(ctx, x.plain(), minRemaining)
	c.leased[id] = x
	return issued, id, tell(err, x)
}

func (c *cache) Release(ctx context.Context, id string) error {
	return tell(c.Cache.Release(ctx, id), c.leased[id])
}

// cacheOf returns a cache whose requests are answered by pages, without a network.
func cacheOf(t *testing.T, pages map[string]tokentest.Page) (*cache, *tokentest.Site) {
	t.Helper()
	s := &tokentest.Site{Pages: pages}
	return newTestCache(t, quickTransport(), s.RoundTrip), s
}

func issuedBy(issuer string) *exchange {
	x := testExchange("")
	x.Issuer = issuer
	return x
}

func revocable(base string) *exchange {
	x := testExchange(base + "/token")
	x.Revoke = &token.Request{
		URL:  base + "/revoke",
		Form: token.NewForm(map[string]string{"token": "{token}", "token_type_hint": "access_token"}),
		Auth: x.Request.Auth,
	}
	return x
}

// lend returns the id of a lease.
func lend(t *testing.T, cache *cache, x *exchange) (id string) {
	t.Helper()
	_, id, err := cache.Lease(t.Context(), x, 0)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// newAnswer returns a response to the exchange that came at a time.
func newAnswer(x *exchange, status int, header http.Header, body []byte, at time.Time) *token.Answer {
	a := token.NewAnswer(x.plain(), token.ForToken, status, header, body)
	a.Sent, a.Received = at, at
	return a
}

// read returns the token in a response, or what the user reads.
func read(x *exchange, a *token.Answer) (*token.Token, error) {
	issued, err := a.Token()
	return issued, tell(err, x)
}

// refuse returns what the user reads of a response that refuses the request.
func refuse(t *testing.T, x *exchange, a *token.Answer) *told {
	t.Helper()
	_, err := read(x, a)
	return wantError(t, err, token.KindRefused)
}

// noted is a note as a user reads it.
type noted struct{ Setting, Problem, Details string }

// notesOn returns the notes on a token for a set of the exchange.
func notesOn(x *exchange, issued *token.Token) []noted {
	var found []noted
	for _, note := range issued.Notes {
		r := about(&token.Error{Exchange: note.Answer.Exchange, Answer: note.Answer}, x.set())
		problem, near := r.found(note)
		found = append(found, noted{parts[note.Part] + r.own(note.Output), problem, near})
	}
	return found
}

// newTestCache returns a cache whose requests are answered by respond, without a network.
func newTestCache(t *testing.T, settings transport.Settings, respond tokentest.RoundTripper) *cache {
	t.Helper()
	client := newTestClient(t, settings)
	client.Transport().Client(nil).Transport = respond
	return newCache(client)
}

const wireHost = "auth.example.com"

// onWire returns a client that reaches a server over a network in memory.
func onWire(t *testing.T, server *wire.Server, protocol string, retries int) *token.Client {
	t.Helper()
	certificate, trusted := memnet.Certify(t, wireHost, -time.Hour, time.Hour)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{protocol}, MinVersion: tls.VersionTLS12}
	network := &memnet.Network{}
	server.Start(t, network.Listen(wireHost+":443"))
	settings := quickTransport()
	settings.CACertificatesPEM, settings.MaxRetries = trusted, retries
	return clientOn(t, network, settings)
}

// redact returns a text as a message shows it.
func redact(message string, secrets said.Book) string {
	return string(secrets.Judge().Message(said.NewForeign(message)))
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
	wantSaid(t, err.Error()+"\n", nil, []string{"HTTP 0", "HTTP 1 ", "(after 0 ", "(after 1 ", ": .\n", "vendor said: \n", "\n\n\n"})
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
	issued, err := token.NewCache(client).Token(ctx, x.plain(), 0)
	return issued, tell(err, x)
}
