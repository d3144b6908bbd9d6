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

// unreachable returns the error of a request that got no whole answer, or, where
// the time for it was over before the next attempt, an answer of that status.
func (x *Exchange) unreachable(ctx context.Context, err error, status int) error {
	var e *Error
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(ctx.Err(), context.DeadlineExceeded) && status != 0:
		return x.fail(Error{Kind: KindRefused, Status: status, Problem: "the time was over before it could be asked again"})
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return x.fail(Error{Kind: KindUnreachable, Problem: "it did not answer in time"})
	case ctx.Err() != nil:
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

// isTLSAlert reports whether the server ended the TLS connection by an alert.
func isTLSAlert(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "remote error"
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
		unknownRoot x509.UnknownAuthorityError
	)
	_ = errors.As(err, &op)
	switch {
	case errors.As(err, &unknownRoot):
		return "its certificate is signed by an authority that this machine does not know",
			"If that authority is yours, set transport.ca_certificates_pem to its certificate."
	case errors.As(err, &verify):
		return "its certificate cannot be trusted: " + redact(verify.Err.Error(), nil),
			"Check the host name in token_url, the server's certificate, and the clock of this machine."
	case errors.As(err, &record):
		return "it does not speak TLS", "Check the scheme and the port in token_url."
	case isTLSAlert(err):
		return "it refused the TLS connection: " + op.Err.Error(),
			"Where the endpoint wants a client certificate, check client_certificate_pem, and that it knows the certificate's authority."
	case errors.As(err, &dns):
		return "its name cannot be looked up: " + dns.Err, "Check token_url, and the DNS and proxy of this machine."
	case errors.As(err, &timeout) && timeout.Timeout():
		return "it did not answer in time", "Check the network between here and there, or raise transport.timeout."
	case op != nil:
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
	e := Error{
		Kind: KindRedirect, Status: a.status, Problem: "it redirects without saying where to",
		Advice: "Ask the vendor for the token endpoint's address.",
	}
	if origin := x.redirectOrigin(a.header.Get("Location")); origin != "" {
		e.Problem = "it redirects to " + origin + ", where the credentials were not sent"
		e.Advice = "If you trust that host with them, set token_url to the endpoint there."
	}
	return x.fail(e)
}

// redirectOrigin returns scheme and host of a redirect's target; "" where there is none.
func (x *Exchange) redirectOrigin(location string) string {
	base, err := url.Parse(x.Request.URL)
	if err != nil || location == "" {
		return ""
	}
	target, err := base.Parse(location)
	if err != nil || target.Host == "" {
		return ""
	}
	return redact(target.Scheme+"://"+target.Host, x.secrets())
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
