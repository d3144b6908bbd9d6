package proxy

import (
	"bufio"
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestKeyIsTakenOut sends the key in each form that providers use. The API gets the token's
// headers, all others, and no key.
func TestKeyIsTakenOut(t *testing.T) {
	var got seen
	o := openTo(t, api(t, got.handler(func(http.ResponseWriter, *http.Request) {})).URL)
	key := o.Key().Reveal()
	beside := map[string]string{"cookie": "Cookie: a=b; c=d\r\n", "two values": "X-Key: other\r\n"}
	basic := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	for name, header := range map[string]http.Header{
		"bearer":                {"Authorization": {"Bearer " + key}},
		"bearer in small":       {"Authorization": {"bearer " + key}},
		"token":                 {"Authorization": {"token " + key}},
		"token of Rails":        {"Authorization": {`Token token="` + key + `"`}},
		"other scheme":          {"Authorization": {"ApiKey " + key}},
		"as it is":              {"X-Vault-Token": {key}},
		"user of Basic":         {"Authorization": {"Basic " + basic(key+":")}},
		"password of Basic":     {"Authorization": {"Basic " + basic("admin:"+key)}},
		"user with a suffix":    {"Authorization": {"Basic " + basic("me@example.com/token:"+key)}},
		"Basic without padding": {"Authorization": {"Basic " + strings.TrimRight(basic("a:"+key), "=")}},
		"proxy authorization":   {"Proxy-Authorization": {"Bearer " + key}},
		"cookie":                {"Cookie": {"a=b; session=" + key + "; c=d"}},
		"two headers":           {"Authorization": {"Bearer " + key}, "Private-Token": {key}},
		"two values":            {"X-Key": {"other", key}},
	} {
		t.Run(name, func(t *testing.T) {
			before := len(got.all())
			req := o.request(t, http.MethodGet, "/things", nil)
			req.Header = header
			req.Header.Set("X-Mine", "stays")
			resp, body := do(t, req)
			requests := got.all()[before:]
			if resp.StatusCode != http.StatusOK || len(requests) != 1 {
				t.Fatalf("HTTP %d %s, and the API has %d requests", resp.StatusCode, body, len(requests))
			}
			for _, want := range []string{"Authorization: Bearer token-1\r\n", "X-Tenant: tenant-a\r\n", "X-Mine: stays\r\n", beside[name]} {
				if !strings.Contains(requests[0], want) {
					t.Errorf("the API lacks %q:\n%s", want, requests[0])
				}
			}
			if strings.Contains(requests[0], key) || strings.Contains(requests[0], basic(key)[:40]) {
				t.Error("the API has the key")
			}
		})
	}
}

// TestRefused sends requests that are not sent on.
func TestRefused(t *testing.T) {
	var got seen
	o := openTo(t, api(t, got.handler(func(http.ResponseWriter, *http.Request) {})).URL+"/v2")
	key := o.Key().Reveal()
	port := strings.TrimPrefix(o.address, loopback)
	for name, c := range map[string]struct {
		change func(*http.Request)
		status int
	}{
		"no key":                   {func(r *http.Request) { r.Header.Del("Authorization") }, 407},
		"wrong key":                {func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+strings.Repeat("0", len(key))) }, 407},
		"half a key":               {func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+key[:32]) }, 407},
		"longer key":               {func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+key+"0") }, 407},
		"key in capitals":          {func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+strings.ToUpper(key)) }, 407},
		"broken Basic":             {func(r *http.Request) { r.Header.Set("Authorization", "Basic "+strings.Repeat("!", 80)) }, 407},
		"key in the query":         {func(r *http.Request) { r.Header.Del("Authorization"); r.URL.RawQuery = "key=" + key }, 407},
		"other host":               {func(r *http.Request) { r.Host = "rebound.example.com" + port }, 421},
		"host without its port":    {func(r *http.Request) { r.Host = loopback }, 421},
		"other port":               {func(r *http.Request) { r.Host = loopback + ":1" }, 421},
		"localhost with a dot":     {func(r *http.Request) { r.Host = "localhost." + port }, 421},
		"other loopback address":   {func(r *http.Request) { r.Host = "127.0.0.2" + port }, 421},
		"other host without a key": {func(r *http.Request) { r.Host = "rebound.example.com"; r.Header.Del("Authorization") }, 421},
		"preflight of a browser": {func(r *http.Request) {
			r.Method = "OPTIONS"
			r.Header = http.Header{"Origin": {"https://evil.example.com"}}
		}, 407},
		"trace in small letters":      {func(r *http.Request) { r.Method = "track" }, 405},
		"trace":                       {func(r *http.Request) { r.Method = http.MethodTrace }, 405},
		"path above upstream":         {func(r *http.Request) { r.URL.Path = "/v1/things" }, 404},
		"path beside upstream":        {func(r *http.Request) { r.URL.Path = "/v22/things" }, 404},
		"dots":                        {func(r *http.Request) { r.URL.Opaque = "/v2/../admin" }, 404},
		"escaped dots":                {func(r *http.Request) { r.URL.Opaque = "/v2/%2e%2e/admin" }, 404},
		"escaped slash":               {func(r *http.Request) { r.URL.Opaque = "/v2/..%2fadmin" }, 404},
		"dots that are escaped twice": {func(r *http.Request) { r.URL.Opaque = "/v2/%252e%252e/admin" }, 404},
		"backslash":                   {func(r *http.Request) { r.URL.Opaque = "/v2/..%5cadmin" }, 404},
		"dots before the folder":      {func(r *http.Request) { r.URL.Opaque = "/admin/../v2/a" }, 404},
		"escaped dots before it":      {func(r *http.Request) { r.URL.Opaque = "/admin%2f..%2fv2/a" }, 404},
		"escaped slash after it":      {func(r *http.Request) { r.URL.Opaque = "/v2%2fa" }, 404},
		"parameter after it":          {func(r *http.Request) { r.URL.Opaque = "/v2;a/b" }, 404},
		"dots and a zero":             {func(r *http.Request) { r.URL.Opaque = "/v2/..%00/admin" }, 404},
		"dots and a space":            {func(r *http.Request) { r.URL.Opaque = "/v2/..%20/admin" }, 404},
		"dots and a question mark":    {func(r *http.Request) { r.URL.Opaque = "/v2/..%3f/admin" }, 404},
		"long forms of dots":          {func(r *http.Request) { r.URL.Opaque = "/v2/%c0%ae%c0%ae%c0%afadmin" }, 404},
		"dots beside a percent sign":  {func(r *http.Request) { r.URL.Opaque = "/v2/%25zz/%252e%252e/%252e%252e/admin" }, 404},
		"dots with a parameter":       {func(r *http.Request) { r.URL.Opaque = "/v2/..;a=b/admin" }, 404},
	} {
		t.Run(name, func(t *testing.T) {
			req := o.request(t, http.MethodGet, "/v2/things", nil)
			c.change(req)
			resp, body := do(t, req)
			if resp.StatusCode != c.status || resp.Header.Get("Proxy-Status") != "apitoken_proxy" {
				t.Errorf("HTTP %d %s, want %d of the proxy", resp.StatusCode, body, c.status)
			}
			if resp.Header.Get("Access-Control-Allow-Origin") != "" {
				t.Error("a browser may read the response")
			}
		})
	}
	if requests := got.all(); len(requests) > 0 {
		t.Errorf("the API has %d requests, such as:\n%s", len(requests), requests[0])
	}
}

// TestPathsAreSentAsTheyCame checks paths below that of upstream.
func TestPathsAreSentAsTheyCame(t *testing.T) {
	t.Parallel()
	var got seen
	o := openTo(t, api(t, got.handler(func(http.ResponseWriter, *http.Request) {})).URL+"/v2/a%20b/")
	for _, path := range []string{"", "/", "/c", "/group%2Fproject", "/c/../d", "/c//d", "/100%25", "/%7e;x=1/y", "/%e4", "/*"} {
		req := o.request(t, http.MethodGet, "/", nil)
		req.URL.Opaque = "/v2/a%20b" + path
		if resp, body := do(t, req); resp.StatusCode != http.StatusOK {
			t.Errorf("%s: HTTP %d %s", path, resp.StatusCode, body)
		} else if all := got.all(); !strings.HasPrefix(all[len(all)-1], "GET /v2/a%20b"+path+"\n") {
			t.Errorf("%s was sent on as %s", path, all[len(all)-1])
		}
	}
}

// TestOwnHost accepts both names of loopback, in any case.
func TestOwnHost(t *testing.T) {
	t.Parallel()
	o := openTo(t, api(t, func(http.ResponseWriter, *http.Request) {}).URL)
	for _, name := range []string{"127.0.0.1", "localhost", "LocalHost"} {
		req := o.request(t, http.MethodGet, "/", nil)
		req.Host = name + strings.TrimPrefix(o.address, loopback)
		if resp, body := do(t, req); resp.StatusCode != http.StatusOK {
			t.Errorf("%s: HTTP %d %s", name, resp.StatusCode, body)
		}
	}
}

// TestRawRequests sends requests that only a hostile or a broken client would.
func TestRawRequests(t *testing.T) {
	t.Parallel()
	const own = "Host: ADDRESS\r\nAuthorization: Bearer KEY\r\n"
	for name, c := range map[string]struct {
		request string
		status  string // the first one, and the one of a smuggled request
		count   int    // requests of the API; -1: it depends on who is faster
	}{
		"two lengths":                 {"POST /v2 HTTP/1.1\r\n" + own + "Content-Length: 0\r\nContent-Length: 40\r\n\r\n", "400", 0},
		"length and chunks":           {"POST /v2 HTTP/1.1\r\n" + own + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /v2/smuggled HTTP/1.1\r\nHost: x\r\n\r\n", "200", 1},
		"unknown transfer encoding":   {"POST /v2 HTTP/1.1\r\n" + own + "Transfer-Encoding: xchunked\r\n\r\n", "501", 0},
		"space before the colon":      {"GET /v2 HTTP/1.1\r\n" + own + "Transfer-Encoding : chunked\r\n\r\n", "400", 0},
		"no host":                     {"GET /v2 HTTP/1.1\r\n\r\n", "400", 0},
		"HTTP/1.0 without a host":     {"GET /v2 HTTP/1.0\r\n\r\n", "421", 0},
		"absolute form, other host":   {"GET http://evil.example.com/v2 HTTP/1.1\r\n" + own + "\r\n", "421", 0},
		"absolute form":               {"GET http://user:word@ADDRESS/v2 HTTP/1.1\r\n" + own + "\r\n", "200", 1},
		"connect":                     {"CONNECT ADDRESS HTTP/1.1\r\n" + own + "\r\n", "405", 0},
		"options of the server":       {"OPTIONS * HTTP/1.1\r\n" + own + "\r\n", "404", 0},
		"options without a key":       {"OPTIONS * HTTP/1.1\r\nHost: ADDRESS\r\n\r\n", "407", 0},
		"path that looks like a host": {"GET //evil.example.com/v2 HTTP/1.1\r\n" + own + "\r\n", "404", 0},
		"two slashes more":            {"GET ///v2 HTTP/1.1\r\n" + own + "\r\n", "404", 0},
		"bad chunk":                   {"POST /v2 HTTP/1.1\r\n" + own + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", "400", -1},
		"HTTP/2 without TLS":          {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "421", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got seen
			o := openTo(t, api(t, got.handler(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) })).URL+"/v2")
			conn := o.dial(t)
			if _, err := io.WriteString(conn, strings.NewReplacer("ADDRESS", o.address, "KEY", o.Key().Reveal()).Replace(c.request)); err != nil {
				t.Fatal(err)
			}
			line, err := bufio.NewReader(conn).ReadString('\n')
			if err != nil || !strings.Contains(line, " "+c.status) {
				t.Errorf("%q, %v; want %s", line, err, c.status)
			}
			requests := got.all()
			if c.count >= 0 && len(requests) != c.count {
				t.Errorf("the API has %d requests, want %d: %q", len(requests), c.count, requests)
			}
			if all := strings.Join(requests, ""); strings.Contains(all, "smuggled") || strings.Contains(all, "Basic") {
				t.Errorf("the API has a request that nobody may send:\n%s", all)
			}
		})
	}
}

// TestHopByHop checks that a client cannot remove the token, nor send what is for one
// connection only.
func TestHopByHop(t *testing.T) {
	t.Parallel()
	var got seen
	o := openTo(t, api(t, got.handler(func(http.ResponseWriter, *http.Request) {})).URL)
	req := o.request(t, http.MethodGet, "/?a=b;c&%zz", nil)
	req.Header.Set("Connection", "Authorization, X-Tenant, X-Hop")
	for name, value := range map[string]string{
		"X-Hop": "1", "Keep-Alive": "1", "Te": "gzip", "Upgrade": "websocket, TLS", "Http2-Settings": "AAMAAABkAAQCAAAAAAIAAAAA", "X-Forwarded-For": "192.0.2.1", "Authorization": "Bearer " + o.Key().Reveal(),
	} {
		req.Header.Set(name, value)
	}
	do(t, req)
	requests := got.all()
	if len(requests) != 1 {
		t.Fatalf("the API has %d requests", len(requests))
	}
	for _, want := range []string{"GET /?a=b;c&%zz\n", "Authorization: Bearer token-1", "X-Tenant: tenant-a", "X-Forwarded-For: 192.0.2.1"} {
		if !strings.Contains(requests[0], want) {
			t.Errorf("the API lacks %q:\n%s", want, requests[0])
		}
	}
	for _, unwanted := range []string{"X-Hop", "Keep-Alive", "gzip", "TLS", "Http2"} {
		if strings.Contains(requests[0], unwanted) {
			t.Errorf("the API has %q:\n%s", unwanted, requests[0])
		}
	}
}

// FuzzIsWithin checks that no path is accepted which leads out of the folder when it is
// decoded once or twice more.
func FuzzIsWithin(f *testing.F) {
	for _, seed := range []string{"/v2/a", "/v2", "/v2/%2e%2e/x", "/v2/..;x/y", `/v2/..\x`, "/v2/%252e%252e%252fx", "/v2/a/../b", "//v2", "/v2/%zz", "*"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if !isWithin("/v2", raw) {
			return
		}
		for range mostDecodings {
			if leaves(raw) {
				t.Fatalf("%q leaves the folder", raw)
			}
			raw = decoded(raw)
		}
	})
}

// leaves reports whether a path goes above its first folder.
func leaves(raw string) bool {
	depth := 0
	for i, step := range strings.FieldsFunc(raw, func(r rune) bool { return r == '/' || r == '\\' }) {
		switch step, _, _ = strings.Cut(step, ";"); step {
		case "..":
			depth--
			if depth < 1 && i > 0 {
				return true
			}
		case ".", "":
		default:
			depth++
		}
	}
	return false
}
