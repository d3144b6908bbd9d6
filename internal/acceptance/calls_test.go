package acceptance

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"
)

// callCommand is how provisioners run the test binary to send requests for a while.
const callCommand = "call-the-api"

const (
	callEvery = 250 * time.Millisecond // how often a caller sends a request
	callLimit = 20 * time.Second       // how long a request may take
)

// answerError is an answer other than a caller expects.
type answerError struct{ What, Said string }

func (e *answerError) Error() string { return e.What + ": " + e.Said }

// caller sends requests to an API.
type caller struct {
	base    string
	headers map[string]string
	client  *http.Client
}

func newCaller(base string, headers map[string]string) *caller {
	handBack := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &caller{base, headers, &http.Client{Timeout: callLimit, Transport: new(http.Transport), CheckRedirect: handBack}}
}

// callFromEnvironment sends requests as long as CALL_FOR says, and writes down its environment.
func callFromEnvironment() error {
	if file := os.Getenv("CALL_NOTES"); file != "" {
		if err := os.WriteFile(file, []byte(strings.Join(os.Environ(), "\n")), 0o600); err != nil { //nolint:gosec // the path is that of a test
			return err
		}
	}
	lasts, err := time.ParseDuration(os.Getenv("CALL_FOR"))
	if err != nil {
		return err
	}
	c := newCaller(os.Getenv("CALL_URL"), map[string]string{os.Getenv("CALL_HEADER"): os.Getenv("CALL_KEY")})
	return c.keepCalling(context.Background(), lasts)
}

// get returns the body of a success.
func (c *caller) get(ctx context.Context, path string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, http.NoBody)
	if err != nil {
		return "", err
	}
	c.open(req)
	resp, err := c.client.Do(req)
	if err != nil {
		return "", err
	}
	got, err := readAnswer(resp)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = &answerError{"the API answered " + resp.Status, got.Body}
	}
	return got.Body, err
}

func (c *caller) open(req *http.Request) {
	for name, value := range c.headers {
		req.Header.Set(name, value)
	}
}

// keepCalling sends requests for some time. Each must be answered as the same one is that goes
// directly to an API which wants no token.
func (c *caller) keepCalling(ctx context.Context, lasts time.Duration) error {
	at, err := url.Parse(c.base)
	if err != nil {
		return err
	}
	open := httptest.NewServer(http.HandlerFunc(echo))
	defer open.Close()
	directly := newCaller(open.URL+at.Path, nil)
	for number, end := 0, time.Now().Add(lasts); time.Now().Before(end); number++ {
		want, err := directly.send(ctx, number)
		if err != nil {
			return err
		}
		got, err := c.send(ctx, number)
		if err != nil {
			return err
		}
		if diff := cmp.Diff(want, got); diff != "" {
			if got.Body == "" { // after a HEAD, the next response says why
				next, _ := c.send(ctx, number+1)
				diff += next.Body
			}
			return &answerError{fmt.Sprintf("request %d is answered otherwise than directly", number), diff}
		}
		select {
		case <-time.After(callEvery):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// kinds are the requests that a caller sends in turn.
var kinds = []struct{ method, path, body string }{
	{http.MethodGet, "/orders?n=1&n=2&empty=&stream", ""},
	{http.MethodPost, "/orders?status=201", `{"name":"ö","amount":1.0}`},
	{http.MethodPut, "/orders/a%2Fb%20c;v=1?x=%7e&stream", "stream"},
	{http.MethodDelete, "/orders/1?status=204", ""},
	{http.MethodPatch, "/orders/1?status=409", "[]"},
	{http.MethodGet, "/orders/2?status=404", ""},
	{http.MethodHead, "/orders", ""},
	{http.MethodGet, "/moved?status=302", ""},
	{http.MethodGet, "/busy?status=503", ""},
}

// send sends a request, and returns the answer.
func (c *caller) send(ctx context.Context, number int) (answerTo, error) {
	kind := kinds[number%len(kinds)]
	var body io.Reader = strings.NewReader(kind.body)
	if kind.body == "stream" { // of no length that is known, and larger than what is kept to be sent again
		body = io.MultiReader(body, strings.NewReader(strings.Repeat("0123456789abcdef", 80<<10)))
	}
	req, err := http.NewRequestWithContext(ctx, kind.method, c.base+kind.path, body) //nolint:gosec // the URL is that of a server here
	if err != nil {
		return answerTo{}, err
	}
	req.Header.Set("X-Number", strconv.Itoa(number))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Forwarded-For", "192.0.2.1")
	if number%2 == 0 {
		req.Header.Set("User-Agent", "") // none at all
	}
	c.open(req)
	resp, err := c.client.Do(req) //nolint:gosec // the URL is that of a server here
	if err != nil {
		return answerTo{}, err
	}
	return readAnswer(resp)
}

// note is what a downstream provider was configured with.
type note struct {
	URL     string
	Headers map[string]string
}

// writeNote adds a note to a file, if there is one.
func writeNote(file string, n note) error {
	if file == "" {
		return nil
	}
	line, err := json.Marshal(n)
	if err != nil {
		return err
	}
	notes, err := os.OpenFile(file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600) //nolint:gosec // the path is that of a test
	if err != nil {
		return err
	}
	_, err = notes.Write(append(line, '\n'))
	if closed := notes.Close(); err == nil {
		err = closed
	}
	return err
}
