package proxy

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// refusing answers 401 to requests with the first token.
func refusing(then http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "Bearer token-1" {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, "expired")
			return
		}
		then(w, r)
	}
}

// afterBody reads a body before it answers.
func afterBody(answer http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		answer(w, r)
	}
}

// digest answers with the length and the SHA-256 of the body.
func digest(w http.ResponseWriter, r *http.Request) {
	sum := sha256.New()
	n, err := io.Copy(sum, r.Body)
	_, _ = fmt.Fprintf(w, "%d %x %v", n, sum.Sum(nil), err)
}

// TestRefusedToken sends requests whose token the API refuses.
func TestRefusedToken(t *testing.T) {
	t.Parallel()
	mebibyte := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	want := func(body []byte) string { return fmt.Sprintf("%d %x <nil>", len(body), sha256.Sum256(body)) }
	for name, c := range map[string]struct {
		method string
		body   []byte
		chunks bool
		early  bool // the API answers before it reads the body
		status int
		count  int
	}{
		"no body":                   {"GET", nil, false, false, 200, 2},
		"small body":                {"POST", []byte("hello"), false, false, 200, 2},
		"small body, early":         {"POST", []byte("hello"), false, true, 200, 2},
		"chunks":                    {"PUT", []byte("hello"), true, false, 200, 2},
		"1 MiB":                     {"POST", mebibyte, false, false, 200, 2},
		"1 MiB, early":              {"PATCH", mebibyte, false, true, 200, 2},
		"1 MiB in chunks":           {"POST", mebibyte, true, false, 200, 2},
		"more than 1 MiB":           {"POST", append(mebibyte, 'x'), false, false, 401, 1},
		"more than 1 MiB in chunks": {"POST", append(mebibyte, 'x'), true, false, 401, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got seen
			answer := refusing(digest)
			if !c.early {
				answer = afterBody(answer)
			}
			o := openTo(t, api(t, got.handler(answer)).URL)
			body := io.Reader(bytes.NewReader(c.body))
			if c.chunks {
				body = struct{ io.Reader }{body} // of a length that net/http does not know
			}
			resp, text := do(t, o.request(t, c.method, "/things", body))
			if resp.StatusCode != c.status || len(got.all()) != c.count {
				t.Errorf("HTTP %d after %d requests, want %d after %d", resp.StatusCode, len(got.all()), c.status, c.count)
			}
			if c.status == http.StatusOK && text != want(c.body) {
				t.Errorf("the API has read %s, want %s", text, want(c.body))
			}
			if o.tokens.number != 2 {
				t.Errorf("the newest token is number %d, want 2", o.tokens.number)
			}
		})
	}
}

// TestRefusedTwice hands on a refusal if there is no other token, or if that is refused, too.
func TestRefusedTwice(t *testing.T) {
	t.Parallel()
	var count atomic.Int32
	o := openTo(t, api(t, func(w http.ResponseWriter, _ *http.Request) {
		count.Add(1)
		w.Header().Set("Www-Authenticate", "Bearer error=invalid_token")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, "not you")
	}).URL)
	for _, keepOld := range []bool{false, true} {
		count.Store(0)
		o.tokens.keepOld = keepOld
		resp, body := do(t, o.request(t, http.MethodGet, "/", nil))
		want := map[bool]int32{false: 2, true: 1}[keepOld]
		if resp.StatusCode != http.StatusUnauthorized || body != "not you" || resp.Header.Get("Www-Authenticate") == "" || count.Load() != want {
			t.Errorf("HTTP %d %q after %d requests, want the API's own refusal after %d", resp.StatusCode, body, count.Load(), want)
		}
	}
}

// TestStreams checks that both bodies of a request pass as they come.
func TestStreams(t *testing.T) {
	t.Parallel()
	o := openTo(t, api(t, func(w http.ResponseWriter, r *http.Request) {
		lines := bufio.NewScanner(r.Body)
		_ = http.NewResponseController(w).EnableFullDuplex()
		for lines.Scan() {
			_, _ = fmt.Fprintln(w, "echo of "+lines.Text())
			_ = http.NewResponseController(w).Flush()
		}
	}).URL)
	out, in := io.Pipe()
	lines := make(chan string, 1)
	go func() {
		for line := range lines {
			_, _ = io.WriteString(in, line)
		}
		_ = in.Close()
	}()
	lines <- "line 0\n"
	resp, err := plainClient.Do(o.request(t, http.MethodPost, "/", out))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // it has been read
	reader := bufio.NewReader(resp.Body)
	for i := range 3 {
		if line, err := reader.ReadString('\n'); err != nil || line != fmt.Sprintf("echo of line %d\n", i) {
			t.Fatalf("%q, %v", line, err)
		}
		lines <- fmt.Sprintf("line %d\n", i+1)
	}
	close(lines)
}

// TestTrailers checks that trailers pass both ways.
func TestTrailers(t *testing.T) {
	t.Parallel()
	for _, http2 := range []bool{false, true} {
		o := openSecure(t, http2, func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			w.Header().Set("Trailer", "X-Sum")
			sum := r.Trailer.Get("X-Checksum")
			for name, values := range r.Trailer {
				if strings.Join(values, "") == "" {
					delete(r.Trailer, name) // it was announced only
				}
			}
			delete(r.Trailer, "X-Checksum")
			_, _ = io.WriteString(w, r.Proto+" "+sum+fmt.Sprint(len(r.Trailer))) //nolint:gosec // no browser reads it
			w.Header().Set("X-Sum", "of the response")
		})
		req := o.request(t, http.MethodPost, "/", struct{ io.Reader }{strings.NewReader("body")})
		req.Trailer = http.Header{"X-Checksum": {"of the request"}, "X-Key": {o.Key().Reveal()}, "Authorization": {"Bearer mine"}, "X-Tenant": {"mine"}}
		resp, body := do(t, req)
		want := map[bool]string{false: "HTTP/1.1", true: "HTTP/2.0"}[http2] + " of the request0"
		if body != want || resp.Trailer.Get("X-Sum") != "of the response" {
			t.Errorf("%q, trailer %v; want %q", body, resp.Trailer, want)
		}
	}
}

// openSecure opens a proxy to an API with TLS.
func openSecure(t *testing.T, http2 bool, handler http.HandlerFunc) *opened {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.EnableHTTP2 = http2
	server.StartTLS()
	t.Cleanup(server.Close)
	settings := transport.DefaultSettings()
	settings.CACertificatesPEM = pemOf(server.Certificate().Raw)
	through, err := transport.New(settings, transport.Machine{Getenv: func(string) string { return "" }})
	if err != nil {
		t.Fatal(err)
	}
	return openWith(t, server.URL, through.Upstream(nil))
}

// TestContinue checks that a client which waits for 100 Continue gets it from the API, also
// after a refusal, and that it does not send the body of a request that is refused.
func TestContinue(t *testing.T) {
	t.Parallel()
	o := openTo(t, api(t, refusing(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/refused" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		digest(w, r)
	})).URL)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, ExpectContinueTimeout: time.Minute}}
	for path, want := range map[string]int{"/accepted": http.StatusOK, "/refused": http.StatusForbidden} {
		body := &countedReader{Reader: strings.NewReader("body")}
		req := o.request(t, http.MethodPost, path, body)
		req.ContentLength = 4
		req.Header.Set("Expect", "100-continue")
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if read := body.count.Load(); resp.StatusCode != want || (read > 0) != (want == http.StatusOK) {
			t.Errorf("%s: HTTP %d, %d bytes were sent; want %d", path, resp.StatusCode, read, want)
		}
	}
}

type countedReader struct {
	io.Reader
	count atomic.Int64
}

func (c *countedReader) Read(into []byte) (int, error) {
	n, err := c.Reader.Read(into)
	c.count.Add(int64(n))
	return n, err
}

// TestEarlyHints checks that informational responses pass.
func TestEarlyHints(t *testing.T) {
	t.Parallel()
	o := openTo(t, api(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Link", "</style.css>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
	}).URL)
	var hints atomic.Int32
	req := o.request(t, http.MethodGet, "/", nil)
	req = req.WithContext(httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{
		Got1xxResponse: func(int, textproto.MIMEHeader) error { hints.Add(1); return nil },
	}))
	if resp, _ := do(t, req); resp.StatusCode != http.StatusOK || hints.Load() != 1 {
		t.Errorf("HTTP %d, %d hints", resp.StatusCode, hints.Load())
	}
}

// TestUpgrades checks that a connection becomes one to the API, whatever HTTP it speaks, and
// that it ends with the proxy.
func TestUpgrades(t *testing.T) {
	t.Parallel()
	for _, http2 := range []bool{false, true} {
		for _, protocol := range []string{"websocket", "SPDY/3.1"} {
			o := openSecure(t, http2, refusing(upgrade))
			conn, reader := o.upgraded(t, protocol)
			for i := range 3 {
				_, _ = fmt.Fprintf(conn, "line %d\n", i)
				if line, err := reader.ReadString('\n'); err != nil || line != fmt.Sprintf("echo of line %d\n", i) {
					t.Fatalf("%q, %v", line, err)
				}
			}
			ended := make(chan error, 1)
			go func() {
				_, err := reader.ReadString('\n')
				ended <- err
			}()
			began := time.Now()
			ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
			o.Close(ctx)
			cancel()
			if err := <-ended; err == nil {
				t.Error("the connection has not ended")
			}
			if took := time.Since(began); took < 90*time.Millisecond {
				t.Errorf("the connection had no time to finish, only %s", took)
			}
		}
	}
}

// upgrade accepts any protocol, and returns its lines.
func upgrade(w http.ResponseWriter, r *http.Request) {
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer conn.Close() //nolint:errcheck // nobody reads it
	_, _ = fmt.Fprintf(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: %s\r\n\r\n", r.Header.Get("Upgrade"))
	for {
		line, err := buffered.ReadString('\n')
		if err != nil {
			return
		}
		_, _ = fmt.Fprint(conn, "echo of "+line)
	}
}

// upgraded returns a connection through the proxy that speaks another protocol.
func (o *opened) upgraded(t *testing.T, protocol string) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn := o.dial(t)
	req := o.request(t, http.MethodGet, "/", nil)
	req.Header.Set("Connection", "Upgrade")
	req.Header.Set("Upgrade", protocol)
	if err := req.Write(conn); err != nil {
		t.Fatal(err)
	}
	reader := bufio.NewReader(conn)
	resp, err := http.ReadResponse(reader, req) //nolint:bodyclose // the connection is closed
	if err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("%v, %v", resp, err)
	}
	return conn, reader
}

// TestLocations checks that URLs of the API lead to the proxy, and all others where they did.
func TestLocations(t *testing.T) {
	t.Parallel()
	var sent http.Header
	server := api(t, func(w http.ResponseWriter, _ *http.Request) {
		maps.Copy(w.Header(), sent)
		w.WriteHeader(http.StatusFound)
	})
	o := openTo(t, server.URL+"/v2")
	host := strings.TrimPrefix(server.URL, "http://")
	for _, c := range []struct{ name, value, want string }{
		{"Location", server.URL + "/v2/things?a=b#c", "http://" + o.address + "/v2/things?a=b#c"},
		{"Location", server.URL, "http://" + o.address},
		{"Location", "//" + host + "/v2", "http://" + o.address + "/v2"},
		{"Location", "HTTP://" + host + "/v2/%2f", "http://" + o.address + "/v2/%2f"},
		{"Location", "/v2/things", "/v2/things"},
		{"Location", "things", "things"},
		{"Location", "https://" + host + "/v2", "https://" + host + "/v2"},
		{"Location", "https://login.example.com/", "https://login.example.com/"},
		{"Location", "http://evil.example.com/" + host, "http://evil.example.com/" + host},
		{"Location", "http://" + host + "@evil.example.com/", "http://" + host + "@evil.example.com/"},
		{"Content-Location", server.URL + "/v2/things/1", "http://" + o.address + "/v2/things/1"},
		{"Azure-AsyncOperation", server.URL + "/v2/jobs/1", "http://" + o.address + "/v2/jobs/1"},
		{"Operation-Location", server.URL + "/v2/jobs/1", "http://" + o.address + "/v2/jobs/1"},
		{"Refresh", "5; url=" + server.URL + "/v2/jobs/1", "5; url=http://" + o.address + "/v2/jobs/1"},
		{"Refresh", `0;URL = "` + server.URL + `/v2"`, `0;URL = "http://` + o.address + `/v2"`},
		{"Refresh", "5; url=https://login.example.com/", "5; url=https://login.example.com/"},
		{"Refresh", "5", "5"},
		{"Odata-Entityid", server.URL + "/v2/accounts(1)", "http://" + o.address + "/v2/accounts(1)"},
		{"Link", "<" + server.URL + `/v2?page=2>; rel="next", <https://docs.example.com/>; rel="help"`, "<http://" + o.address + `/v2?page=2>; rel="next", <https://docs.example.com/>; rel="help"`},
		{"Set-Cookie", "a=b; Path=/; Domain=example.com; Secure; HttpOnly", "a=b; Path=/; HttpOnly"},
		{"X-Other", server.URL + "/v2", server.URL + "/v2"},
		{"Strict-Transport-Security", "max-age=1", ""},
	} {
		sent = http.Header{c.name: {c.value}}
		if resp, _ := do(t, o.request(t, http.MethodGet, "/v2", nil)); resp.Header.Get(c.name) != c.want {
			t.Errorf("%s: %s\n became %q\n want %q", c.name, c.value, resp.Header.Get(c.name), c.want)
		}
	}
}

// TestErrors checks how the proxy answers itself.
func TestErrors(t *testing.T) {
	t.Parallel()
	o := openTo(t, "http://127.0.0.1:1")
	o.tokens.err = errors.New("no token today")
	for accept, want := range map[string]string{
		"":                         "Not forwarded\n\nno token today\n",
		"application/json":         "Not forwarded\n\nno token today\n",
		"application/problem+json": `{"title":"Not forwarded","status":502,"detail":"no token today"}`,
		"application/json, Application/Problem+JSON;q=0.9": `{"title":"Not forwarded","status":502,"detail":"no token today"}`,
	} {
		req := o.request(t, http.MethodGet, "/", nil)
		req.Header.Set("Accept", accept)
		if resp, body := do(t, req); resp.StatusCode != http.StatusBadGateway || body != want {
			t.Errorf("Accept %q: HTTP %d %q, want %q", accept, resp.StatusCode, body, want)
		}
	}
	o.tokens.err = nil
	if resp, body := do(t, o.request(t, http.MethodGet, "/", nil)); resp.StatusCode != http.StatusBadGateway || !strings.Contains(body, "no response from the API") {
		t.Errorf("HTTP %d %q, want that the API cannot be reached", resp.StatusCode, body)
	}
}
