package provider_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// raw responds with a status, header lines and a body as written, and closes the
// connection.
func raw(status int, header, body string) sandbox.Fault {
	return written(fmt.Sprintf("HTTP/1.1 %d %s\r\n%s\r\n%s", status, http.StatusText(status), header, body))
}

// hanging responds as raw does, and keeps the connection open until the client closes it.
func hanging(status int, header, body string) sandbox.Fault {
	return sandbox.Bytes(func(w io.Writer) {
		_, _ = fmt.Fprintf(w, "HTTP/1.1 %d %s\r\n%s\r\n%s", status, http.StatusText(status), header, body) // who has gone hears nothing
		if conn, ok := w.(io.Reader); ok {
			_, _ = io.Copy(io.Discard, conn)
		}
	})
}

// unreadFaults are responses whose body cannot be read. The status still counts: a
// refusal is final, and a rate limit is retried.
func unreadFaults() []fault {
	const (
		unread  = "its response cannot be read ("
		tooFew  = "Content-Length: 500\r\n"
		chunked = "Transfer-Encoding: chunked\r\n"
		gzip    = "Content-Encoding: gzip\r\n"
		closed  = unread + "it closed the connection before the response was complete)"
	)
	half := string(halfZipped([]byte(`{"error":"access_denied"}`)))
	tooMuch := strings.Repeat("x", 1<<20+1)
	lateBy := func(o outcome) outcome {
		o.wait += 30 * time.Second
		return o
	}
	return []fault{
		{"401, cut", always(raw(401, tooFew, `{"error":"invalid_client"}`)), atOnce(refused, "HTTP 401 Unauthorized: "+closed)},
		{"401, cut before the body", always(raw(401, tooFew, "")), atOnce(refused, "HTTP 401 Unauthorized: "+closed)},
		{"400, an unfinished chunk", always(raw(400, chunked, "50\r\n{\"error\":")), atOnce(refused, "HTTP 400 Bad Request: "+closed)},
		{"400, no last chunk", always(raw(400, chunked, "2\r\n{}\r\n")), atOnce(refused, "HTTP 400 Bad Request: "+closed)},
		{"400, a broken chunk", always(raw(400, chunked, "zz\r\n{}\r\n")), atOnce(refused, "HTTP 400 Bad Request: "+unread)},
		{"403, falsely gzip", always(raw(403, gzip, `{"message":"fake words"}`)), atOnce(refused, "HTTP 403 Forbidden")},
		{"403, half of gzip", always(raw(403, gzip, half)), atOnce(refused, "HTTP 403 Forbidden: "+closed)},
		{"403, broken gzip", always(raw(403, gzip, string(damaged([]byte("{}"))))), atOnce(refused, "HTTP 403 Forbidden: "+unread+"its response is compressed")},
		{"403, Brotli", always(raw(403, "Content-Encoding: br\r\n", string(binaryOf([]byte("{}"))))), atOnce(refused, "HTTP 403", unread+"its response is compressed")},
		{"401, too large", always(raw(401, "", tooMuch)), atOnce(refused, "HTTP 401 Unauthorized: "+unread+"its response is larger than 1 MiB")},
		{"401, announced as too large", always(raw(401, "Content-Length: 9999999\r\n", "{}")), atOnce(refused, "HTTP 401", "larger than 1 MiB")},
		{"404, a hang in the body", always(hanging(404, tooFew, "{")), lateBy(atOnce(refused, "HTTP 404 Not Found: "+unread+"it did not answer in time"))},
		{"401, a hang without a length", always(hanging(401, "", "{}")), lateBy(atOnce(refused, "HTTP 401 Unauthorized: "+unread))},
		{"101 and a hang", always(hanging(101, "Connection: upgrade\r\nUpgrade: fake\r\n", "")), atOnce(refused, "HTTP 101")},
		{"something behind the response", always(raw(401, "Content-Length: 2\r\n", "{}fake")), atOnce(refused, "HTTP 401 Unauthorized")},
		{"600, cut", always(raw(600, tooFew, "")), atOnce(refused, "HTTP 600: "+closed)},
		{"500, cut", always(raw(500, tooFew, "{}")), inTheEnd(refused, "HTTP 500 Internal Server Error: "+closed)},
		{"500, too large", always(raw(500, "", tooMuch)), inTheEnd(refused, "HTTP 500", "larger than 1 MiB")},
		{"503 with seconds, cut, once", first(raw(503, "Retry-After: 7\r\n"+tooFew, "{}")), well(2, 7*time.Second)},
		{"429 with many seconds, cut", always(raw(429, "Retry-After: 90\r\n"+tooFew, "{}")), atOnce(toldToWait, "HTTP 429", "2000-01-01T00:01:30Z")},
		{"500, cut, then 401, cut", first(raw(500, tooFew, ""), raw(401, tooFew, "")), outcome{2, time.Second / 2, time.Second, refused, []string{"HTTP 401"}}},
		{"a redirect elsewhere, cut", always(raw(307, "Location: "+elsewhere+"\r\n"+tooFew, "")), atOnce(redirected, "HTTP 307", elsewhere)},
		{"a redirect within the host, cut", first(raw(308, "Location: ?\r\n"+tooFew, "")), well(2, 0)},
		{"a redirect to nowhere, cut", always(raw(302, tooFew, "")), atOnce(redirected, "HTTP 302", "without saying where")},
		{"a status of 0", always(written("HTTP/1.1 000 Fake\r\n\r\n")), atOnce(noToken, "breaks the rules of HTTP")},
		{"a status of 99", always(written("HTTP/1.1 099 Fake\r\n\r\n")), atOnce(noToken, "breaks the rules of HTTP")},
		{"a status of four digits", always(written("HTTP/1.1 4010 Fake\r\n\r\n")), atOnce(noToken, "breaks the rules of HTTP")},
		{"a status without a reason", always(written("HTTP/1.1 401\r\n\r\n")), atOnce(refused, "HTTP 401 Unauthorized")},
		{"a response of HTTP/1.0", always(written("HTTP/1.0 401 Fake\r\n\r\n{}")), atOnce(refused, "HTTP 401 Unauthorized")},
		{"200, cut", always(raw(200, tooFew, "{}")), inTheEnd(unreachable, "HTTP 200 OK: it closed the connection")},
		{"200, an unfinished chunk, once", first(raw(200, chunked, "50\r\n{\"a")), better(2, time.Second/2, time.Second)},
	}
}
