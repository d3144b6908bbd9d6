package proxy

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
)

const (
	everyOld    = 7  // each so many have their token refused
	everyStream = 10 // each so many are streams
	lines       = 5  // of a stream
)

// echo is an API that returns what names a request. It answers when all have arrived.
type echo struct {
	crowd int           // requests at once
	all   chan struct{} // closed when all have arrived

	mu      sync.Mutex
	arrived map[string]int // by path
}

// first reports whether a request arrives for the first time.
func (e *echo) first(path string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.arrived[path]++
	isFirst := e.arrived[path] == 1
	if isFirst && len(e.arrived) == e.crowd {
		close(e.all)
	}
	return isFirst
}

// ServeHTTP implements http.Handler.
func (e *echo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/" {
		return
	}
	isFirst := e.first(r.URL.Path)
	select {
	case <-e.all:
	case <-r.Context().Done():
	}
	w.Header().Set("X-Api", "1")
	if isFirst && r.Header.Get("X-Refuse") != "" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	_ = http.NewResponseController(w).EnableFullDuplex()
	if r.Header.Get("X-Stream") == "" {
		body, err := io.ReadAll(r.Body)
		_, _ = fmt.Fprintf(w, "%s %s %s %v", r.Method, r.URL.Path, body, err) //nolint:gosec // no browser reads it
		return
	}
	for reader := bufio.NewReader(r.Body); ; {
		line, err := reader.ReadString('\n')
		if err != nil {
			return
		}
		_, _ = io.WriteString(w, r.URL.Path+" "+line) //nolint:gosec // no browser reads it
		_ = http.NewResponseController(w).Flush()
	}
}

// member is a request of the crowd.
type member int

func (m member) path() string     { return fmt.Sprintf("/id-%d", m) }
func (m member) isStream() bool   { return m%everyStream == 0 }
func (m member) isRefused() bool  { return m%everyOld == 0 && !m.isStream() }
func (m member) text() string     { return strings.Repeat(m.path(), 1+int(m)) }
func (m member) method() string   { return []string{"GET", "POST", "PUT", "DELETE"}[m%4] }
func (m member) isChunked() bool  { return m%3 == 0 }
func (m member) hasContent() bool { return m.method() != http.MethodGet }

// request returns what a member sends, and what it should get.
func (m member) request(t *testing.T, o *opened) (req *http.Request, want string) {
	t.Helper()
	var body io.Reader
	text := ""
	if m.hasContent() {
		text = m.text()
		body = strings.NewReader(text)
	}
	if m.isChunked() && body != nil {
		body = struct{ io.Reader }{body}
	}
	req = o.request(t, m.method(), m.path(), body)
	if m.isRefused() {
		req.Header.Set("X-Refuse", "1")
	}
	return req, fmt.Sprintf("%s %s %s <nil>", m.method(), m.path(), text)
}

// stream sends lines, each after the response to the one before.
func (m member) stream(ctx context.Context, t *testing.T, o *opened, client *http.Client) error {
	t.Helper()
	out, in := io.Pipe()
	stop := context.AfterFunc(ctx, func() { _ = in.Close() }) // net/http waits for it
	defer stop()
	defer in.Close() //nolint:errcheck // nobody reads it
	req := o.request(t, http.MethodPost, m.path(), out).WithContext(ctx)
	req.Header.Set("X-Stream", "1")
	begin := make(chan struct{})
	go func() {
		_, _ = io.WriteString(in, "line 0\n")
		close(begin)
	}()
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // it has been read
	<-begin
	reader := bufio.NewReader(resp.Body)
	for i := range lines {
		line, err := reader.ReadString('\n')
		if want := fmt.Sprintf("%s line %d\n", m.path(), i); err != nil || line != want {
			return fmt.Errorf("%q, %w; want %q", line, err, want)
		}
		if _, err := fmt.Fprintf(in, "line %d\n", i+1); err != nil {
			return err
		}
	}
	return nil
}

// once sends the request of a member.
func (m member) once(ctx context.Context, t *testing.T, o *opened, client *http.Client) error {
	t.Helper()
	req, want := m.request(t, o)
	resp, err := client.Do(req.WithContext(ctx))
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // it has been read
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK || string(body) != want {
		return fmt.Errorf("HTTP %d with %d bytes, %w", resp.StatusCode, len(body), err)
	}
	return nil
}

// TestCrowd sends a thousand requests, which are all under way at the same time.
func TestCrowd(t *testing.T) { //nolint:paralleltest // it counts what the process has
	for name, c := range map[string]struct {
		crowd int // over HTTP/2, fewer than one connection takes
		open  func(*testing.T, *echo) *opened
	}{
		"http": {1000, func(t *testing.T, e *echo) *opened { t.Helper(); return openTo(t, api(t, e.ServeHTTP).URL) }},
		"h2":   {200, func(t *testing.T, e *echo) *opened { t.Helper(); return openSecure(t, true, e.ServeHTTP) }},
	} {
		t.Run(name, func(t *testing.T) {
			leavesNothing(t, func(t *testing.T) {
				e := &echo{crowd: c.crowd, all: make(chan struct{}), arrived: map[string]int{}}
				o := c.open(t, e)
				do(t, o.request(t, http.MethodGet, "/", nil)) // or each request over HTTP/2 opens a connection
				e.send(t, o)
				e.check(t)
				o.Close(context.Background())
				if listens(o.address) {
					t.Error("the proxy still listens")
				}
			})
		})
	}
}

// send sends the requests of the crowd.
func (e *echo) send(t *testing.T, o *opened) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: e.crowd}}
	defer client.CloseIdleConnections()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var all sync.WaitGroup
	for m := range member(e.crowd) {
		all.Go(func() {
			do := m.once
			if m.isStream() {
				do = m.stream
			}
			if err := do(ctx, t, o, client); err != nil && ctx.Err() == nil {
				t.Errorf("%s: %v", m.path(), err)
				cancel() // the others would wait for it
			}
		})
	}
	all.Wait()
}

// check checks what has arrived.
func (e *echo) check(t *testing.T) {
	t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	for m := range member(e.crowd) {
		want := 1
		if m.isRefused() {
			want = 2
		}
		if got := e.arrived[m.path()]; got != want {
			t.Errorf("%s has arrived %d times, want %d", m.path(), got, want)
		}
	}
	if len(e.arrived) != e.crowd {
		t.Errorf("%d paths have arrived, want %d", len(e.arrived), e.crowd)
	}
}
