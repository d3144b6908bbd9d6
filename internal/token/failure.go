package token

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"time"
)

// unreachable returns the error of a request that got no whole answer.
func (x *Exchange) unreachable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return x.cancelled()
	}
	if errors.Is(err, errTooLarge) {
		return x.fail(Error{
			Kind: KindAnswer, Problem: "its answer is larger than 1 MiB and was refused",
			Advice: "Check that token_url is the token endpoint itself.",
		})
	}
	problem, advice := explain(err)
	return x.fail(Error{Kind: KindUnreachable, Problem: problem, Advice: advice})
}

func (x *Exchange) cancelled() error {
	return x.fail(Error{Kind: KindCancelled, Problem: "the run was interrupted before the endpoint answered"})
}

// explain puts a network failure into words and says what to do. Only the texts
// of errors that describe the connection are passed on: those of net/http can
// quote what the server sent.
func explain(err error) (problem, advice string) {
	var (
		timeout     net.Error
		verify      *tls.CertificateVerificationError
		dns         *net.DNSError
		op          *net.OpError
		record      tls.RecordHeaderError
		alert       tls.AlertError
		unknownRoot x509.UnknownAuthorityError
	)
	switch {
	case errors.As(err, &unknownRoot):
		return "its certificate is signed by an authority that this machine does not know",
			"If that authority is yours, set transport.ca_certificates_pem to its certificate."
	case errors.As(err, &verify):
		return "its certificate cannot be trusted: " + verify.Err.Error(),
			"Check the host name in token_url, the server's certificate, and the clock of this machine."
	case errors.As(err, &record):
		return "it does not speak TLS", "Check the scheme and the port in token_url."
	case errors.As(err, &alert):
		return "the TLS handshake failed: " + alert.Error(), ""
	case errors.As(err, &dns):
		return "its name cannot be looked up: " + dns.Err, "Check token_url, and the DNS and proxy of this machine."
	case errors.As(err, &timeout) && timeout.Timeout():
		return "it did not answer in time", "Check the network between here and there, or raise transport.timeout."
	case errors.As(err, &op):
		return fmt.Sprintf("the connection failed (%s): %s", op.Op, op.Err), "Check token_url, firewalls and the proxy."
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "it closed the connection before the answer was complete", "Try again; if it stays, ask the vendor."
	default:
		return "the request could not be carried out, or what came back is not HTTP", "Check token_url and the proxy."
	}
}

func (x *Exchange) waitUntil(a *answer, retryAt time.Time, longest time.Duration) error {
	at := retryAt.UTC().Truncate(time.Second)
	return x.fail(Error{
		Kind: KindWait, Status: a.status, RetryAt: at, VendorMessage: x.vendorMessage(a),
		Problem: fmt.Sprintf("it wants to be left alone until %s, longer than transport.retry_max_wait (%s) allows",
			at.Format(time.RFC3339), longest),
		Advice: "Run again after that time, or raise transport.retry_max_wait.",
	})
}

func (x *Exchange) redirected(a *answer) error {
	problem, advice := "it redirects without saying where to", "Ask the vendor for the token endpoint's address."
	base, _ := url.Parse(x.Request.URL)
	if target, err := base.Parse(a.header.Get("Location")); err == nil && target.Host != "" && a.header.Get("Location") != "" {
		origin := target.Scheme + "://" + target.Host
		problem = "it redirects to " + origin + ", where the credentials were not sent"
		advice = "If you trust that host with them, set token_url to the endpoint there."
	}
	return x.fail(Error{Kind: KindRedirect, Status: a.status, Problem: problem, Advice: advice})
}

// shortLived returns the error of a token that lives less long than wanted.
func (x *Exchange) shortLived(t *Token, minRemaining time.Duration) error {
	lifetime, _ := t.Lifetime()
	return x.fail(Error{
		Kind: KindLifetime,
		Problem: fmt.Sprintf("a fresh token lives %s, until %s, and min_remaining asks for %s, until %s",
			lifetime, t.ExpiresAt.Format(time.RFC3339), minRemaining, t.IssuedAt.Add(minRemaining).Format(time.RFC3339)),
		Advice: "Lower min_remaining, or ask the vendor for tokens that live longer.",
	})
}
