package sandbox

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/memnet"
)

// wayCase is a fault of an endpoint, and what a client sees.
type wayCase struct {
	fault  Fault
	took   time.Duration
	status int // 0: there is no answer
	body   string
	fails  bool // while the body is read
}

func wayCases() map[string]wayCase {
	const well = "well, well, well"
	upper := func(body []byte) []byte { return []byte(strings.ToUpper(string(body))) }
	return map[string]wayCase{
		"none":      {Fault{}, 0, 200, well, false},
		"slow":      {Slow(time.Minute), time.Minute, 200, well, false},
		"trickle":   {Trickle(time.Minute), time.Minute, 200, well, false},
		"interim":   {Interim(100, 103), 0, 200, well, false},
		"gzip":      {Gzip(), 0, 200, well, false},
		"bomb":      {GzipBomb(), 0, 200, strings.Repeat("\x00", oversize), false},
		"body":      {Body("Content-Type", "text/plain", upper), 0, 200, "WELL, WELL, WELL", false},
		"bytes":     {Bytes(func(w io.Writer) { _, _ = io.WriteString(w, "HTTP/1.1 299 Fine\r\n\r\nfake") }), 0, 299, "fake", false},
		"cut body":  {CutBody(), 0, 200, well[:len(well)/2], true},
		"announced": {Announced(5), time.Hour, 200, "", true},
		"status":    {RetryAfter(429, "soon"), 0, 429, "", false},
		"endless":   {InterimForever(), 0, 0, "", true},
		"cut":       {Cut(), 0, 0, "", true},
	}
}

func TestFlaky(t *testing.T) {
	t.Parallel()
	for name, c := range wayCases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				network := &memnet.Network{}
				endpoint := NewFlaky(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "well, well, well") }))
				endpoint.Order(c.fault)
				network.Serve(t, "localhost:80", endpoint)
				began := time.Now()
				status, body, err := askFlaky(t, network)
				if took := time.Since(began); took != c.took || status != c.status || body != c.body || (err != nil) != c.fails {
					t.Errorf("after %s: %d, %d bytes, %v", took, status, len(body), err)
				}
				if status, _, err = askFlaky(t, network); err != nil || status != 200 || endpoint.Requests() != 2 {
					t.Errorf("then: %d, %v after %d requests", status, err, endpoint.Requests())
				}
			})
		})
	}
}

func askFlaky(t *testing.T, network *memnet.Network) (status int, body string, err error) {
	t.Helper()
	client := &http.Client{Timeout: time.Hour, Transport: &http.Transport{
		DialContext: network.Dial, DisableKeepAlives: true, MaxResponseHeaderBytes: 1 << 20,
	}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost/", strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	answered, err := client.Do(request)
	if err != nil {
		return 0, "", err
	}
	whole, err := io.ReadAll(answered.Body)
	return answered.StatusCode, string(whole), errors.Join(err, answered.Body.Close())
}
