package token

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// errTooLarge says that an answer is larger than largestAnswer.
var errTooLarge = errors.New("the answer is larger than 1 MiB")

// wholeAnswer reads each answer to its end before anybody sees it, so that an
// answer cut off on the way counts as a failed attempt and is asked for again.
type wholeAnswer struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (w wholeAnswer) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := w.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	received := resp.Body
	defer func() { _ = received.Close() }()
	if resp.ContentLength > largestAnswer {
		return nil, errTooLarge
	}
	body, err := io.ReadAll(io.LimitReader(received, largestAnswer+1))
	if err != nil {
		return nil, err
	}
	if len(body) > largestAnswer {
		return nil, errTooLarge
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// call is one token request with all its attempts.
type call struct {
	client   *Client
	exchange *Exchange
	// audience is the aud of JWTs that set none; empty: the URL of the exchange's
	// request.
	audience string
	// attempts counts the attempts, and sent is when the last one began.
	attempts int
	sent     time.Time
	// status is that of the last answer; 0 where none came.
	status int
	// secrets are the values obtained from sources, which no message may repeat.
	secrets []said.Secret
}

func (c *call) send(ctx context.Context) (*answer, error) {
	client, err := c.client.httpFor(c.exchange)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, c.exchange.Request.method(), c.exchange.Request.URL, http.NoBody)
	if err != nil {
		return nil, err
	}
	if failed := c.attempt(req); failed != nil {
		return nil, failed
	}
	retrying := &retryablehttp.Client{
		HTTPClient:   client,
		RetryMax:     c.client.settings.MaxRetries,
		CheckRetry:   c.retry,
		Backoff:      c.wait,
		PrepareRetry: c.attempt,
		// The last answer comes back as it is: it holds the vendor's message.
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	resp, err := retrying.Do(&retryablehttp.Request{Request: req})
	if err != nil {
		rethrow(err)
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	a := newAnswer(resp.StatusCode, resp.Header, body, c.sent)
	a.secrets = c.extraSecrets()
	return a, nil
}

// get returns the value of a source, and remembers it as a secret.
func (c *call) get(ctx context.Context, source Source) (said.Secret, error) {
	value, err := source.token(ctx, c)
	c.secrets = append(c.secrets, value)
	return value, err
}

// extraSecrets returns what no message may repeat besides the secrets of the exchange:
// the values obtained from sources, and the passwords of the proxies.
func (c *call) extraSecrets() []said.Secret { return slices.Concat(c.secrets, c.client.passwords) }

// attempt prepares the request for the first and every later attempt.
func (c *call) attempt(req *http.Request) error {
	c.attempts++
	c.sent = c.client.runtime.Now().UTC().Truncate(time.Second)
	if err := c.exchange.Request.prepare(req, c); err != nil {
		return err
	}
	if req.UserAgent() == "" {
		req.Header.Set("User-Agent", c.client.runtime.UserAgent)
	}
	c.client.runtime.Log.DebugContext(req.Context(), "asking the "+c.exchange.endpointName(), "service", c.exchange.Service,
		"credentials", c.exchange.Credentials, "host", req.URL.Host)
	return nil
}

// retry decides, after each attempt, whether there is to be another one.
func (c *call) retry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	var again bool
	var reason string
	c.status = 0
	switch {
	case isPermanent(err):
		return false, err
	case err != nil:
		reason, _ = c.explain(err)
		// The library knows more permanent failures, such as an untrusted certificate.
		again, _ = retryablehttp.DefaultRetryPolicy(ctx, nil, err)
	default:
		c.status = resp.StatusCode
		reason = strconv.Itoa(c.status)
		wait, _ := retryAfter(resp.Header, c.client.runtime.Now())
		again = retryable(c.status) && c.mayWait(ctx, wait)
	}
	if again {
		c.client.runtime.Log.InfoContext(ctx, "no token yet", "service", c.exchange.Service,
			"credentials", c.exchange.Credentials, "reason", reason)
	}
	return again, nil
}

// mayWait reports whether a wait that the endpoint asks for is allowed, and ends
// before the deadline of all attempts.
func (c *call) mayWait(ctx context.Context, wait time.Duration) bool {
	deadline, limited := ctx.Deadline()
	return wait <= c.client.settings.RetryMaxWait && (!limited || c.client.runtime.Now().Add(wait).Before(deadline))
}

// wait returns how long to wait before the next attempt.
func (c *call) wait(_, _ time.Duration, attempt int, resp *http.Response) time.Duration {
	if resp != nil {
		if asked, ok := retryAfter(resp.Header, c.client.runtime.Now()); ok {
			return asked
		}
	}
	return backoff(attempt, c.client.settings.RetryMaxWait, c.client.runtime.Random)
}
