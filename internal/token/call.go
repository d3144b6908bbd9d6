package token

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// call is one token request with all its attempts.
type call struct {
	client   *Client
	exchange *Exchange
	// audience is the aud of JWTs that set none; empty: the URL of the exchange's
	// request.
	audience string
	// places are the values that a revocation is filled with, by name.
	places map[string]said.Secret
	// once says that the call has one attempt only; temporary is whether another
	// one might have succeeded.
	once, temporary bool
	// attempts counts the attempts, and sent is when the last one began.
	attempts int
	sent     time.Time
	// began is when the first one began, and cut is whether retry_max_wait has
	// shortened a wait.
	began time.Time
	cut   bool
	// fields are the names of the form fields of the last attempt.
	fields []string
	// status is that of the last answer; 0 where none came.
	status int
	// next is how long to wait before the next attempt.
	next time.Duration
	// secrets are the values obtained from sources, which no message may repeat.
	secrets said.Book
	// presented are the assertions of the last attempt.
	presented []presented
}

func (c *call) send(ctx context.Context) (*answer, error) {
	client, err := c.client.httpFor(c.exchange)
	if err != nil {
		return nil, err
	}
	ctx = context.WithValue(ctx, attemptsKey{}, &attempts{owner: c.exchange.Service + "." + c.exchange.Credentials})
	req, err := http.NewRequestWithContext(ctx, c.exchange.Request.method(), c.exchange.Request.URL, http.NoBody)
	if err != nil {
		return nil, err
	}
	c.began = c.client.runtime.Now()
	if failed := c.attempt(req); failed != nil {
		return nil, failed
	}
	var last *answer
	var failed error
	retrying := &retryablehttp.Client{
		HTTPClient: client,
		RetryMax:   c.maxRetries(),
		CheckRetry: func(ctx context.Context, resp *http.Response, err error) (bool, error) {
			c.client.slots.release()
			last, failed = c.received(ctx, resp, err)
			c.temporary = c.again(ctx, last, failed)
			return c.temporary, nil
		},
		Backoff:      func(time.Duration, time.Duration, int, *http.Response) time.Duration { return c.next },
		PrepareRetry: c.attempt,
		// The last answer comes back as it is: it holds the vendor's message.
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	if _, err = retrying.Do(&retryablehttp.Request{Request: req}); err != nil { //nolint:bodyclose // received closes it
		rethrow(err)
		return nil, err
	}
	return last, failed
}

func (c *call) maxRetries() int {
	if c.once {
		return 0
	}
	return c.client.settings.MaxRetries
}

// get returns the value of a source, and remembers it as a secret.
func (c *call) get(ctx context.Context, source Source) (said.Secret, error) {
	value, err := source.token(ctx, c)
	obtained := said.Book{}.Add("assertion", value)
	c.secrets = append(c.secrets, obtained...)
	c.exchange.Secrets.Learn(obtained)
	return value, err
}

// extraSecrets returns what no message may repeat besides the secrets of the exchange:
// the values obtained from sources, and the passwords of the proxies.
func (c *call) extraSecrets() said.Book { return slices.Concat(c.secrets, c.client.passwords) }

// attempt prepares the request for the first and every later attempt, which ends
// with retry.
func (c *call) attempt(req *http.Request) error {
	c.attempts++
	c.presented = nil
	c.sent = c.client.runtime.Now().UTC().Truncate(time.Second)
	if err := c.exchange.Request.prepare(req, c); err != nil {
		return err
	}
	if req.UserAgent() == "" {
		req.Header.Set("User-Agent", c.client.runtime.UserAgent)
	}
	if req.Header.Get("Accept-Encoding") == "" {
		req.Header.Set("Accept-Encoding", "gzip") // said by us, so that net/http does not unpack it
	}
	c.logAttempt(req.Context())
	return c.client.slots.acquire(req.Context())
}

func (c *call) logAttempt(ctx context.Context) {
	log, message, x := c.client.runtime.Log, "asking the "+c.exchange.endpointName(), c.exchange
	if parameters := c.parameters(); parameters != "" {
		log.DebugContext(ctx, message, "service", x.Service, "credentials", x.Credentials, "host", x.host(), "parameters", parameters)
		return
	}
	log.DebugContext(ctx, message, "service", x.Service, "credentials", x.Credentials, "host", x.host())
}

// parameters are the names of the form fields that are sent, for the log: never
// their values, and no secret that somebody has made a name.
func (c *call) parameters() string {
	slices.Sort(c.fields)
	names := strings.Join(c.fields[:min(len(c.fields), mostNames)], ", ")
	if !slices.ContainsFunc(c.fields, isUnregistered) {
		return names // a judge would take time for nothing
	}
	return own(c.judge(), names)
}

// isUnregistered reports whether a parameter is not one of those that token requests
// have (IANA registry "OAuth Parameters").
func isUnregistered(parameter string) bool {
	return !slices.Contains([]string{
		"actor_token", "actor_token_type", "assertion", "audience", "client_assertion", "client_assertion_type", "client_id", "client_secret", "grant_type",
		"password", "refresh_token", "requested_token_type", "resource", "scope", "subject_token", "subject_token_type", "username",
	}, parameter)
}

// again decides, after an answer or the lack of one, whether there is to be
// another attempt, and when.
func (c *call) again(ctx context.Context, last *answer, failed error) bool {
	reason := strconv.Itoa(c.status)
	var asked time.Duration
	switch {
	case isPermanent(failed):
		return false
	case failed != nil:
		// The library knows more permanent failures, such as an untrusted certificate.
		if again, _ := retryablehttp.DefaultRetryPolicy(ctx, nil, failed); !again {
			return false
		}
		reason, _ = c.explain(failed)
		asked = waitOf(failed)
	case !c.exchange.isTemporary(last):
		return false
	default:
		asked = last.wait
	}
	c.next = c.wait(asked)
	if c.next > c.client.settings.RetryMaxWait {
		return false
	}
	if deadline, limited := ctx.Deadline(); limited && !c.client.runtime.Now().Add(c.next).Before(deadline) {
		if last != nil && last.problem == "" {
			last.problem = "time ran out before it could be asked again"
		}
		return false
	}
	if c.attempts <= c.client.settings.MaxRetries {
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
