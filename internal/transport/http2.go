package transport

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

// Codes of HTTP/2 for which there is more to do than to try again (RFC 9113, section 7).
const (
	CodeHTTP1Required = "HTTP_1_1_REQUIRED" // the server does not do over HTTP/2 what is requested
	CodeCalm          = "ENHANCE_YOUR_CALM" // the server finds something too much
)

// classifyHTTP2 is Classify for what HTTP/2 has ended.
func classifyHTTP2(err error) Failure {
	text := innermost(err, isOfHTTP2).Use()
	for _, ended := range []*regexp.Regexp{resetByServer, goAwayByServer} {
		if found := ended.FindStringSubmatch(text); found != nil {
			return Failure{Reason: ReasonReset, Code: codeOfHTTP2.FindString(found[1])}
		}
	}
	switch {
	case text == "":
		return Failure{}
	case lostHTTP2.MatchString(text):
		return Failure{Reason: ReasonClosed}
	default:
		return Failure{Reason: ReasonHTTP2}
	}
}

// isOfHTTP2 reports whether a text is that of an error of HTTP/2.
func isOfHTTP2(text said.Foreign) bool {
	return text.HasPrefix("http2: ") || text.HasPrefix("connection error: ") || text.HasPrefix("stream error: ")
}
