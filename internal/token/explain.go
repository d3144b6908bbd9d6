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
}

// Error says what the proxy answered.
func (e *proxyError) Error() string {
	return strings.TrimSpace(fmt.Sprintf("HTTP %d %s", e.status, http.StatusText(e.status)))
}

// checkProxy is http.Transport.OnProxyConnectResponse.
func checkProxy(_ context.Context, _ *url.URL, _ *http.Request, answered *http.Response) error {
	if answered.StatusCode == http.StatusOK {
		return nil
	}
	return &proxyError{answered.StatusCode, isForeignAuth(answered.Header.Values("Proxy-Authenticate"))}
}

// isForeignAuth reports whether a proxy offers ways to authenticate, and Basic is
// none of them.
func isForeignAuth(offers []string) bool {
	offered := strings.ToLower(strings.Join(offers, ","))
	return offered != "" && !slices.ContainsFunc(strings.FieldsFunc(offered, func(r rune) bool { return r == ' ' || r == ',' }),
		func(word string) bool { return word == "basic" })
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
	)
	switch {
	case errors.As(err, &bug):
		return true
	case errors.As(err, &proxy):
		return !retryable(proxy.status)
	case errors.As(err, &variable):
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
	switch text := err.Err.Error(); {
	case strings.Contains(text, "authentication"):
		return http.StatusProxyAuthRequired
	case strings.Contains(text, "not allowed by ruleset"):
		return http.StatusForbidden
	default:
		return 0
	}
}

// quote returns the text of an error, with every secret of the call taken out, as
// a part of a sentence: those of Windows are sentences with a full stop.
func (c *call) quote(text string) string {
	return strings.TrimRight(redact(text, slices.Concat(c.exchange.secrets(), c.extraSecrets())), " .")
}

// explainBy is explain for a request through a proxy; empty: there is none.
func (c *call) explainBy(proxy string, err error) (problem, advice string) {
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
		return "the proxy " + proxy + " does not connect to it: " + refusal.Error(), "The proxy offers other ways to authenticate than Basic, " +
			"the one that this provider has. Let the proxy accept Basic or this machine, or use one that does, in transport.proxy_url."
	case errors.As(err, &refusal):
		return "the proxy " + proxy + " does not connect to it: " + refusal.Error(), proxyAdvice(refusal.status)
	case errors.As(err, &op) && op.Op == "proxyconnect":
		problem, _ = c.explain(op.Err)
		return "the proxy " + proxy + " cannot be used: " + problem, proxyAdvice(0)
	case errors.As(err, &op) && isSOCKS(op):
		return "the proxy " + proxy + " does not connect to it: " + c.quote(op.Err.Error()), proxyAdvice(socksRefusal(op))
	}
	problem, advice = c.explain(err)
	if proxy != "" {
		advice += " The request went through the proxy " + proxy + "."
	}
	return problem, advice
}

// explain says what failed in the network and what to do. It quotes only errors
// that describe the connection, since those of net/http can quote what the
// server sent, and takes secrets out of them: a certificate is the server's text too.
func (c *call) explain(err error) (problem, advice string) {
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
		return "it refused the request, or closed the connection, before it answered", "Try again; if it persists, ask the vendor."
	case errors.As(err, &unknownRoot):
		return "its certificate is signed by an authority that this machine does not know",
			"If that authority is yours, set transport.ca_certificates_pem to its certificate."
	case errors.As(err, &verify):
		return "its certificate cannot be trusted: " + c.quote(verify.Err.Error()),
			"Check the host name in token_url, the server's certificate, and the clock of this machine."
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return "it does not speak TLS", "Check the scheme and the port in token_url."
	case errors.Is(err, errTooLarge):
		return "its answer is larger than 1 MiB and was refused", "Check token_url: it may be the address of something else."
	case errors.Is(err, errPacked):
		return "its answer is compressed and cannot be unpacked", "Check token_url and the proxy; if it persists, ask the vendor."
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), isUnfinished(err):
		return "it closed the connection before the answer was complete", "Try again; if it persists, ask the vendor."
	}
	if broken := brokenRule(err); broken.problem != "" {
		return "its answer breaks the rules of HTTP: " + broken.problem, broken.advice
	}
	return c.explainConnection(err)
}

func (c *call) explainConnection(err error) (problem, advice string) {
	var (
		timeout net.Error
		dns     *net.DNSError
		op      *net.OpError
	)
	switch isOp := errors.As(err, &op); {
	case errors.As(err, &dns):
		return "its name cannot be looked up: " + c.quote(dns.Err), "Check token_url, and the DNS and proxy of this machine."
	case errors.As(err, &timeout) && timeout.Timeout():
		return "it did not answer in time", "Check the network between here and there, or raise transport.timeout."
	case isOp:
		return "the connection failed (" + op.Op + "): " + c.quote(op.Err.Error()), "Check token_url, firewalls and the proxy."
	default:
		return "the request could not be carried out, or what came back is not HTTP", "Check token_url and the proxy."
	}
}
