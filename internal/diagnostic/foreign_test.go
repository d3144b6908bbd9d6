package diagnostic

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unicode"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox/memnet"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// shownBack is a secret that may be in every place where a peer can put text: it
// fits a host, a header's name and a media type.
const shownBack = "fakezebra99quokka"

// hostileWords are what a peer puts there.
func hostileWords() map[string]string {
	return map[string]string{
		"the secret":             shownBack,
		"the secret in capitals": strings.ToUpper(shownBack),
		"the secret in a name":   "x-" + shownBack + "-y",
		"control characters":     "fake\u009b31m\u202egnp\u2028next\u0007bell",
		"900,000 letters":        strings.Repeat("z", 900_000),
	}
}

// foreignPlace is a place where a peer puts text, and what it answers with.
type foreignPlace struct {
	// answer is all that the endpoint sends.
	answer func(words string) string
	// proxy is what a proxy sends to CONNECT; nil: there is no proxy.
	proxy func(words string) string
	// issuer is what the issuer's metadata is; nil: there is no issuer.
	issuer func(words string) string
	// host is the name in the server's certificate; nil: the one that is asked for.
	host func(words string) string
	// broken is how dialling fails; nil: it does not.
	broken func(words string) error
}

// whole is an answer over HTTP/1.1.
func whole(status int, body string, header ...string) string {
	return fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Length: %d\r\nConnection: close\r\n%s\r\n%s",
		status, http.StatusText(status), len(body), strings.Join(append(header, ""), "\r\n"), body)
}

const jsonType = "Content-Type: application/json"

// places are those of answers over HTTP.
func places() map[string]foreignPlace {
	inBody := func(status int, format string) foreignPlace {
		return foreignPlace{answer: func(words string) string {
			return whole(status, fmt.Sprintf(format, strconv.QuoteToASCII(words)), jsonType)
		}}
	}
	inHeader := func(status int, format string) foreignPlace {
		return foreignPlace{answer: func(words string) string { return whole(status, "{}", fmt.Sprintf(format, words)) }}
	}
	raw := func(format string) foreignPlace {
		return foreignPlace{answer: func(words string) string { return fmt.Sprintf(format, words) }}
	}
	return map[string]foreignPlace{
		"a message":            inBody(400, `{"error":"invalid_client","error_description":%s}`),
		"a code":               inBody(401, `{"error":%s}`),
		"a key":                inBody(400, `{%s:1}`),
		"a key of a success":   inBody(200, `{%s:1,"other":2}`),
		"a key near an output": inBody(200, `{"access_token":"fake-token-1","data":{%s:1}}`),
		"token_type":           inBody(200, `{"access_token":"fake-token-1","token_type":%s}`),
		"token_type, refused":  inBody(200, `{"token_type":%s}`),
		"scope":                inBody(200, `{"scope":%s}`),
		"expires_in":           inBody(200, `{"access_token":"fake-token-1","expires_in":%s}`),
		"a list of messages":   inBody(422, `{"errors":[{"message":%s},{"message":"no"}]}`),
		"a bare text":          inBody(500, `%s`),
		"a media type":         inHeader(400, "Content-Type: text/%s"),
		"a media type, 200":    inHeader(200, "Content-Type: %s/json; charset=utf-8"),
		"a parameter of it":    inHeader(400, "Content-Type: text/html; charset=%s"),
		"a header's name":      inHeader(400, "X-%s: 1"),
		"no header's name":     inHeader(400, "%s\x00: 1"),
		"a header's value":     inHeader(400, "WWW-Authenticate: Basic realm=%s"),
		"an encoding":          inHeader(200, "Content-Encoding: %s"),
		"a transfer encoding":  inHeader(200, "Transfer-Encoding: %s"),
		"a length":             inHeader(200, "Content-Length: %s"),
		"Retry-After":          inHeader(429, "Retry-After: %s"),
		"Date":                 inHeader(401, "Date: %s"),
		"a cookie":             inHeader(400, "Set-Cookie: SID=%s"),
		"squid":                inHeader(403, "X-Squid-Error: %s"),
		"Location":             inHeader(302, "Location: %s"),
		"Location, a host":     inHeader(302, "Location: https://%s.example.org/"),
		"Location, a port":     inHeader(307, "Location: https://example.org:%s/"),
		"Location, a path":     inHeader(308, "Location: /%s"),
		"Location, a scheme":   inHeader(301, "Location: %s://example.org/"),
		"Location, a user":     inHeader(307, "Location: https://%s@"+wireHost+"/"),
		"the status's words":   raw("HTTP/1.1 401 %s\r\nContent-Length: 0\r\n\r\n"),
		"the status":           raw("HTTP/1.1 %s\r\n\r\n"),
		"the protocol":         raw("%s 200 OK\r\n\r\n"),
		"no HTTP":              raw("%s\r\n\r\n"),
		"a chunk":              raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%s\r\n"),
		"a trailer":            raw("HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\nTrailer: %[1]s\r\n\r\n0\r\n%[1]s: 1\r\n\r\n"),
		"a response before it": raw("HTTP/1.1 103 %s\r\nLink: </x>\r\n\r\n"),
		"a text":               {answer: func(words string) string { return whole(401, "no such "+words, "Content-Type: text/plain") }},
		"an element": {answer: func(words string) string {
			return whole(401, "<e><message>"+words+"</message></e>", "Content-Type: text/xml")
		}},
		"a page": {answer: func(words string) string { return whole(401, "<html>"+words, "Content-Type: text/html") }},
		"a form": {answer: func(words string) string {
			return whole(400, "error="+words+"&"+words+"=1", "Content-Type: text/plain")
		}},
	}
}

// placesOnTheWay are those of issuers, proxies, certificates and the network.
func placesOnTheWay() map[string]foreignPlace {
	metadata := func(format string) foreignPlace {
		return foreignPlace{issuer: func(words string) string {
			return whole(200, fmt.Sprintf(format, strings.Trim(strconv.QuoteToASCII(words), `"`)), jsonType)
		}}
	}
	proxy := func(format string) foreignPlace {
		return foreignPlace{proxy: func(words string) string { return fmt.Sprintf(format, words) }}
	}
	broken := func(failed func(words string) error) foreignPlace { return foreignPlace{broken: failed} }
	const issuer = `"issuer":"https://` + wireHost + `"`
	return map[string]foreignPlace{
		"the issuer":                 metadata(`{"issuer":"https://%s.example.org"}`),
		"the issuer's path":          metadata(`{"issuer":"https://` + wireHost + `/%s"}`),
		"no issuer":                  metadata(`{"issuer":"%s"}`),
		"the endpoint's host":        metadata(`{` + issuer + `,"token_endpoint":"https://%s.example.org/"}`),
		"the endpoint's path":        metadata(`{` + issuer + `,"token_endpoint":"https://other.example.org/%s"}`),
		"the endpoint's port":        metadata(`{` + issuer + `,"token_endpoint":"https://example.org:%s/"}`),
		"the endpoint in the clear":  metadata(`{` + issuer + `,"token_endpoint":"http://%s.example.org/"}`),
		"no endpoint":                metadata(`{` + issuer + `,"token_endpoint":"%s"}`),
		"a key of metadata":          metadata(`{"%s":1}`),
		"metadata that is a text":    metadata(`"%s"`),
		"the proxy's status":         proxy("HTTP/1.1 %s\r\n\r\n"),
		"the proxy's status's words": proxy("HTTP/1.1 403 %s\r\n\r\n"),
		"the proxy's protocol":       proxy("%s\r\n\r\n"),
		"what a proxy offers":        proxy("HTTP/1.1 407 No\r\nProxy-Authenticate: %s\r\n\r\n"),
		"a proxy's header":           proxy("HTTP/1.1 200 OK\r\n%s\r\n\r\n"),
		"the proxy's page":           proxy("HTTP/1.1 502 Bad\r\nContent-Type: text/plain\r\n\r\n%s"),
		"a certificate's name":       {host: func(words string) string { return words[:min(len(words), 50_000)] + ".example.org" }},
		"a certificate's wildcard":   {host: func(words string) string { return "*." + words[:min(len(words), 50_000)] }},
		"a name server":              broken(func(words string) error { return &net.DNSError{Err: words, Name: words, Server: words} }),
		"the network":                broken(errors.New),
		"TLS":                        broken(func(words string) error { return errors.New("tls: " + words) }),
		"TLS that cannot be read":    broken(func(words string) error { return errors.New("tls: failed to parse certificate from server: " + words) }),
		"a certificate":              broken(func(words string) error { return &tls.CertificateVerificationError{Err: errors.New(words)} }),
		"SOCKS":                      broken(func(words string) error { return &net.OpError{Op: "socks connect", Err: errors.New(words)} }),
		"the proxy's connection":     broken(func(words string) error { return &net.OpError{Op: "proxyconnect", Err: errors.New(words)} }),
		"the operation":              broken(func(words string) error { return &net.OpError{Op: words, Err: errors.New(words)} }),
	}
}

// Whatever a peer says, and wherever, what is said of it shows no secret, no
// control character and no more than its bound.
func TestForeignTextIsJudged(t *testing.T) {
	t.Parallel()
	for _, table := range []map[string]foreignPlace{places(), placesOnTheWay()} {
		for where, place := range table {
			for what, words := range hostileWords() {
				t.Run(where+"/"+what, func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) { checkForeign(t, place, words) })
				})
			}
		}
	}
}

func checkForeign(t *testing.T, place foreignPlace, words string) {
	t.Helper()
	log := &recorder{}
	client, x := foreignClient(t, place, words, log)
	found, err := newCache(client).Token(t.Context(), x, 0)
	checkSaid(t, "the log", log.text())
	if err != nil {
		var e *told
		if !errors.As(err, &e) {
			t.Fatalf("the error is a %T", err)
		}
		for _, text := range []string{e.Problem, string(e.VendorMessage), e.Details, e.Exchange.Host(), e.Advice, strings.Join(e.Held, "\n"), err.Error()} {
			checkSaid(t, "the error", text)
		}
		return
	}
	checkSaid(t, "the token", fmt.Sprintf("%v %+v %#v", found, *found, found.Type))
	for _, note := range notesOn(x, found) {
		checkSaid(t, "a warning", note.Setting+note.Problem+note.Details)
	}
}

// checkSaid fails for what nobody may be shown.
func checkSaid(t *testing.T, what, text string) {
	t.Helper()
	for _, form := range append(tokentest.FormsOf(shownBack), strings.ToUpper(shownBack)) {
		if strings.Contains(text, form) {
			t.Errorf("%s shows the secret: %.300q", what, text)
		}
	}
	if at := strings.IndexFunc(text, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }); at >= 0 {
		t.Errorf("%s has a character that does not print: %.20q", what, text[at:])
	}
	if strings.Contains(text, strings.Repeat("z", 1001)) || len(text) > 4000 {
		t.Errorf("%s has %d characters: %.300q", what, len(text), text)
	}
}

// foreignClient returns a client in a network where a place has the words, and
// what it asks for.
func foreignClient(t *testing.T, place foreignPlace, words string, log token.Logger) (*token.Client, *exchange) {
	t.Helper()
	network, host, respond := &memnet.Network{}, wireHost, place.answer
	if place.host != nil {
		host = strings.Map(func(r rune) rune { return min(r, '\x7f') }, place.host(words)) // certificates have ASCII
	}
	if place.issuer != nil {
		respond = place.issuer
	}
	text := whole(400, "{}")
	if respond != nil {
		text = respond(words)
	}
	certificate, trusted := memnet.Certify(t, host, -time.Hour, time.Hour)
	sayTo(t, tls.NewListener(network.Listen(wireHost+":443"), &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}), text)
	runtime, settings := testRuntime(), quickTransport()
	runtime.Dial, runtime.Log, settings.CACertificatesPEM = network.Dial, log, trusted
	if place.proxy != nil {
		sayTo(t, network.Listen("proxy.example.com:3128"), place.proxy(words))
		settings.ProxyURL = said.NewSecret("http://me:fake-password-1@proxy.example.com:3128")
	}
	if place.broken != nil {
		runtime.Dial = func(context.Context, string, string) (net.Conn, error) { return nil, place.broken(words) }
	}
	client := clientWith(t, settings, runtime)
	x := testExchange("https://" + wireHost + "/token")
	x.Request.Auth = token.ClientSecretPost{ID: testID, Secret: said.NewSecret(shownBack)}
	x.Describe = true
	x.Response.Outputs = map[string]answer.Path{"missing": answer.MustPath("data.missing")}
	if place.issuer != nil {
		x.Issuer, x.Request.URL = "https://"+wireHost, ""
	}
	return client, x
}

// sayTo answers every connection's first request with a text, as it is.
func sayTo(t *testing.T, l net.Listener, text string) {
	t.Helper()
	t.Cleanup(func() { _ = l.Close() })
	go func() { // it ends with the test
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				if req, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
					_, _ = io.Copy(io.Discard, req.Body)
					_, _ = io.WriteString(conn, text)
				}
			}()
		}
	}()
}

// recorder is a Logger that keeps what it gets.
type recorder struct {
	mu    sync.Mutex
	lines []string
}

// DebugContext implements Logger.
func (r *recorder) DebugContext(_ context.Context, message string, fields ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, message+" "+fmt.Sprintln(fields...))
}

// InfoContext implements Logger.
func (r *recorder) InfoContext(ctx context.Context, message string, fields ...any) {
	r.DebugContext(ctx, message, fields...)
}

func (r *recorder) text() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.lines, "")
}

// A set may allow http:// for the token and not for revoking it. The host is the
// issuer's text all the same.
func TestRevocationInTheClearTellsNoSecret(t *testing.T) {
	t.Parallel()
	cache, _ := cacheOf(t, map[string]tokentest.Page{
		"https://as.example.com" + tokentest.ASMetadata: tokentest.JSONPage(`{"issuer":"https://as.example.com","token_endpoint":"/token","revocation_endpoint":"http://%s.example.org/"}`, shownBack),
	})
	x := issuedBy("https://as.example.com")
	x.Request.AllowHTTP, x.Revoke = true, &token.Request{}
	x.Request.Auth = token.ClientSecretPost{ID: testID, Secret: said.NewSecret(shownBack)}
	_, _, err := cache.Lease(t.Context(), x, 0)
	if e := wantError(t, err, token.KindRevocation); !strings.Contains(e.Problem, "its host holds a secret") {
		t.Errorf("the error is: %v", err)
	}
	checkSaid(t, "the error", err.Error())
}
