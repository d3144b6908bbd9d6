package token

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

	answers "github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// isTLSAlert reports whether the server ended the TLS connection by an alert.
func isTLSAlert(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "remote error"
}

// proxyError is a proxy's refusal to connect to the endpoint.
type proxyError struct {
	status int
	// foreign says that the proxy wants an authentication which net/http does not have.
	foreign bool
	// wait is what its Retry-After asks for.
	wait time.Duration
	// problem is what it says that it has met, in words of ours; empty: it does not say.
	problem string
}

// Error says what the proxy answered.
func (e *proxyError) Error() string {
	answered := strings.TrimSpace(fmt.Sprintf("HTTP %d %s", e.status, http.StatusText(e.status)))
	if e.problem != "" {
		return answered + ": " + e.problem
	}
	return answered
}

// foreignAdvice is what to do about a proxy that wants such an authentication.
const foreignAdvice = "The proxy offers other ways to authenticate than Basic, the one that this provider has. Let the proxy accept " +
	"Basic or this machine, or use one that does, in transport.proxy_url."

// checkProxy is http.Transport.OnProxyConnectResponse.
func (r Runtime) checkProxy(_ context.Context, _ *url.URL, _ *http.Request, answered *http.Response) error {
	if answered.StatusCode == http.StatusOK {
		return nil
	}
	header := answers.NewHeader(answered.Header)
	wait, _ := header.Wait(r.Now())
	return &proxyError{answered.StatusCode, header.OffersOtherAuth(), wait, squidProblem(header.SquidError())}
}

// waitOf returns the wait that a proxy asks for which does not connect; 0 if it asks
// for none.
func waitOf(err error) time.Duration {
	if refusal, ok := errors.AsType[*proxyError](err); ok {
		return refusal.wait
	}
	return 0
}

// isPermanent reports whether a failure would be the same at the next attempt. An
// answer that breaks the rules of HTTP is an answer: the server has read the
// credentials.
func isPermanent(err error) bool {
	var (
		proxy    *proxyError
		variable *variableError
		op       *net.OpError
		record   tls.RecordHeaderError
		bug      *PanicError
		verify   *tls.CertificateVerificationError
	)
	switch {
	case errors.As(err, &bug):
		return true
	case errors.As(err, &proxy):
		return !retryable(proxy.status)
	case errors.As(err, &variable), errors.As(err, &verify):
		return true
	case errors.As(err, &op) && isSOCKS(op):
		return socksRefusal(op) != 0
	}
	return errors.Is(err, errTooLarge) || errors.Is(err, errPacked) || isTLSRefusal(err) || errors.As(err, &record) || errors.Is(err, http.ErrSchemeMismatch) ||
		hasBrokenRule(err)
}

// isSOCKS reports whether a SOCKS proxy was reached, and failed.
func isSOCKS(err *net.OpError) bool { return strings.HasPrefix(err.Op, "socks") }

// socksRefusal returns the status that an HTTP proxy would have answered with if a
// SOCKS proxy has refused the connection (RFC 1928, RFC 1929); 0 if it failed
// otherwise. Only the texts of net/http tell one from the other.
func socksRefusal(err *net.OpError) int {
	switch text := said.ErrorText(err.Err); {
	case text.Contains("authentication"):
		return http.StatusProxyAuthRequired
	case text.Contains("not allowed by ruleset"):
		return http.StatusForbidden
	default:
		return 0
	}
}

// socksStatus is socksRefusal, with the status of a gateway if the SOCKS proxy works
// and does not reach the endpoint.
func socksStatus(err *net.OpError) int {
	text := said.ErrorText(err.Err)
	unreached := []string{"connection refused", "host unreachable", "network unreachable", "TTL expired"}
	if slices.ContainsFunc(unreached, text.Contains) {
		return http.StatusBadGateway
	}
	return socksRefusal(err)
}

// quote returns the text of an error, with every secret of the call taken out, as
// a part of a sentence: those of Windows are sentences with a full stop.
func (c *call) quote(text said.Foreign) string {
	return strings.TrimRight(string(c.judge().Message(text)), " .")
}

// quoteName is quote for a name, of which less is shown.
func (c *call) quoteName(name said.Foreign) string { return string(c.judge().Name(name)) }

// judge returns who decides what may be said of a call that has failed.
func (c *call) judge() *said.Judge {
	return slices.Concat(c.exchange.secrets(), c.extraSecrets()).Judge()
}

// explainBy is explain for a request through a proxy; nil: there is none.
func (c *call) explainBy(by *url.URL, err error) (problem, advice string) {
	proxy, setting := proxyHost(by), c.client.proxySetting(c.exchange.Request.URL)
	var (
		refusal  *proxyError
		variable *variableError
		op       *net.OpError
	)
	switch {
	case errors.As(err, &variable):
		return "the proxy in the environment cannot be used: " + variable.Error(),
			"Correct " + variable.name + ", or set transport.proxy_url. The request was not sent past the proxy."
	case errors.As(err, &refusal) && refusal.foreign:
		return "the proxy " + proxy + " does not connect to it: " + refusal.Error(), foreignAdvice
	case errors.As(err, &refusal):
		return "the proxy " + proxy + " does not connect to it: " + refusal.Error(), proxyAdvice(refusal.status, by, setting)
	case errors.As(err, &op) && op.Op == "proxyconnect":
		problem, advice = c.explainReaching(op.Err, setting)
		return "the proxy " + proxy + " cannot be used: " + problem, advice
	case errors.As(err, &op) && isSOCKS(op):
		return "the proxy " + proxy + " does not connect to it: " + c.quote(said.ErrorText(op.Err)), proxyAdvice(socksStatus(op), by, setting)
	}
	return c.explainThrough(proxy, setting, err)
}

// explainThrough is explainBy for what failed beyond a proxy, or in what it answered.
func (c *call) explainThrough(proxy, setting string, err error) (problem, advice string) {
	broken := brokenRule(err)
	problem, advice = c.explain(err)
	switch {
	case proxy == "":
		return problem, advice
	case errors.Is(err, errNotReached), broken == aboutTLS():
		return "the proxy " + proxy + " cannot be used: " + problem, proxyRuleAdvice(broken, setting)
	default:
		return problem, advice + " The request went through the proxy " + proxy + "."
	}
}

// proxyRuleAdvice is what to do about a proxy whose answer breaks a rule. Where a
// proxy is set, only the proxy can answer a request that came without TLS by TLS.
func proxyRuleAdvice(broken rule, setting string) string {
	if broken == aboutTLS() {
		return "The proxy expects TLS. Write https:// instead of http:// in " + setting + "."
	}
	return "Check the scheme, the host and the port in " + setting + "."
}

// explainReaching is explain for a proxy that cannot be reached.
func (c *call) explainReaching(err error, setting string) (problem, advice string) {
	var (
		unknownRoot x509.UnknownAuthorityError
		verify      *tls.CertificateVerificationError
	)
	problem, advice = c.explain(err)
	switch {
	case errors.As(err, &unknownRoot), isRootless(err), isTLSRefusal(err) && !isTLSAlert(err):
		return problem, advice
	case errors.As(err, &verify):
		return problem, "Check the host name in " + setting + ", the proxy's certificate, and the clock of this machine."
	default:
		return problem, proxyAdvice(0, nil, setting)
	}
}

// explain says what failed in the network and what to do. It quotes only errors
// that describe the connection, since those of net/http can quote what the
// server sent, and takes secrets out of them: a certificate is the server's text too.
func (c *call) explain(err error) (problem, advice string) {
	problem, advice = c.explainFailure(err)
	if op, isOp := errors.AsType[*net.OpError](err); errors.Is(err, errCertificateAsked) && (isClosed(err) || isOp && (op.Op == "write" || op.Op == "read") && !op.Timeout()) {
		advice = "It had asked for a client certificate. If it wants one, check client_certificate_pem and client_key_pem of the set, and that it knows " +
			"the certificate's authority. Otherwise try again; if it persists, check firewalls and the proxy, and ask the vendor."
	}
	return problem, advice
}

// explainFailure is explain, whether the server has asked for a certificate or not.
func (c *call) explainFailure(err error) (problem, advice string) {
	var (
		verify      *tls.CertificateVerificationError
		unknownRoot x509.UnknownAuthorityError
		record      tls.RecordHeaderError
	)
	problem, advice = c.explainTLS(err)
	switch {
	case problem != "":
		return problem, advice
	case errors.Is(err, errSentOnce):
		return "it refused the request, or closed the connection, before it answered", tryAgain
	case errors.Is(err, errNoStream):
		return "none of several connections to it accepted the request, which was not sent", tryAgain
	case errors.As(err, &unknownRoot):
		return c.explainAuthority(unknownRoot)
	case errors.As(err, &verify):
		return "its certificate cannot be trusted: " + c.quote(said.ErrorText(verify.Err)),
			"Check the host name in token_url, the server's certificate, and the clock of this machine."
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return "it does not speak TLS", "Check the scheme and the port in token_url."
	case errors.Is(err, errTooLarge):
		return "its answer is larger than 1 MiB and was refused", "Check token_url: it may be the address of something else."
	case errors.Is(err, errPacked):
		return "its answer is compressed and cannot be unpacked", "Check token_url and the proxy; if it persists, ask the vendor."
	case isClosed(err), isUnfinished(err):
		return "it closed the connection before the answer was complete", tryAgain
	}
	if broken := brokenRule(err); broken.problem != "" {
		return "its answer breaks the rules of HTTP: " + broken.problem, broken.advice
	}
	return c.explainConnection(err)
}

// isClosed reports whether the connection ended before the answer did: a kept one
// may be closed at the moment in which it is used again, which net/http says with an
// error whose type cannot be had.
func isClosed(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) || errors.Is(err, io.ErrClosedPipe) ||
		!innermostText(err, "http: server closed ").IsEmpty() || !innermostText(err, "http: unexpected EOF reading trailer").IsEmpty()
}

func (c *call) explainConnection(err error) (problem, advice string) {
	var (
		timeout net.Error
		dns     *net.DNSError
		op      *net.OpError
	)
	switch isOp := errors.As(err, &op); {
	case errors.As(err, &dns):
		return "its name cannot be looked up: " + c.quote(said.NewForeign(dns.Err)), "Check token_url, and the DNS and proxy of this machine."
	case errors.As(err, &timeout) && timeout.Timeout():
		return "it did not answer in time", "Check the network between here and there, or raise transport.timeout."
	case isOp:
		return "the connection failed (" + c.quoteName(said.NewForeign(op.Op)) + "): " + c.quote(said.ErrorText(op.Err)), "Check token_url, firewalls and the proxy."
	}
	if problem, advice = c.explainHTTP2(err); problem != "" {
		return problem, advice
	}
	if c.status != 0 {
		return "its body could not be read", tryAgain
	}
	return "the request could not be carried out, or what came back is not HTTP", "Check token_url and the proxy."
}
