package token

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/program"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

const mostNames = 30 // of form fields are logged

// call is one request with all its attempts.
type call struct {
	client          *Client
	exchange        *Exchange
	purpose         Purpose
	audience        string                 // the aud of JWTs that set none; empty: the URL of the exchange's request
	places          map[string]said.Secret // the values that a revocation is filled with, by name
	others          others                 // gets the tokens of other exchanges
	minRemaining    time.Duration          // how much life such a token should have left; 0: the default
	once, temporary bool                   // one attempt only; whether another one might have succeeded
	attempts        int                    // so far
	sent            time.Time              // when the last attempt began
	began           time.Time              // when the first attempt began
	left            time.Time              // when the first attempt had all its values, and its request could leave
	patience        *patience              // how long a revocation may wait for its sources; nil: as long as ctx says
	cut             bool                   // retry_max_wait has shortened a wait
	fields          []string               // the names of the form fields of the last attempt
	status          int                    // that of the last answer; 0 where none came
	next            time.Duration          // how long to wait before the next attempt
	secrets         said.Book              // the values obtained from sources, which no message may repeat
	presented       []Presented            // the assertions of the last attempt

	builtIns func() map[string]said.Secret // the built-in values of the last attempt
	used     *used                         // what the last attempt has obtained of named sources
	awaiting awaiting
	answer   *Answer // the response to a request for a token; nil: none came
}

// final returns the statuses of redirects that are not followed.
func (c *call) final() []int {
	switch {
	case c.purpose == ForToken:
		return c.exchange.Response.SuccessStatuses
	case c.purpose == ForRevocation && c.exchange.Response.IsDescribed:
		return logoutStatuses()
	default:
		return nil
	}
}

func (c *call) send(ctx context.Context) (*Answer, error) {
	client, err := c.http()
	if err != nil {
		return nil, err
	}
	ctx = transport.WithOwner(ctx, c.exchange.Service+"."+c.exchange.Credentials)
	ctx = transport.WithFinal(ctx, c.final())
	req, err := http.NewRequestWithContext(ctx, c.exchange.Request.Verb(), c.exchange.Request.URL, http.NoBody)
	if err != nil {
		return nil, err
	}
	c.began = c.client.runtime.Now()
	if failed := c.attempt(req); failed != nil {
		return nil, failed
	}
	retries := c.client.settings.MaxRetries
	if c.once {
		retries = 0
	}
	var last *Answer
	var failed error
	retrying := &retryablehttp.Client{
		HTTPClient: client,
		RetryMax:   retries,
		CheckRetry: func(ctx context.Context, resp *http.Response, err error) (bool, error) {
			c.client.transport.Release()
			last, failed = c.received(ctx, resp, err)
			c.awaiting.isOpen.Store(false)
			c.temporary = c.mayResend(failed) && c.again(ctx, last, failed)
			return c.temporary, nil
		},
		Backoff:      func(time.Duration, time.Duration, int, *http.Response) time.Duration { return c.next },
		PrepareRetry: c.attempt,
		// The last answer comes back as it is: it holds the vendor's message.
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	if _, err = retrying.Do(&retryablehttp.Request{Request: req}); err != nil { //nolint:bodyclose // received closes it
		transport.Rethrow(err)
		return nil, err
	}
	return last, failed
}

// value obtains the value of a source for a parameter.
func (c *call) value(ctx context.Context, name string, from source.Source) (said.Secret, error) {
	if failed := c.shunned(name, from); failed != nil {
		return said.Secret{}, failed
	}
	value, err := c.filled(from).Obtain(ctx, c.run(name))
	obtained := said.Book{}.Add("assertion", value)
	c.secrets = append(c.secrets, obtained...)
	c.exchange.Secrets.Learn(obtained)
	if err != nil {
		return value, c.noValue(name, c.inTime(ctx, name, from, err))
	}
	return value, nil
}

// present obtains the value of a source for a parameter, which an error about a
// refusal describes.
func (c *call) present(ctx context.Context, name string, from source.Source) (said.Secret, error) {
	value, err := c.value(ctx, name, from)
	if err != nil {
		return value, err
	}
	p := Presented{Name: name, Source: from, Value: value}
	if signed, ok := from.(source.Signed); ok {
		p.Signed = &signed
	}
	c.presented = append(c.presented, p)
	return value, nil
}

// run returns what a source uses, whose value is for the parameter name.
func (c *call) run(name string) source.Run {
	return source.Run{
		Now: c.client.runtime.Now, Random: c.client.runtime.Random, Getenv: c.client.runtime.Getenv, Timeout: c.client.settings.Timeout,
		Audience: c.defaultAudience(), Fetch: c.fetch, Program: c.program,
		Token: func(ctx context.Context, from source.Credentials) (said.Secret, error) {
			return c.token(ctx, name, from)
		},
	}
}

// defaultAudience returns the aud of a JWT that sets none: the URL of the token endpoint, as
// it is sent. A query that has the JWT itself is left out.
func (c *call) defaultAudience() string {
	endpoint := cmp.Or(c.audience, c.exchange.Request.URL)
	if !c.exchange.Request.Template || !strings.Contains(endpoint, "{") {
		return endpoint
	}
	values := c.values()
	address, query, _ := strings.Cut(endpoint, "?")
	isMissing := func(named Named) bool {
		_, ok := values[named.Name]
		return !ok && strings.Contains(query, "{"+named.Name+"}")
	}
	if slices.ContainsFunc(c.exchange.Request.Named, isMissing) {
		endpoint = address
	}
	return fillURL(endpoint, values)
}

// noValue returns the error of a source whose value is for the parameter name.
func (c *call) noValue(name string, err error) error {
	problem, ok := errors.AsType[*source.Error](err)
	if _, isOther := errors.AsType[*Error](err); isOther || !ok {
		return err // it may be about a source of another set
	}
	e := &Error{Kind: KindSource, Purpose: c.purpose, Exchange: c.exchange, Name: name, Cause: problem, secrets: c.extraSecrets()}
	if failed, ok := errors.AsType[*program.Error](err); ok {
		e.secrets = e.secrets.Add("assertion", failed.Printed)
	}
	return e
}

// program runs a program within the time of an attempt. It is source.Run.Program.
func (c *call) program(ctx context.Context, args []string, stdin []byte) ([]byte, error) {
	return c.client.runtime.Program(ctx, args, stdin, c.client.settings.Timeout)
}

var identityToken = answer.MustPath("value") // where GitHub Actions puts one

// fetch requests an identity token of a CI run. It is source.Run.Fetch.
func (c *call) fetch(ctx context.Context, url string, bearer said.Secret) (said.Secret, error) {
	t, err := c.client.request(ctx, &call{purpose: ForIdentity, exchange: &Exchange{
		Service: c.exchange.Service, Credentials: c.exchange.Credentials,
		Request: Request{
			Method: http.MethodGet, URL: url,
			Headers: map[string]said.Secret{"Authorization": said.NewSecret("Bearer " + bearer.Reveal())},
		},
		Response: Response{Token: identityToken},
		Secrets:  c.exchange.Secrets.Add("bearer", bearer),
	}})
	if err != nil {
		return said.Secret{}, err
	}
	return t.AccessToken, nil
}

// extraSecrets returns what no message may repeat besides the secrets of the exchange:
// the values obtained from sources, and the passwords of the proxies.
func (c *call) extraSecrets() said.Book { return slices.Concat(c.secrets, c.client.passwords) }

// attempt prepares the request for the first and every later attempt, which ends
// with retry.
func (c *call) attempt(req *http.Request) error {
	before := c.used.held()
	c.begin()
	c.sent = c.client.runtime.Now().UTC().Truncate(time.Second)
	err := c.exchange.Request.prepare(req, c)
	c.release(req.Context(), before) // after it, because both attempts may have the same token
	if err != nil {
		return err
	}
	if c.left.IsZero() {
		c.left = c.client.runtime.Now()
	}
	if req.UserAgent() == "" {
		req.Header.Set("User-Agent", c.client.runtime.UserAgent)
	}
	if req.Header.Get("Accept-Encoding") == "" {
		req.Header.Set("Accept-Encoding", "gzip") // said by us, so that net/http does not unpack it
	}
	c.logAttempt(req.Context())
	c.awaiting.isOpen.Store(true)
	if c.awaiting.isInterrupted.Load() {
		return context.Canceled
	}
	return c.client.transport.Acquire(req.Context())
}

func (c *call) logAttempt(ctx context.Context) {
	log, message, x := c.client.runtime.Log, "asking the "+c.purpose.String(), c.exchange
	if parameters := c.parameters(); parameters != "" {
		log.DebugContext(ctx, message, "service", x.Service, "credentials", x.Credentials, "host", x.Host(), "parameters", parameters)
		return
	}
	log.DebugContext(ctx, message, "service", x.Service, "credentials", x.Credentials, "host", x.Host())
}

// parameters are the names of the form fields that are sent, for the log: never
// their values, and no secret that somebody has made a name.
func (c *call) parameters() string {
	slices.Sort(c.fields)
	names := strings.Join(c.fields[:min(len(c.fields), mostNames)], ", ")
	if !slices.ContainsFunc(c.fields, isUnregistered) {
		return names // a judge would take time for nothing
	}
	return string(slices.Concat(c.exchange.Secrets, c.extraSecrets()).Judge().Message(said.NewForeign(names)))
}

// registered are the parameters that token requests have (IANA registry "OAuth
// Parameters").
var registered = []string{
	"actor_token", "actor_token_type", "assertion", "audience", "client_assertion", "client_assertion_type", "client_id", "client_secret", "grant_type",
	"password", "refresh_token", "requested_token_type", "resource", "scope", "subject_token", "subject_token_type", "username",
}

func isUnregistered(parameter string) bool { return !slices.Contains(registered, parameter) }

// received returns the answer that an attempt brought, or why it brought none. A
// success that cannot be read counts as no answer: the token may be in the missing
// part. Any other status stands, whether its body can be read or not.
func (c *call) received(ctx context.Context, resp *http.Response, failed error) (*Answer, error) {
	c.status = 0
	if failed != nil {
		return nil, failed
	}
	now := c.client.runtime.Now()
	body, failed := io.ReadAll(resp.Body)
	_ = resp.Body.Close() // what came has been read
	if resp.StatusCode < http.StatusContinue {
		return nil, transport.ErrNoStatus
	}
	c.status = resp.StatusCode
	switch {
	case failed != nil && errors.Is(ctx.Err(), context.Canceled):
		return nil, ctx.Err()
	case failed != nil && c.exchange.isSuccess(c.purpose, resp.StatusCode):
		return nil, failed
	}
	a := c.newAnswer(resp.StatusCode, resp.Header, body)
	if failed != nil && !a.Content.IsJSON() { // half a text could end in half a secret
		a = c.newAnswer(resp.StatusCode, resp.Header, nil)
	}
	a.Broken = said.NewQuiet(failed)
	a.Wait, _ = a.Header.Wait(now)
	if resp.Request != nil && resp.Request.Response != nil { // it comes from a redirect
		a.MovedTo, a.MovedBy = resp.Request.URL, redirectStatus(resp.Request)
	}
	a.Proxy = c.client.transport.ProxyFor(c.exchange.Request.URL)
	a.Tries, a.Received, a.ClockAhead = c.tries(), now, clockAhead(a.Header, a.Sent, now)
	return a, nil
}

// again decides, after an answer or the lack of one, whether there is to be
// another attempt, and when.
func (c *call) again(ctx context.Context, last *Answer, failed error) bool {
	var asked time.Duration
	switch {
	case transport.IsPermanent(failed, IsTemporary):
		return false
	case failed != nil:
		// The library knows more permanent failures, such as an untrusted certificate.
		if again, _ := retryablehttp.DefaultRetryPolicy(ctx, nil, failed); !again {
			return false
		}
		asked = transport.WaitOf(failed)
	case !last.IsTemporary():
		return false
	default:
		asked = last.Wait
	}
	c.next = c.wait(asked)
	if c.next > c.client.settings.RetryMaxWait {
		return false
	}
	if deadline, limited := ctx.Deadline(); limited && !c.client.runtime.Now().Add(c.next).Before(deadline) {
		if last != nil {
			last.IsLate = true
		}
		return false
	}
	if c.attempts <= c.client.settings.MaxRetries {
		reason := strconv.Itoa(c.status)
		if failed != nil {
			reason = transport.Classify(failed).Reason.String()
		}
		c.client.runtime.Log.InfoContext(ctx, "no token yet", "service", c.exchange.Service,
			"credentials", c.exchange.Credentials, "reason", reason, "wait", inSeconds(c.next))
	}
	return true
}

// wait returns how long to wait before the next attempt: as long as the endpoint
// asks for, and never less than usual.
func (c *call) wait(asked time.Duration) time.Duration {
	longest := c.client.settings.RetryMaxWait
	if asked >= doubled(c.attempts-1, longest)/2 {
		return asked
	}
	c.cut = c.cut || doubled(c.attempts-1, longest+1) > longest
	return backoff(c.attempts-1, longest, c.client.runtime.Random)
}

// unreachable returns the *Error of a call that failed with err: no complete
// response came.
func (c *call) unreachable(ctx context.Context, err error) error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	e := &Error{Kind: KindUnreachable, Purpose: c.purpose, Exchange: c.exchange}
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		e.Problem = ProblemOverdue
		return e
	case ctx.Err() != nil:
		e.Kind = KindCancelled
		return e
	}
	e.Status, e.Cause, e.Proxy, e.Tries = c.status, said.NewQuiet(err), c.client.transport.ProxyFor(c.exchange.Request.URL), c.tries()
	if wait := transport.WaitOf(err); wait > 0 && !transport.IsPermanent(err, IsTemporary) {
		e.Wait, e.RetryAt = wait, retryAt(wait, c.client.runtime.Now())
	}
	switch {
	case !transport.IsResponse(err):
	case c.purpose == ForMetadata:
		e.Kind = KindDiscovery
	default:
		e.Kind = KindAnswer
	}
	e.secrets = c.extraSecrets()
	return e
}
