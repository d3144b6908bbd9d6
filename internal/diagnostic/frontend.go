package diagnostic

import (
	"net/http"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// frontEnds word what is known of a server in front of the endpoint, of whose page nothing is shown.
var frontEnds = map[token.FrontEnd]message{
	token.FrontEndNoCertificate: says("a server in front of the endpoint requires a client certificate, and none was sent",
		"Set client_certificate_pem and client_key_pem to the certificate that the vendor knows, and to its key."),
	token.FrontEndBadCertificate: says("a server in front of the endpoint does not accept the client certificate",
		"Check that client_certificate_pem is the certificate that the vendor knows, that it has not expired, and that the "+
			"certificates between it and its authority follow it."),
	token.FrontEndLargeHeaders: says("the headers of the request are larger than the server accepts",
		`Shorten request_headers. A long secret can go into the body instead: client_auth = "client_secret_post".`),
	token.FrontEndTLS: says("the port expects TLS, and the request was sent without it", "Write https:// instead of http:// in token_url."),
	token.FrontEndLateCertificate: says("the server asks for a client certificate after the request, which this provider cannot answer with TLS 1.3",
		"Ask the vendor to request client certificates when a connection begins (with Apache httpd, SSLVerifyClient outside of "+
			"Location and Directory), or to offer TLS 1.2 at most. Set client_certificate_pem and client_key_pem."),
}

// byFrontEnd returns another message if something in front of the endpoint has made the response.
func (r *report) byFrontEnd(m message) message {
	is := r.a.FrontEnd()
	switch is {
	case token.FrontEndNone:
		return m
	case token.FrontEndSquid:
		m.problem = withSquid("the response comes from a proxy (squid), not from the endpoint", transport.SquidMet(r.a.Header.SquidError()))
		m.advice = r.proxyAdvice()
	default:
		m.problem, m.advice = frontEnds[is].problem, frontEnds[is].advice
	}
	m.held, m.clock = nil, ""
	return m
}

// aboutPage returns the advice for a refusal, with what an HTML page says of it.
func (r *report) aboutPage(advice string) string {
	switch {
	case r.e.Purpose != token.ForToken, !r.a.Content.IsPage(), r.isMissing(), r.a.Status == http.StatusProxyAuthRequired:
		return advice
	case advice == "", advice == unusual, advice == generalAdvice(http.StatusForbidden): // which speaks of what is in front, too
		return pageAdvice + " Some firewalls want another User-Agent (request_headers)."
	}
	return advice + " " + pageAdvice
}
