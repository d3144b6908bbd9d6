package token

import (
	"compress/gzip"
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestStatuses(t *testing.T) {
	t.Parallel()
	for status, tc := range map[int]struct {
		kind     Kind
		requests int
		advice   string
	}{
		http.StatusBadRequest:           {KindRefused, 1, "Check client_id, client_secret, scopes"},
		http.StatusUnauthorized:         {KindRefused, 1, "the vendor's own words"},
		http.StatusForbidden:            {KindRefused, 1, "what the client may do"},
		http.StatusNotFound:             {KindRefused, 1, "Check token_url"},
		http.StatusUnsupportedMediaType: {KindRefused, 1, ""},
		http.StatusTeapot:               {KindRefused, 1, ""},
		http.StatusTooManyRequests:      {KindRefused, 3, "transport.retry_max_wait"},
		http.StatusInternalServerError:  {KindRefused, 3, "Try later"},
		http.StatusNotImplemented:       {KindRefused, 3, "Try later"},
		http.StatusServiceUnavailable:   {KindRefused, 3, "Try later"},
		599:                             {KindRefused, 3, "Try later"},
	} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			endpoint, requests := serve(t, answerWith(status, "application/json", `{"error":"nope","error_description":"with `+"s3cr3t/+\\\"&=:%ü"+`"}`))
			x := testExchange(endpoint)
			x.Advice = map[int]string{http.StatusUnauthorized: "the vendor's own words"}
			_, err := do(t, newTestClient(t, quickTransport()), x)
			e := wantError(t, err, tc.kind)
			if requests() != tc.requests {
				t.Errorf("%d requests, want %d", requests(), tc.requests)
			}
			if e.Status != status || e.VendorMessage != "nope: with (sensitive)" || !strings.Contains(e.Advice, tc.advice) {
				t.Errorf("error: %v", err)
			}
			if e.Host == "" || !strings.Contains(endpoint, e.Host) {
				t.Errorf("host = %q", e.Host)
			}
		})
	}
}

func TestRecovery(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]http.HandlerFunc{
		"500":              answerWith(http.StatusInternalServerError, "text/html", "<h1>oops</h1>"),
		"429":              answerWith(http.StatusTooManyRequests, "application/json", "{}"),
		"closed":           func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"cut in the body":  cutBody,
		"not HTTP":         notHTTP("this is no HTTP\r\n\r\n"),
		"Retry-After of 0": withHeader("Retry-After", "0", http.StatusServiceUnavailable),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var count counter
			endpoint, requests := serve(t, func(w http.ResponseWriter, r *http.Request) {
				count.add()
				if count.get() <= 2 {
					fault(w, r)
					return
				}
				answerWith(http.StatusOK, "application/json", goodAnswer)(w, r)
			})
			got, err := do(t, newTestClient(t, quickTransport()), testExchange(endpoint))
			if err != nil {
				t.Fatal(err)
			}
			if got.AccessToken.Reveal() != "tok-1" || requests() != 3 {
				t.Errorf("token %q after %d requests", got.AccessToken.Reveal(), requests())
			}
		})
	}
}

func cutBody(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	_, _ = fmt.Fprint(w, goodAnswer)
	panic(http.ErrAbortHandler)
}

func notHTTP(raw string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			_, _ = conn.Write([]byte(raw))
			_ = conn.Close()
		}
	}
}

func withHeader(name, value string, status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(name, value)
		w.WriteHeader(status)
	}
}

func TestNoAnswer(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		handler http.HandlerFunc
		kind    Kind
		want    string
	}{
		"closed":           {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, KindUnreachable, "closed the connection"},
		"cut in the body":  {cutBody, KindUnreachable, "closed the connection"},
		"not HTTP":         {notHTTP("hush-hush\r\n\r\n"), KindUnreachable, "not HTTP"},
		"a broken header":  {notHTTP("HTTP/1.1 200 OK\r\nhush-hush\r\n\r\n"), KindUnreachable, "not HTTP"},
		"a wrong redirect": {withHeader("Location", "http://%zzhush", http.StatusFound), KindUnreachable, "not HTTP"},
		"a hang":           {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, KindUnreachable, "did not answer in time"},
		"a slow body":      {slowBody, KindUnreachable, "did not answer in time"},
		"too large":        {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, largestAnswer+1)) }, KindAnswer, "larger than 1 MiB"},
		"endless":          {endless, KindAnswer, "larger than 1 MiB"},
		"a gzip bomb":      {gzipBomb, KindAnswer, "larger than 1 MiB"},
		"too large, a 500": {func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
			endless(w, r)
		}, KindAnswer, "larger than 1 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			endpoint, requests := serve(t, tc.handler)
			transport := quickTransport()
			transport.Timeout = 300 * time.Millisecond
			if tc.kind == KindAnswer {
				transport.Timeout = time.Minute
			}
			_, err := do(t, newTestClient(t, transport), testExchange(endpoint))
			e := wantError(t, err, tc.kind)
			if !strings.Contains(e.Problem, tc.want) || strings.Contains(err.Error(), "hush") {
				t.Errorf("error: %v", err)
			}
			if want := map[Kind]int{KindUnreachable: 3, KindAnswer: 1}[tc.kind]; requests() != want {
				t.Errorf("%d requests, want %d", requests(), want)
			}
		})
	}
}

func slowBody(w http.ResponseWriter, r *http.Request) {
	_, _ = fmt.Fprint(w, `{"access_`)
	_ = http.NewResponseController(w).Flush()
	<-r.Context().Done()
}

func endless(w http.ResponseWriter, _ *http.Request) {
	for block := make([]byte, 64<<10); ; {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

func gzipBomb(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Encoding", "gzip")
	zip := gzip.NewWriter(w)
	defer func() { _ = zip.Close() }()
	for range 1024 {
		if _, err := zip.Write(make([]byte, 1<<20)); err != nil {
			return
		}
	}
}

func TestConnectionRefused(t *testing.T) {
	t.Parallel()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	endpoint := "http://" + listener.Addr().String()
	_ = listener.Close()
	_, err = do(t, newTestClient(t, quickTransport()), testExchange(endpoint))
	if e := wantError(t, err, KindUnreachable); !strings.Contains(e.Problem, "connection refused") {
		t.Errorf("error: %v", err)
	}
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	elsewhere, elsewhereRequests := serve(t, answerWith(http.StatusOK, "application/json", goodAnswer))
	for name, tc := range map[string]struct {
		status int
		to     string
		want   string // in the error; "" where the redirect is followed
	}{
		"307 within the host":   {http.StatusTemporaryRedirect, "/token", ""},
		"308 within the host":   {http.StatusPermanentRedirect, "token", ""},
		"302 within the host":   {http.StatusFound, "/token", "redirects to http://"},
		"307 to another host":   {http.StatusTemporaryRedirect, elsewhere + "/x?hush", elsewhere},
		"303 to another host":   {http.StatusSeeOther, elsewhere, elsewhere},
		"307 to another scheme": {http.StatusTemporaryRedirect, "https://127.0.0.1/", "https://127.0.0.1"},
		"307 in circles":        {http.StatusTemporaryRedirect, "/", "redirects to"},
		"301 to nowhere":        {http.StatusMovedPermanently, "", "without saying where"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			endpoint, _ := serve(t, redirectTo(t, tc.to, tc.status))
			_, err := do(t, newTestClient(t, quickTransport()), testExchange(endpoint))
			if tc.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if e := wantError(t, err, KindRedirect); !strings.Contains(e.Problem, tc.want) || strings.Contains(err.Error(), "hush") {
				t.Errorf("error: %v", err)
			}
		})
	}
	t.Cleanup(func() {
		if elsewhereRequests() != 0 {
			t.Error("credentials went to another host")
		}
	})
}

// redirectTo redirects every path but /token, which answers well.
func redirectTo(t *testing.T, location string, status int) http.HandlerFunc {
	t.Helper()
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/token" {
			withHeader("Location", location, status)(w, r)
			return
		}
		if r.FormValue("client_secret") != testSecret {
			t.Error("the redirected request has lost its body")
		}
		answerWith(http.StatusOK, "application/json", goodAnswer)(w, r)
	}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(answerWith(http.StatusOK, "application/json", goodAnswer))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	ca := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	wrongHost := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	for name, tc := range map[string]struct {
		ca, url, want string
	}{
		"known authority":   {ca, server.URL, ""},
		"unknown authority": {"", server.URL, "transport.ca_certificates_pem"},
		"wrong host":        {ca, wrongHost, "cannot be trusted"},
		"no TLS":            {ca, strings.Replace(server.URL, "https", "http", 1), "HTTP 400"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			transport := quickTransport()
			transport.CACertificatesPEM = tc.ca
			_, err := do(t, newTestClient(t, transport), testExchange(tc.url))
			switch {
			case tc.want == "" && err != nil:
				t.Fatal(err)
			case tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)):
				t.Errorf("error %v does not say %q", err, tc.want)
			}
		})
	}
}

func TestCertPool(t *testing.T) {
	t.Parallel()
	if pool, err := CertPool(""); pool != nil || err != nil {
		t.Errorf("CertPool of nothing = %v, %v", pool, err)
	}
	if _, err := CertPool("hush-hush"); err == nil || strings.Contains(err.Error(), "hush") {
		t.Errorf("error = %v", err)
	}
	system, err := x509.SystemCertPool()
	if err != nil {
		t.Skip("no system certificates: ", err)
	}
	server := httptest.NewTLSServer(nil)
	t.Cleanup(server.Close)
	pool, err := CertPool(string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})))
	if err != nil {
		t.Fatal(err)
	}
	system.AddCert(server.Certificate())
	if !pool.Equal(system) {
		t.Error("the pool is not the system's with the certificate added")
	}
}

func TestProxy(t *testing.T) {
	t.Parallel()
	proxy, requests := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Host != "auth.example.com" || r.Header.Get("Proxy-Authorization") == "" {
			t.Errorf("the proxy got %s", r.URL)
		}
		answerWith(http.StatusOK, "application/json", goodAnswer)(w, r)
	})
	transport := quickTransport()
	transport.ProxyURL = NewSecret(strings.Replace(proxy, "http://", "http://me:hush@", 1))
	x := testExchange("http://auth.example.com/token")
	x.Request.AllowHTTP = true
	if _, err := do(t, newTestClient(t, transport), x); err != nil || requests() != 1 {
		t.Errorf("error %v after %d requests to the proxy", err, requests())
	}

	transport.ProxyURL = NewSecret("http://me:hush@127.0.0.1:1")
	x.Request.URL = "https://auth.example.com/token"
	_, err := do(t, newTestClient(t, transport), x)
	if e := wantError(t, err, KindUnreachable); strings.Contains(e.Error(), "hush") || !strings.Contains(e.Problem, "proxyconnect") {
		t.Errorf("error: %v", err)
	}
}

func TestProxyURL(t *testing.T) {
	t.Parallel()
	for raw, good := range map[string]bool{
		"http://proxy:3128": true, "https://me:hush@proxy": true, "socks5://proxy:1080": true,
		"proxy:3128": false, "ftp://hush": false, "http://": false, "http://%zzhush": false,
	} {
		_, err := NewClient(Transport{ProxyURL: NewSecret(raw)}, testRuntime())
		if (err == nil) != good || err != nil && strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: error = %v", raw, err)
		}
	}
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	began := make(chan struct{})
	endpoint, _ := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		close(began)
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-began
		cancel()
	}()
	_, err := newTestClient(t, quickTransport()).Do(ctx, testExchange(endpoint))
	_ = wantError(t, err, KindCancelled)
}

func TestUnusableURL(t *testing.T) {
	t.Parallel()
	x := testExchange("http://auth.example.com/token")
	_, err := do(t, newTestClient(t, quickTransport()), x)
	if e := wantError(t, err, KindURL); !strings.Contains(e.Problem, "allow_http") {
		t.Errorf("error: %v", err)
	}
}
