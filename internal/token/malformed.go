package token

import (
	"errors"
	"net/textproto"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// rule is a rule of HTTP that an answer has broken: what is wrong, and what to do.
type rule struct{ problem, advice string }

// aboutStatus is the rule about how an answer begins.
func aboutStatus() rule {
	return rule{
		"it does not begin with an HTTP status, so it may not be HTTP",
		"Check the scheme, the host and the port in token_url, and the proxy.",
	}
}

// aboutTLS is the rule about what speaks HTTP, and not TLS.
func aboutTLS() rule {
	return rule{"it is TLS, and the request came without", "Write https:// instead of http:// in token_url."}
}

// repaired is a rule that only the owner of a server can have kept.
func repaired(problem string) rule {
	return rule{problem, "Ask the owner of the server, or of the proxy or gateway in front of it, to correct its answers."}
}

// ruleTexts are what those errors of net/http begin with that have no type, by the
// rule that the answer has broken. They quote the server, so they are not shown. A
// "connection error" of HTTP/2 is what net/http has found in the server's frames; it
// says the same of large headers as of frames out of order.
func ruleTexts() map[rule][]string {
	return map[rule][]string{
		aboutStatus(): {"malformed HTTP ", "malformed response from server: "},
		aboutHeader(): {"invalid header field ", "invalid pseudo-header ", "duplicate pseudo-header ", "invalid Trailer key ", "bad trailer key "},
		repaired("it has two lengths (Content-Length), or one that is not a number"): {
			"http: message cannot contain multiple Content-Length ", "bad Content-Length ", "invalid empty Content-Length ",
		},
		repaired("its Transfer-Encoding is not one of HTTP/1.1"): {"unsupported transfer encoding", "too many transfer encodings"},
		repaired("the parts of its body (chunks) cannot be read"): {
			"malformed chunked encoding", "chunked ", "invalid CR in chunked line", "invalid byte in chunk length",
			"empty hex number for chunk length", "http chunk length too large", "header line too long", "http: suspiciously long trailer",
		},
		repaired("its body is longer than its length (Content-Length)"): {"net/http: server replied with more than declared Content-Length"},
		aboutFrames(): {
			"connection error: FRAME_SIZE_ERROR", "connection error: FLOW_CONTROL_ERROR", "connection error: STREAM_CLOSED", "http2: frame too large",
		},
		repaired("the parts of its answer (frames of HTTP/2) do not fit together, or its headers are larger than this provider accepts"): {
			"connection error: PROTOCOL_ERROR",
		},
		repaired("its headers (of HTTP/2) cannot be unpacked, or are larger than this provider accepts"): {"connection error: COMPRESSION_ERROR"},
		repaired("its headers are larger than this provider accepts, or without end"): {
			"net/http: server response headers exceeded ", "http2: response header list larger than advertised limit",
		},
	}
}

func aboutFrames() rule {
	return repaired("the parts of its answer (frames of HTTP/2) do not fit together")
}

func aboutHeader() rule {
	return repaired("a line of its header cannot be read: it is not a name, a colon and a value")
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

// usualHeaders are names that the headers of answers have.
func usualHeaders() []string {
	return []string{
		"access-control-", "age", "allow", "alt-svc", "cache-control", "connection", "content-disposition", "content-encoding",
		"content-language", "content-length", "content-security-policy", "content-type", "cross-origin-", "date", "etag", "expires", "keep-alive",
		"last-modified", "location", "permissions-policy", "pragma", "referrer-policy", "retry-after", "server", "set-cookie",
		"strict-transport-security", "trailer", "transfer-encoding", "upgrade", "vary", "via", "www-authenticate", "x-",
	}
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
	return slices.ContainsFunc(usualHeaders(), isBeginning) || strings.HasPrefix(line, "x-") && httpguts.ValidHeaderFieldName(line)
}

// brokenRule returns the rule of HTTP that an answer has broken; empty if it has
// broken none. An answer that ends too early has broken none: it is incomplete.
func brokenRule(err error) rule {
	var line textproto.ProtocolError
	switch {
	case isUnfinished(err):
		return rule{}
	case errors.Is(err, errNoStatus):
		return aboutStatus()
	case errors.As(err, &line):
		return aboutHeader()
	case !innermostText(err, `malformed HTTP response "\x15\x03`).IsEmpty(): // an alert of TLS
		return aboutTLS()
	}
	detail, onStream := brokenStream(err)
	says := func(begin string) bool {
		return !innermostText(err, begin).IsEmpty() || strings.HasPrefix(detail, begin)
	}
	for broken, texts := range ruleTexts() {
		if slices.ContainsFunc(texts, says) {
			return broken
		}
	}
	if onStream {
		return aboutFrames()
	}
	return rule{}
}

// hasBrokenRule reports whether the endpoint's answer has broken a rule of HTTP.
func hasBrokenRule(err error) bool {
	return brokenRule(err) != (rule{}) && !errors.Is(err, errNotReached)
}
