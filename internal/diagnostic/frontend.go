package diagnostic

import (
	"net/http"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// frontEnd says what is known of a server in front of the endpoint that has answered;
// "" if nothing is. Of a page in HTML nothing is shown.
func (r *report) frontEnd() (problem, advice string) {
	switch r.a.FrontEnd() {
	case token.FrontEndNoCertificate:
		return "a server in front of the endpoint requires a client certificate, and none was sent",
			"Set client_certificate_pem and client_key_pem to the certificate that the vendor knows, and to its key."
	case token.FrontEndBadCertificate:
		return "a server in front of the endpoint does not accept the client certificate",
			"Check that client_certificate_pem is the certificate that the vendor knows, that it has not expired, and that the " +
				"certificates between it and its authority follow it."
	case token.FrontEndLargeHeaders:
		return "the headers of the request are larger than the server accepts",
			"Shorten request_headers. A long secret can go into the body instead: client_auth = \"client_secret_post\"."
	case token.FrontEndTLS:
		return "the port expects TLS, and the request was sent without it", "Write https:// instead of http:// in token_url."
	case token.FrontEndLateCertificate:
		return "the server asks for a client certificate after the request, which this provider cannot answer with TLS 1.3",
			"Ask the vendor to request client certificates when a connection begins (with Apache httpd, SSLVerifyClient outside of " +
				"Location and Directory), or to offer TLS 1.2 at most. Set client_certificate_pem and client_key_pem."
	case token.FrontEndSquid:
		problem = "the response comes from a proxy (squid), not from the endpoint"
		if met := squidProblem(transport.SquidMet(r.a.Header.SquidError())); met != "" {
			problem += ": " + met
		}
		return problem, r.proxyAdvice()
	default:
		return "", ""
	}
}

// aboutPage returns the advice for a refusal, with what an HTML page says of it.
func (r *report) aboutPage(advice string) string {
	switch {
	case r.e.Purpose != token.ForToken, !r.a.Content.IsPage(), r.a.Status == http.StatusNotFound, r.a.Status == http.StatusMethodNotAllowed, r.a.Status == http.StatusGone,
		r.a.Status == http.StatusProxyAuthRequired:
		return advice
	case advice == "", advice == unusual, advice == generalAdvice(http.StatusForbidden): // which speaks of what is in front, too
		return pageAdvice + " Some firewalls want another User-Agent (request_headers)."
	default:
		return advice + " " + pageAdvice
	}
}
