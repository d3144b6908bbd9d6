package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// Failure says why a request has no whole response. Its texts are foreign: a judge
// has to show them.
type Failure struct {
	Reason           Reason
	Text             said.Foreign   // what the network, TLS or a certificate says
	Issuer           said.Foreign   // names who has signed a certificate; it may be empty
	IsSelfSigned     bool           // Issuer has signed a certificate for itself
	Rule             Rule           // the rule of HTTP that was broken
	Alert            Alert          // what an alert of TLS is about
	Code             string         // the code of HTTP/2 that ended the request; "" if it is not one
	Status           int            // that of a proxy
	OffersOtherAuth  bool           // a proxy wants an authentication other than Basic
	Met              Squid          // what squid, a proxy, says that it has met; it may be zero
	Variable         *VariableError // what is wrong with a proxy variable
	Inner            *Failure       // why a proxy cannot be reached
	CertificateAsked bool           // the server had asked for a client certificate
	NotReached       bool           // a proxy's response broke the rule, and not the server's
}

// ProxyError is a proxy's refusal to connect to the endpoint.
type ProxyError struct {
	Status          int           // the HTTP status
	OffersOtherAuth bool          // the proxy wants an authentication other than Basic
	Wait            time.Duration // what its Retry-After asks for
	Met             Squid         // what squid says that it has met
}

// Error says what the proxy answered.
func (e *ProxyError) Error() string {
	return strings.TrimSpace(fmt.Sprintf("HTTP %d %s", e.Status, http.StatusText(e.Status)))
}

// checkProxy is http.Transport.OnProxyConnectResponse.
func (m Machine) checkProxy(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	header := answer.NewHeader(resp.Header)
	wait, _ := header.Wait(m.Now())
	return &ProxyError{resp.StatusCode, header.OffersOtherAuth(), wait, SquidMet(header.SquidError())}
}

// WaitOf returns the wait that a proxy asks for which does not connect; 0 if it asks
// for none.
func WaitOf(err error) time.Duration {
	if refusal, ok := errors.AsType[*ProxyError](err); ok {
		return refusal.Wait
	}
	return 0
}

// IsPermanent reports whether a failure would be the same at the next attempt.
// isTemporary says which statuses of a proxy may pass. A response that breaks the
// rules of HTTP is a response: the server has read the credentials.
func IsPermanent(err error, isTemporary func(status int) bool) bool {
	op, isOperation := errors.AsType[*net.OpError](err)
	refusal, isRefusal := errors.AsType[*ProxyError](err)
	switch {
	case has[*PanicError](err):
		return true
	case isRefusal:
		return !isTemporary(refusal.Status)
	case has[*VariableError](err), has[*tls.CertificateVerificationError](err), has[tls.RecordHeaderError](err):
		return true
	case isOperation && isSOCKS(op):
		return socksStatus(op) == http.StatusProxyAuthRequired || socksStatus(op) == http.StatusForbidden
	}
	reason, _ := tlsRefusal(err)
	return reason != ReasonUnknown || isTLSAlert(err) || errors.Is(err, http.ErrSchemeMismatch) || IsResponse(err)
}

// has reports whether an error is of a type, or wraps one that is.
func has[E error](err error) bool {
	_, found := errors.AsType[E](err)
	return found
}

// IsResponse reports whether a failure is one of a response that came and cannot be
// used, and not of the way to the server.
func IsResponse(err error) bool {
	return errors.Is(err, ErrTooLarge) || errors.Is(err, ErrCompressed) || hasBrokenRule(err)
}

// isSOCKS reports whether a SOCKS proxy was reached, and failed.
func isSOCKS(err *net.OpError) bool { return strings.HasPrefix(err.Op, "socks") }

// unreachedBySOCKS are what SOCKS proxies say that work and do not reach the server.
var unreachedBySOCKS = []string{"connection refused", "host unreachable", "network unreachable", "TTL expired"}

// socksStatus returns the status with which an HTTP proxy would have answered where a
// SOCKS proxy does not reach the endpoint, or has refused the connection (RFC 1928, RFC
// 1929); 0 if it failed otherwise. Only the texts of net/http tell one from the other.
func socksStatus(err *net.OpError) int {
	switch text := said.ErrorText(err.Err); {
	case slices.ContainsFunc(unreachedBySOCKS, text.Contains):
		return http.StatusBadGateway
	case text.Contains("authentication"):
		return http.StatusProxyAuthRequired
	case text.Contains("not allowed by ruleset"):
		return http.StatusForbidden
	default:
		return 0
	}
}

// Classify returns why a request failed with err. Only errors that describe the
// connection have a text: those of net/http can quote what the server sent.
func Classify(err error) Failure {
	variable, isVariable := errors.AsType[*VariableError](err)
	refusal, isRefusal := errors.AsType[*ProxyError](err)
	op, isOperation := errors.AsType[*net.OpError](err)
	switch {
	case isVariable:
		return Failure{Reason: ReasonProxyVariable, Variable: variable}
	case isRefusal:
		return Failure{Reason: ReasonProxyRefusal, Status: refusal.Status, OffersOtherAuth: refusal.OffersOtherAuth, Met: refusal.Met}
	case isOperation && op.Op == "proxyconnect":
		inner := Classify(op.Err)
		return Failure{Reason: ReasonProxy, Inner: &inner}
	case isOperation && isSOCKS(op):
		return Failure{Reason: ReasonSOCKS, Text: said.ErrorText(op.Err), Status: socksStatus(op)}
	}
	f := classifyDirect(err)
	f.NotReached = errors.Is(err, errNotReached)
	f.CertificateAsked = errors.Is(err, ErrCertificateAsked) && (isCut(err) || f.Reason == ReasonAlert)
	return f
}

// isCut reports whether the server ended the connection.
func isCut(err error) bool {
	op, isOperation := errors.AsType[*net.OpError](err)
	return isClosed(err) || isOperation && (op.Op == "write" || op.Op == "read") && !op.Timeout()
}

// classifyDirect is Classify for what failed at the server, or on the way without a
// proxy.
func classifyDirect(err error) Failure {
	if f := classifyTLS(err); f.Reason != ReasonUnknown {
		return f
	}
	verify, isUntrusted := errors.AsType[*tls.CertificateVerificationError](err)
	unknownRoot, isUnknown := errors.AsType[x509.UnknownAuthorityError](err)
	switch {
	case errors.Is(err, ErrSentOnce):
		return Failure{Reason: ReasonSentOnce}
	case errors.Is(err, ErrNoStream):
		return Failure{Reason: ReasonNoStream}
	case isUnknown:
		return classifyAuthority(unknownRoot, verify)
	case isUntrusted:
		return Failure{Reason: ReasonUntrusted, Text: said.ErrorText(verify.Err)}
	case has[tls.RecordHeaderError](err), errors.Is(err, http.ErrSchemeMismatch):
		return Failure{Reason: ReasonNotTLS}
	case errors.Is(err, ErrTooLarge):
		return Failure{Reason: ReasonTooLarge}
	case errors.Is(err, ErrCompressed):
		return Failure{Reason: ReasonCompressed}
	case isClosed(err), isUnfinished(err):
		return Failure{Reason: ReasonClosed}
	}
	if broken := brokenRule(err); broken != RuleNone {
		return Failure{Reason: ReasonRule, Rule: broken}
	}
	return classifyConnection(err)
}

// isClosed reports whether the connection ended before the response did: a kept one
// may be closed at the moment in which it is used again, which net/http says with an
// error whose type cannot be had.
func isClosed(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) || errors.Is(err, io.ErrClosedPipe) ||
		!innermostText(err, "http: server closed ").IsEmpty() || !innermostText(err, "http: unexpected EOF reading trailer").IsEmpty()
}

func classifyConnection(err error) Failure {
	dns, isLookup := errors.AsType[*net.DNSError](err)
	network, isNetwork := errors.AsType[net.Error](err)
	op, isOperation := errors.AsType[*net.OpError](err)
	switch {
	case isLookup:
		return Failure{Reason: ReasonLookup, Text: said.NewForeign(dns.Err)}
	case isNetwork && network.Timeout():
		return Failure{Reason: ReasonTimeout}
	case isOperation:
		return Failure{Reason: ReasonConnection, Text: said.ErrorText(op.Err)}
	}
	return classifyHTTP2(err)
}
