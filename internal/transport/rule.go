package transport

import (
	"errors"
	"net/textproto"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// Rule is a rule of HTTP that a response has broken.
type Rule int

// The rules.
const (
	RuleNone             Rule = iota // none is broken
	RuleStatus                       // a response begins with a status
	RuleTLS                          // HTTP without TLS is answered by HTTP, and not by TLS
	RuleHeader                       // a line of a header is a name, a colon and a value
	RuleLength                       // there is one Content-Length, which is a number
	RuleTransferEncoding             // Transfer-Encoding is one of HTTP/1.1
	RuleChunks                       // the chunks of a body can be read
	RuleBody                         // a body is not longer than its Content-Length
	RuleFrames                       // the frames of HTTP/2 fit together
	RuleFramesOrHeaders              // the same, or its headers are too large: net/http does not tell them apart
	RuleCompression                  // the headers of HTTP/2 can be unpacked, and are not too large
	RuleHeaderSize                   // headers have an end, and are not too large
)

// ruleTexts are what those errors of net/http begin with that have no type, with the
// rule that the response has broken. They quote the server, so they are not shown. A
// "connection error" of HTTP/2 is what net/http has found in the server's frames; it
// says the same of large headers as of frames out of order.
var ruleTexts = []struct {
	rule  Rule
	texts []string
}{
	{RuleTLS, []string{`malformed HTTP response "\x15\x03`}}, // an alert of TLS
	{RuleStatus, []string{"malformed HTTP ", "malformed response from server: "}},
	{RuleHeader, []string{"invalid header field ", "invalid pseudo-header ", "duplicate pseudo-header ", "invalid Trailer key ", "bad trailer key "}},
	{RuleLength, []string{"http: message cannot contain multiple Content-Length ", "bad Content-Length ", "invalid empty Content-Length "}},
	{RuleTransferEncoding, []string{"unsupported transfer encoding", "too many transfer encodings"}},
	{RuleChunks, []string{
		"malformed chunked encoding", "chunked ", "invalid CR in chunked line", "invalid byte in chunk length",
		"empty hex number for chunk length", "http chunk length too large", "header line too long", "http: suspiciously long trailer",
	}},
	{RuleBody, []string{"net/http: server replied with more than declared Content-Length"}},
	{RuleFrames, []string{
		"connection error: FRAME_SIZE_ERROR", "connection error: FLOW_CONTROL_ERROR", "connection error: STREAM_CLOSED", "http2: frame too large",
	}},
	{RuleFramesOrHeaders, []string{"connection error: PROTOCOL_ERROR"}},
	{RuleCompression, []string{"connection error: COMPRESSION_ERROR"}},
	{RuleHeaderSize, []string{"net/http: server response headers exceeded ", "http2: response header list larger than advertised limit"}},
}

// streamProblem matches the error of net/http about a stream of HTTP/2 on which
// there was something against the protocol. It has no type, and ends with what it was.
var streamProblem = regexp.MustCompile(`^stream error: stream ID \d+; [A-Z0-9_]+(?:; |$)`)

// brokenStream reports whether an answer on a stream of HTTP/2 breaks a rule, and
// what net/http says of it. If the server has reset the stream, nothing is known of
// its answer.
func brokenStream(err error) (detail string, isBroken bool) {
	text := innermostText(err, "stream error: ").Use()
	detail = strings.TrimPrefix(text, streamProblem.FindString(text))
	if !streamProblem.MatchString(text) || detail == "received from peer" {
		return "", false
	}
	return detail, true
}

// cutStatus matches the errors of an answer that ended within its first line.
var cutStatus = regexp.MustCompile(`^malformed HTTP (?:response "H(?:T(?:T(?:P(?:/(?:1(?:\.[01]?)?)?)?)?)?)?"|status code "[0-9]{0,2}")$`)

// usualHeaders are what the names of a response's headers begin with.
var usualHeaders = []string{
	"access-control-", "age", "allow", "alt-svc", "cache-control", "connection", "content-disposition", "content-encoding",
	"content-language", "content-length", "content-security-policy", "content-type", "cross-origin-", "date", "etag", "expires", "keep-alive",
	"last-modified", "location", "permissions-policy", "pragma", "referrer-policy", "retry-after", "server", "set-cookie",
	"strict-transport-security", "trailer", "transfer-encoding", "upgrade", "vary", "via", "www-authenticate", "x-",
}

// isUnfinished reports whether an answer ended within its first line or the name of
// a header, as far as that can be told: net/http says the same of it as of one that
// breaks a rule.
func isUnfinished(err error) bool {
	if errors.Is(err, errStillOpen) {
		return false
	}
	const noColon = "malformed MIME header: missing colon: "
	text := innermostText(err, "malformed ")
	quoted, isLine := strings.CutPrefix(text.Use(), noColon)
	line, err := strconv.Unquote(quoted)
	if !isLine || err != nil {
		return cutStatus.MatchString(text.Use())
	}
	line = strings.ToLower(line)
	isBeginning := func(name string) bool { return strings.HasPrefix(name, line) }
	return slices.ContainsFunc(usualHeaders, isBeginning) || strings.HasPrefix(line, "x-") && httpguts.ValidHeaderFieldName(line)
}

// brokenRule returns the rule of HTTP that a response has broken. One that ends too
// early has broken none: it is incomplete.
func brokenRule(err error) Rule {
	switch {
	case isUnfinished(err):
		return RuleNone
	case errors.Is(err, ErrNoStatus):
		return RuleStatus
	case has[textproto.ProtocolError](err):
		return RuleHeader
	}
	detail, onStream := brokenStream(err)
	says := func(begin string) bool {
		return !innermostText(err, begin).IsEmpty() || strings.HasPrefix(detail, begin)
	}
	for _, known := range ruleTexts {
		if slices.ContainsFunc(known.texts, says) {
			return known.rule
		}
	}
	if onStream {
		return RuleFrames
	}
	return RuleNone
}

// hasBrokenRule reports whether the endpoint's response has broken a rule of HTTP.
func hasBrokenRule(err error) bool {
	return brokenRule(err) != RuleNone && !errors.Is(err, errNotReached)
}
