package provider_test

import (
	"io"
	"net/http"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// The summaries of the errors.
const (
	refused     = "Token request refused"
	noToken     = "No token in the response"
	unreachable = "Token endpoint cannot be reached"
	redirected  = "Token endpoint redirects elsewhere"
	toldToWait  = "Token endpoint asks for a longer wait"
)

// attempts is how many requests are sent by default, with these waits between them.
const (
	attempts     = 5
	leastBackoff = (500 + 1000 + 2000 + 4000) * time.Millisecond
	mostBackoff  = 2 * leastBackoff
)

const (
	elsewhere        = "http://elsewhere.example.com"
	elsewhereAddress = "elsewhere.example.com:80"
)

// always applies the fault to every token request.
func always(f sandbox.Fault) func(l *bubble, name string) {
	return func(l *bubble, name string) { l.OrderAlways(name, f) }
}

// first applies one fault to each of the first token requests.
func first(faults ...sandbox.Fault) func(l *bubble, name string) {
	return func(l *bubble, name string) { l.Order(name, faults...) }
}

// atOnce is an error after one request, without a wait.
func atOnce(summary string, says ...string) outcome {
	return outcome{requests: 1, summary: summary, says: says}
}

// inTheEnd is an error after all attempts.
func inTheEnd(summary string, says ...string) outcome {
	return outcome{requests: attempts, wait: leastBackoff, most: mostBackoff, summary: summary, says: says}
}

// well is a token after that many requests and exactly that wait.
func well(requests int, wait time.Duration) outcome { return outcome{requests: requests, wait: wait} }

// better is a token after that many requests and a wait between the two limits.
func better(requests int, wait, most time.Duration) outcome {
	return outcome{requests: requests, wait: wait, most: most}
}

func written(text string) sandbox.Fault {
	return sandbox.Bytes(func(w io.Writer) { _, _ = io.WriteString(w, text) })
}

func statusFaults() []fault {
	status := func(code int) func(*bubble, string) { return always(sandbox.Status(code)) }
	return []fault{
		{"400", status(http.StatusBadRequest), atOnce(refused, "HTTP 400 Bad Request")},
		{"401", status(http.StatusUnauthorized), atOnce(refused, "HTTP 401 Unauthorized")},
		{"403", status(http.StatusForbidden), atOnce(refused, "HTTP 403 Forbidden")},
		{"415", status(http.StatusUnsupportedMediaType), atOnce(refused, "HTTP 415 Unsupported Media Type")},
		{"500", status(http.StatusInternalServerError), inTheEnd(refused, "HTTP 500 Internal Server Error")},
		{"408", status(http.StatusRequestTimeout), atOnce(refused, "HTTP 408 Request Timeout")},
		{"421", status(http.StatusMisdirectedRequest), atOnce(refused, "HTTP 421 Misdirected Request")},
		{"425", status(http.StatusTooEarly), atOnce(refused, "HTTP 425 Too Early")},
		{"304", status(http.StatusNotModified), atOnce(refused, "HTTP 304 Not Modified", "Check {url}")},
		{"600", status(600), atOnce(refused, "HTTP 600", "Check {url}")},
		{"799", status(799), atOnce(refused, "HTTP 799", "Check {url}")},
		{"999", status(999), atOnce(refused, "HTTP 999", "Check {url}")},
		{"500, then 600", first(sandbox.Status(500), sandbox.Status(600)), outcome{2, time.Second / 2, time.Second, refused, []string{"HTTP 600"}}},
		{"501", status(http.StatusNotImplemented), inTheEnd(refused, "HTTP 501 Not Implemented")},
		{"599", status(599), inTheEnd(refused, "HTTP 599")},
		{"HTML with 502", always(sandbox.HTML(http.StatusBadGateway)), inTheEnd(refused, "HTTP 502 Bad Gateway")},
		{
			"500 until the last attempt", first(sandbox.Status(500), sandbox.Status(500), sandbox.Status(500), sandbox.Status(500)),
			better(attempts, leastBackoff, mostBackoff),
		},
		{
			"several faults, and then a token",
			first(sandbox.Status(500), sandbox.Cut(), sandbox.RetryAfterSeconds(429, 3), sandbox.CutBody()),
			better(attempts, 8500*time.Millisecond, 14*time.Second),
		},
		{"500, then 401", first(sandbox.Status(500), sandbox.Status(401)), outcome{2, time.Second / 2, time.Second, refused, []string{"HTTP 401"}}},
		{"200 without token", always(sandbox.EmptyObject()), atOnce(noToken, "HTTP 200 OK", "the response has no token")},
		{"HTML with 200", always(sandbox.HTML(http.StatusOK)), atOnce(noToken, "HTTP 200 OK", "an HTML page, not JSON")},
		{"line break in the token", always(sandbox.LineBreakToken()), atOnce(noToken, "line break")},
		{"secret in the message", always(sandbox.EchoSecret()), atOnce(refused, "No client has the secret (sensitive)")},
	}
}

func connectionFaults() []fault {
	const incomplete = "closed the connection before the response was complete"
	return []fault{
		{"closed without a response", always(sandbox.Cut()), inTheEnd(unreachable, incomplete)},
		{"reset in the body", always(sandbox.CutBody()), inTheEnd(unreachable, "the connection failed: ", "reset")},
		{"reset in the body, once", first(sandbox.CutBody()), better(2, time.Second/2, time.Second)},
		{"closed in the header", always(written("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n")), inTheEnd(unreachable, incomplete)},
		{"not HTTP", always(written("fake-banner of something else\r\n\r\n")), atOnce(noToken, "breaks the rules of HTTP")},
		{"a broken header", always(written("HTTP/1.1 200 OK\r\nfake-header\r\n\r\n")), atOnce(noToken, "breaks the rules of HTTP")},
		{"interim responses", always(sandbox.Interim(100, 102, 103, 103, 103, 103, 103, 103)), well(1, 0)},
		{"interim responses without end", always(sandbox.InterimForever()), atOnce(noToken, "breaks the rules of HTTP")},
		{
			"another protocol", always(written("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: fake\r\n\r\n")),
			atOnce(refused, "HTTP 101 Switching Protocols"),
		},
		{"hang", always(sandbox.Hang()), inTheEnd(unreachable, "did not answer in time", "transport.timeout").afterTimeouts()},
		{"hang, once", first(sandbox.Hang()), better(2, 30*time.Second+time.Second/2, 31*time.Second)},
		{"slow headers", always(sandbox.Slow(29 * time.Second)), well(1, 29*time.Second)},
		{
			"headers that are too slow", always(sandbox.Slow(31 * time.Second)),
			inTheEnd(unreachable, "did not answer in time").afterTimeouts(),
		},
		{"slow body", always(sandbox.Trickle(29 * time.Second)), well(1, 29*time.Second)},
		{
			"a body that is too slow", always(sandbox.Trickle(31 * time.Second)),
			inTheEnd(unreachable, "did not answer in time").afterTimeouts(),
		},
	}
}

// afterTimeouts is the outcome if each attempt also times out.
func (o outcome) afterTimeouts() outcome {
	const timeouts = attempts * 30 * time.Second
	o.wait, o.most = o.wait+timeouts, o.most+timeouts
	return o
}

// redirects follows redirects to the endpoint itself, n of them, and then to the last.
func redirects(name string, n int, last ...sandbox.Fault) []sandbox.Fault {
	within := sandbox.Redirect(http.StatusTemporaryRedirect, sandbox.TokenPath(endpointOf(name)))
	var all []sandbox.Fault
	for range n {
		all = append(all, within)
	}
	return append(all, last...)
}

func redirectFaults() []fault {
	within := func(n int, last ...sandbox.Fault) func(*bubble, string) {
		return func(l *bubble, name string) { l.Order(name, redirects(name, n, last...)...) }
	}
	away := sandbox.Redirect(http.StatusTemporaryRedirect, elsewhere+"/token?x=y")
	there := []string{elsewhere, "HTTP 307", "set {url}"}
	dropping := func(code int) func(l *bubble, name string) {
		return func(l *bubble, name string) {
			l.OrderAlways(name, sandbox.Redirect(code, sandbox.TokenPath(endpointOf(name))))
		}
	}
	return []fault{
		{"307 within the host", within(1), well(2, 0)},
		{"308 within the host", first(sandbox.Redirect(http.StatusPermanentRedirect, "?")), well(2, 0)},
		{"redirects to the limit", within(5), well(6, 0)},
		{"redirects over the limit", within(6), outcome{requests: 6, summary: redirected, says: []string{"HTTP 307", "more than 5 times", "{url}"}}},
		{"redirects in circles", within(100), outcome{requests: 6, summary: redirected, says: []string{"HTTP 307", "more than 5 times"}}},
		{"redirect to another host", always(away), atOnce(redirected, there...)},
		{"redirects that leave the host", within(2, away), outcome{requests: 3, summary: redirected, says: there}},
		{"redirect to another port", always(sandbox.Redirect(308, "http://localhost:81/")), atOnce(redirected, "http://localhost:81")},
		{"redirect to another scheme", always(sandbox.Redirect(307, "https://localhost/")), atOnce(redirected, "https://localhost")},
		{"301 within the host", dropping(http.StatusMovedPermanently), atOnce(redirected, "HTTP 301", "would lose what the request sends", "{url}")},
		{"302 within the host", dropping(http.StatusFound), atOnce(redirected, "HTTP 302", "would lose what the request sends", "{url}")},
		{"303 within the host", dropping(http.StatusSeeOther), atOnce(redirected, "HTTP 303", "would lose what the request sends", "{url}")},
		{"303 to another host", always(sandbox.Redirect(303, elsewhere)), atOnce(redirected, "HTTP 303", elsewhere)},
		{"redirect to nowhere", always(sandbox.Status(http.StatusTemporaryRedirect)), atOnce(redirected, "without saying where")},
		{"a broken redirect", always(sandbox.Redirect(307, "http://%zz")), atOnce(redirected, "not an https:// URL")},
		{"a redirect of a broken port", always(sandbox.Redirect(301, "http://localhost:x/")), atOnce(redirected, "not an https:// URL")},
		{"a redirect with an escape", always(sandbox.Redirect(308, "/%")), atOnce(redirected, "not an https:// URL")},
	}
}

// spelledFaults are redirects to the endpoint's host, written in several ways, and to
// hosts that look like it.
func spelledFaults() []fault {
	to := func(location string) func(l *bubble, name string) {
		return func(l *bubble, name string) {
			l.Order(name, sandbox.Redirect(http.StatusTemporaryRedirect, location+sandbox.TokenPath(endpointOf(name))))
		}
	}
	const user = "a user name or password"
	return []fault{
		{"redirect to its port", to("http://localhost:80"), well(2, 0)},
		{"redirect in capitals", to("HTTP://LocalHost"), well(2, 0)},
		{"redirect with a last dot", to("http://localhost."), well(2, 0)},
		{"redirect with all of these", to("http://LOCALHOST.:80"), well(2, 0)},
		{"redirect with a leading zero", to("http://localhost:080"), atOnce(redirected, "http://localhost:080")},
		{"redirect without a scheme", to("//localhost"), well(2, 0)},
		{"redirect without a port", to("http://localhost:"), well(2, 0)},
		{"redirect with a user", to("http://fake-user@localhost"), atOnce(redirected, user)},
		{"redirect with a password", to("http://fake-user:fake@localhost"), atOnce(redirected, user)},
		{"redirect with an empty user", to("//@localhost"), atOnce(redirected, user)},
		{"redirect to a host after a user", to("http://localhost@elsewhere.example.com"), atOnce(redirected, elsewhere)},
		{"redirect to a host after a password", to("http://localhost:80@elsewhere.example.com"), atOnce(redirected, elsewhere)},
		{"redirect to a host below", to("http://localhost.elsewhere.example.com"), atOnce(redirected, "http://localhost.elsewhere.example.com")},
		{"redirect with two dots", to("http://localhost.."), atOnce(redirected, "http://localhost..")},
		{"redirect without slashes", to("http:localhost"), atOnce(redirected, "not an https:// URL")},
		{"redirect with backslashes", to(`http:\\elsewhere.example.com`), atOnce(redirected, "not an https:// URL")},
		{"redirect to this machine by another name", to("http://127.0.0.1"), atOnce(redirected, "http://127.0.0.1")},
		{"redirect with a fragment", first(sandbox.Redirect(307, "?#fake")), well(2, 0)},
	}
}
