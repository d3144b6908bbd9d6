package token

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// Answer is a response, read whole, with the exchange that it answers.
type Answer struct {
	Exchange *Exchange // what was carried out
	Purpose  Purpose   // what the request was for
	Status   int       // the HTTP status
	Header   answer.Header
	Content  *answer.Content // what paths find in header and body
	Sent     time.Time       // when the request was sent, to the second
	Received time.Time       // when the response was there
	// ClockAhead is by how much this machine's clock is ahead of the server's, less
	// than 0 if it is behind; 0 if the two agree, or if nobody can tell.
	ClockAhead time.Duration
	Presented  []Presented     // the assertions that the request had
	Broken     error           // why the body could not be read whole, which does not print; nil: it was read
	IsLate     bool            // there was no time to ask again
	Proxy      transport.Proxy // the one that the request went through
	MovedTo    *url.URL        // where redirects within the host have led; nil: there were none
	MovedBy    int             // the status of the first of these redirects
	Wait       time.Duration   // what its Retry-After asks for
	Tries      Tries           // the attempts that it took
	used       *used           // what its request has obtained of named sources

	body    said.Foreign
	secrets said.Book          // those that no message may repeat besides the exchange's own
	judge   func() *said.Judge // made once: that takes time
}

// NamedSource begins the Name of a Presented that is the value of a named source.
const NamedSource = "sources."

// Presented is an assertion or a token that was sent to prove something.
type Presented struct {
	Name   string         // the parameter that carries it; NamedSource and the name of the source, or jwt if that signs one
	Source source.Source  // where it comes from
	Signed *source.Signed // how it was signed here; nil: it was made elsewhere
	Value  said.Secret    // what was sent
}

// Format writes a placeholder for every verb: an answer holds the token.
func (Answer) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(said.Hidden)) }

// MarshalText returns a placeholder; encoding/json, encoding/xml and log/slog use it.
func (Answer) MarshalText() ([]byte, error) { return []byte(said.Hidden), nil }

// NewAnswer returns the answer to a request of the exchange.
func NewAnswer(x *Exchange, purpose Purpose, status int, header http.Header, body []byte) *Answer {
	// RFC 8259, section 8.1, lets readers ignore a byte order mark.
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	content := answer.Read(header, body)
	a := &Answer{Exchange: x, Purpose: purpose, Status: status, Header: content.Header(), Content: content, body: said.NewForeign(string(body))}
	a.judge = sync.OnceValue(func() *said.Judge {
		return slices.Concat(a.Exchange.Secrets, a.secrets, a.issued()).Judge()
	})
	return a
}

func (c *call) newAnswer(status int, header http.Header, body []byte) *Answer {
	a := NewAnswer(c.exchange, c.purpose, status, header, body)
	a.Sent, a.Presented, a.secrets, a.used = c.sent, c.presented, c.extraSecrets(), c.used
	return a
}

// IsSuccess reports whether the status is one of success.
func (a *Answer) IsSuccess() bool { return a.Exchange.isSuccess(a.Purpose, a.Status) }

// isSuccess reports whether a status is one of success: those that the exchange names for
// the response with the token, otherwise each 2xx.
func (x *Exchange) isSuccess(purpose Purpose, status int) bool {
	if named := x.Response.SuccessStatuses; len(named) > 0 && purpose == ForToken {
		return slices.Contains(named, status)
	}
	return is2xx(status)
}

func is2xx(status int) bool { return status >= 200 && status <= 299 }

// At returns the value at a path.
func (a *Answer) At(p Path) answer.Value { return a.Content.At(p) }

// Judge returns who decides what of the answer may be said.
func (a *Answer) Judge() *said.Judge { return a.judge() }

// Secrets returns what no message may repeat besides the secrets of the exchange: what
// the request has obtained, and the passwords of the proxies.
func (a *Answer) Secrets() said.Book { return a.secrets }

// Message returns what the answer says to people, fit to be shown.
func (a *Answer) Message() said.Shown {
	if found := a.Content.MessageAt(a.Exchange.Response.Error); !found.IsEmpty() {
		return a.Judge().Message(found)
	}
	return a.Judge().Message(a.Content.Message(a.IsSuccess()))
}

// Succeeded reports whether the answer is what the exchange calls a success.
func (a *Answer) Succeeded() bool {
	success := a.Exchange.Response.Success
	return success.IsEmpty() || a.Content.Holds(success)
}

// SaysError reports whether a success says an error as well, whatever is where the
// token should be.
func (a *Answer) SaysError() bool {
	return !a.Exchange.Response.IsDescribed && a.IsSuccess() && a.Content.SaysError()
}

// SaysWhy reports whether a 500 is a refusal: it has the message that the exchange
// describes, or an error code of RFC 6749 (section 5.2). SOAP sends every fault as a
// 500 (SOAP 1.1, section 6.2), and so do some other servers. Higher statuses come
// from gateways and from servers that are down.
func (a *Answer) SaysWhy() bool {
	response := &a.Exchange.Response
	switch {
	case a.Status != http.StatusInternalServerError:
		return false
	case response.Error.IsEmpty():
		return a.Purpose == ForToken && !response.IsDescribed && isRefusalCode(a.Content.Code())
	default:
		return !a.At(response.Error).Message().IsEmpty()
	}
}

// IsTemporary reports whether the same request may have another answer later.
func (a *Answer) IsTemporary() bool {
	return IsTemporary(a.Status) && !a.IsSuccess() && !a.SaysWhy()
}

// TokenText returns the text found where the token should be. In the body of a refusal,
// it returns nothing if that is the vendor's message.
func (a *Answer) TokenText() said.Secret {
	path := a.Exchange.Response.Token
	found := a.At(path).Token()
	place, _ := path.In()
	isBody, isRegex := place == answer.PlaceBody, place == answer.PlaceRegex
	if !a.IsSuccess() && (isBody || isRegex && isSentence(found)) {
		return said.Secret{}
	}
	return found
}

// RetryAt returns when the endpoint wants to be asked again; zero if it does not say,
// or if that is never.
func (a *Answer) RetryAt() time.Time { return retryAt(a.Wait, a.Received) }

// IsLimit reports whether a refusal limits how often tokens are requested, whatever
// its status says: it names a time to come back. A 401 is still about the credentials.
func (a *Answer) IsLimit() bool {
	return a.Status >= 400 && a.Status <= 499 && a.Status != http.StatusUnauthorized && a.Status != http.StatusProxyAuthRequired && a.Wait > 0
}

// IsTokenStatus reports whether a token endpoint may answer with the status.
func (a *Answer) IsTokenStatus() bool {
	return a.IsSuccess() || is2xx(a.Status) || a.Status >= 400 && a.Status <= 599
}
