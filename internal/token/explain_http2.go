package token

import (
	"regexp"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// What HTTP/2 ends a request with has no type that can be had, or none that says
// who has ended it. These are the texts, of which only the code is repeated: a
// GOAWAY has text of the server's too.
var (
	resetByServer  = regexp.MustCompile(`^stream error: stream ID \d+; (.+); received from peer$`)
	goAwayByServer = regexp.MustCompile(`^http2: (?:Transport received GOAWAY from server ErrCode:|server sent GOAWAY and closed the connection; LastStreamID=\d+, ErrCode=)(\w+)`)
	lostHTTP2      = regexp.MustCompile(`^http2: client conn`)
	// codeOfHTTP2 is what the code of an error looks like (RFC 9113, section 7).
	codeOfHTTP2 = regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`)
)

const (
	// wantsHTTP1 is the code of a server that does not do over HTTP/2 what is asked.
	wantsHTTP1 = "HTTP_1_1_REQUIRED"
	// wantsCalm is the code of a server to which something is too much.
	wantsCalm = "ENHANCE_YOUR_CALM"
	tryAgain  = "Try again; if it persists, ask the vendor."
)

// explainHTTP2 is explain for what HTTP/2 has ended; "" if it has ended nothing.
func (c *call) explainHTTP2(err error) (problem, advice string) {
	text := innermost(err, isOfHTTP2).Use()
	for _, ended := range []*regexp.Regexp{resetByServer, goAwayByServer} {
		if found := ended.FindStringSubmatch(text); found != nil {
			return explainCode(found[1])
		}
	}
	switch {
	case text == "":
		return "", ""
	case lostHTTP2.MatchString(text):
		return "it closed the connection before the answer was complete", tryAgain
	default:
		return "its answer is not valid HTTP/2", "Check token_url and the proxy; if it persists, ask the vendor."
	}
}

// isOfHTTP2 reports whether a text is that of an error of HTTP/2.
func isOfHTTP2(text said.Foreign) bool {
	return text.HasPrefix("http2: ") || text.HasPrefix("connection error: ") || text.HasPrefix("stream error: ")
}

// explainCode is explainHTTP2 for the code that the server has given.
func explainCode(code string) (problem, advice string) {
	if !codeOfHTTP2.MatchString(code) {
		code = "an unknown code"
	}
	problem = "it ended the request before the answer was complete (HTTP/2: " + code + ")"
	switch code {
	case wantsHTTP1:
		return problem, "It accepts this request over HTTP/1.1 only. Most likely it asks for a client certificate after the request: " +
			"set client_certificate_pem and client_key_pem, with which this provider uses HTTP/1.1. Otherwise ask the vendor."
	case wantsCalm:
		return problem, "The request is too large for it, or requests are too frequent. Shorten request_headers if they are long. Otherwise try again later."
	default:
		return problem, tryAgain
	}
}
