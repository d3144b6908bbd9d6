package token

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// Over HTTP/2, a server can take back an answer that it has begun. The status has come all the same.
func TestStreamReset(t *testing.T) {
	t.Parallel()
	for status, tc := range map[int]struct {
		kind     Kind
		requests int
	}{
		http.StatusUnauthorized:       {KindRefused, 1},
		http.StatusServiceUnavailable: {KindRefused, 3},
		http.StatusOK:                 {KindUnreachable, 3},
	} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			noLeak(t)
			var count counter
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				count.add()
				if r.ProtoMajor != 2 {
					t.Errorf("it came by %s", r.Proto)
				}
				w.WriteHeader(status)
				_, _ = io.WriteString(w, `{"error":`)
				_ = http.NewResponseController(w).Flush()
				panic(http.ErrAbortHandler)
			}))
			server.EnableHTTP2 = true
			server.StartTLS()
			t.Cleanup(server.Close)
			transport := quickTransport()
			transport.CACertificatesPEM = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
			client, err := NewClient(transport, testRuntime())
			if err != nil {
				t.Fatal(err)
			}
			_, err = do(t, client, testExchange(server.URL))
			if e := wantError(t, err, tc.kind); e.Status != status || count.get() != tc.requests {
				t.Errorf("%d requests, want %d: %v", count.get(), tc.requests, err)
			}
		})
	}
}

// Of an answer that was cut, what is whole is read: the vendor's message, and the code that has advice.
func TestCutMessage(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ body, says, not string }{
		"whole":  {`{"error":"invalid_client","error_description":"Hello."}`, "invalid_client: Hello.", ""},
		"half":   {`{"error":"invalid_client","error_description":"Hello`, "cannot be read", "Hello"},
		"a text": {"Hello, s3cr", "cannot be read", "Hello"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			endpoint, requests := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Length", "500")
				w.WriteHeader(http.StatusUnauthorized)
				_, _ = io.WriteString(w, tc.body)
			})
			_, err := do(t, newTestClient(t, quickTransport()), testExchange(endpoint))
			e := wantError(t, err, KindRefused)
			if requests() != 1 || !strings.Contains(e.Error(), tc.says) || tc.not != "" && strings.Contains(e.Error(), tc.not) {
				t.Errorf("%d requests: %v", requests(), err)
			}
		})
	}
}

// An interrupt in the middle of a refusal is an interrupt.
func TestInterruptedRefusal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := newTestClient(t, DefaultTransport())
		client.http.Transport = wholeAnswer{roundTripper(func(req *http.Request) (*http.Response, error) {
			resp := response(http.StatusUnauthorized, nil, "")
			resp.Body = io.NopCloser(readerFunc(func([]byte) (int, error) {
				<-req.Context().Done()
				return 0, req.Context().Err()
			}))
			return resp, nil
		})}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(5*time.Second, cancel)
		_, err := client.Do(ctx, testExchange("https://auth.example.com"))
		_ = wantError(t, err, KindCancelled)
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(into []byte) (int, error) { return f(into) }

// zippedParts returns each text in gzip, one behind the other.
func zippedParts(tb testing.TB, texts ...[]byte) []byte {
	tb.Helper()
	var out bytes.Buffer
	for _, text := range texts {
		zip := gzip.NewWriter(&out)
		if _, err := zip.Write(text); err != nil {
			tb.Fatal(err)
		}
		if err := zip.Close(); err != nil {
			tb.Fatal(err)
		}
	}
	return out.Bytes()
}

func TestUnpack(t *testing.T) {
	t.Parallel()
	text := []byte(`{"a":"ü"}`)
	once := zippedParts(t, text)
	twice := zippedParts(t, once)
	damaged := bytes.Clone(once)
	damaged[len(damaged)-6] ^= 1
	noise := make([]byte, largestAnswer/2+1)
	_, _ = rand.Read(noise) // it never fails
	for name, tc := range map[string]struct {
		body      []byte
		encodings []string
		want      []byte
		err       error
	}{
		"as it is":              {text, nil, text, nil},
		"nothing":               {nil, []string{"gzip"}, nil, nil},
		"gzip":                  {once, []string{"gzip"}, text, nil},
		"gzip, not called so":   {once, nil, text, nil},
		"called gzip":           {text, []string{"GZIP"}, text, nil},
		"twice":                 {twice, []string{"gzip", "gzip"}, text, nil},
		"three times":           {zippedParts(t, twice), nil, once, nil},
		"in parts":              {zippedParts(t, text[:3], nil, text[3:]), nil, text, nil},
		"something behind":      {append(bytes.Clone(once), "\x00\x00fake"...), nil, text, nil},
		"half":                  {once[:len(once)/2], nil, nil, io.ErrUnexpectedEOF},
		"half a head":           {once[:2], nil, nil, io.ErrUnexpectedEOF},
		"a wrong checksum":      {damaged, nil, nil, errPacked},
		"another method":        {append([]byte("\x1f\x8b\x07"), once[3:]...), nil, nil, errPacked},
		"too much":              {zippedParts(t, make([]byte, largestAnswer+1)), nil, nil, errTooLarge},
		"too much in parts":     {zippedParts(t, noise, noise), nil, nil, errTooLarge},
		"all that may be":       {zippedParts(t, make([]byte, largestAnswer)), nil, make([]byte, largestAnswer), nil},
		"Brotli":                {[]byte("\x8b\x03\x80fake"), []string{"identity, BR"}, nil, errPacked},
		"called Brotli":         {text, []string{"br"}, text, nil},
		"binary, and no Brotli": {[]byte("\xfc"), []string{"gzip"}, []byte("\xfc"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := unpack(tc.body, encodedAs(tc.encodings...).IsPackedOtherwise())
			if !errors.Is(err, tc.err) || !bytes.Equal(got, tc.want) {
				t.Errorf("%d bytes, error %v", len(got), err)
			}
		})
	}
}

// FuzzUnpack is about what a server may send as a body: no panic, and not more
// than an answer may be; what was packed comes out.
func FuzzUnpack(f *testing.F) {
	for _, text := range []string{"", "{}", "\x1f\x8b", strings.Repeat("x", 1000)} {
		f.Add([]byte(text), "gzip", uint(0))
		f.Add(zippedParts(f, []byte(text)), "br", uint(1))
		f.Add(zippedParts(f, zippedParts(f, []byte(text), []byte(text))), "", uint(20))
	}
	f.Fuzz(func(t *testing.T, body []byte, encoding string, cut uint) {
		if len(body) > largestAnswer {
			return
		}
		if got, err := unpack(body, encodedAs(encoding).IsPackedOtherwise()); len(got) > largestAnswer || err != nil && got != nil {
			t.Errorf("%d bytes, error %v", len(got), err)
		}
		checkPacked(t, body, cut)
	})
}

// checkPacked checks that what is packed in two parts comes out, and not more
// where the end is cut off.
func checkPacked(t *testing.T, body []byte, cut uint) {
	t.Helper()
	want := append(bytes.Clone(body), body[:len(body)/2]...)
	if isGzip(want) || len(want) > largestAnswer {
		return
	}
	packed := zippedParts(t, body, body[:len(body)/2])
	if got, err := unpack(packed, false); err != nil || !bytes.Equal(got, want) {
		t.Errorf("what was packed does not come out: %v", err)
	}
	left := len(packed) - int(min(cut, uint(len(packed))))
	if got, err := unpack(packed[:left], false); err == nil && left > 1 && !bytes.HasPrefix(want, got) {
		t.Errorf("more comes out than was packed: %d bytes", len(got))
	}
}

// A proxy's password in a variable that cannot be used is told nowhere.
func TestUnusableVariable(t *testing.T) {
	t.Parallel()
	for _, value := range []string{
		"http://me:hush-hush-hush%@proxy", " http://me:hush-hush-hush@proxy", "http://me:1#hush-hush-hush@proxy", "hush-hush-hush://proxy",
		"http://hush-hush-hush\n", "http://hush-hush-hush:x", "hush hush hush", "//hush-hush-hush/hush", "http://[hush-hush-hush", "\x00hush", "\xffhush",
	} {
		runtime := testRuntime()
		runtime.Getenv = func(name string) string { return map[string]string{"HTTPS_PROXY": value}[name] }
		client, err := NewClient(Transport{ProxyURL: said.Secret{}, RetryMaxWait: time.Hour, MaxRetries: 4, Timeout: time.Second}, runtime)
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.Do(t.Context(), testExchange(tokenURL))
		e := wantError(t, err, KindUnreachable)
		if text := e.Error(); strings.Contains(text, "hush") || !strings.Contains(text, "HTTPS_PROXY") || strings.Contains(text, "attempts") {
			t.Errorf("the error is: %s", text)
		}
	}
}
