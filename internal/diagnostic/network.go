package diagnostic

import (
	"strings"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// unreachable words the error of a request without a whole response.
func (r *report) unreachable() message {
	m := message{problem: r.problem()}
	if m.problem != "" {
		return r.staysValid(m)
	}
	m.problem, m.advice = r.explainBy(transport.Classify(r.e.Cause))
	if r.e.Wait > 0 {
		m.problem += ", and asks to wait " + howLong(r.e)
		if longest := r.e.Tries.Longest; r.e.Wait > longest && !r.e.RetryAt.IsZero() {
			m.advice = "Run again after that time, or raise transport.retry_max_wait, which is " + longest.String() + ". " + m.advice
		}
	}
	return r.staysValid(m)
}

// explainBy is explain for a request that may have gone through a proxy.
func (r *report) explainBy(f transport.Failure) (problem, advice string) {
	proxy := r.e.Proxy
	switch f.Reason {
	case transport.ReasonProxyVariable:
		return variableProblem(f.Variable)
	case transport.ReasonProxyRefusal:
		problem = withSquid(withHost(proxy, "does not connect to it: "+inWords(f.Status)), f.Met)
		if f.OffersOtherAuth {
			return problem, otherAuth
		}
		return problem, proxyAdvice(f.Status, proxy)
	case transport.ReasonProxy:
		problem, advice = r.explainReaching(*f.Inner)
		return withHost(proxy, "cannot be used: "+problem), advice
	case transport.ReasonSOCKS:
		return withHost(proxy, "does not connect to it: "+r.quote(f.Text)), proxyAdvice(f.Status, proxy)
	default:
	}
	problem, advice = r.explain(f)
	switch {
	case proxy.Host() == "":
		return problem, advice
	case f.Rule == transport.RuleTLS: // only the proxy can answer a request that came without TLS by TLS
		return withHost(proxy, "cannot be used: "+problem), "The proxy expects TLS. Write https:// instead of http:// in " + settingOf(proxy) + "."
	case f.NotReached:
		return withHost(proxy, "cannot be used: "+problem), "Check the scheme, the host and the port in " + settingOf(proxy) + "."
	}
	return problem, advice + " The request went through the proxy " + proxy.Host() + "."
}

// explainReaching is explain for a proxy that cannot be reached.
func (r *report) explainReaching(f transport.Failure) (problem, advice string) {
	problem, advice = r.explain(f)
	switch f.Reason {
	case transport.ReasonNoAuthorities, transport.ReasonUnknownAuthority, transport.ReasonSelfSigned, transport.ReasonInsecureSignature,
		transport.ReasonUnknownSignature, transport.ReasonNoAuthority, transport.ReasonWrongKey, transport.ReasonBadAuthority,
		transport.ReasonUnreadableCertificate, transport.ReasonOldTLS, transport.ReasonCipher, transport.ReasonRenegotiation:
		return problem, advice
	case transport.ReasonUntrusted:
		return problem, "Check the host name in " + settingOf(r.e.Proxy) + ", the proxy's certificate, and the clock of this machine."
	default:
		return problem, "Check " + settingOf(r.e.Proxy) + "."
	}
}

// explain says what failed in the network and what to do.
func (r *report) explain(f transport.Failure) (problem, advice string) {
	switch f.Reason {
	case transport.ReasonAlert:
		return r.explainAlert(f)
	case transport.ReasonRule:
		problem, advice = explainRule(f.Rule)
	case transport.ReasonReset:
		problem, advice = explainReset(f.Code)
	default:
		problem, advice = r.explainReason(f)
	}
	if f.CertificateAsked {
		advice = "It had asked for a client certificate. If it wants one, check client_certificate_pem and client_key_pem of the set, and that it knows " +
			"the certificate's authority. Otherwise try again; if it persists, check firewalls and the proxy, and ask the vendor."
	}
	return problem, advice
}

// explainReason is explain for a reason of the table, and for any other.
func (r *report) explainReason(f transport.Failure) (problem, advice string) {
	known, ok := reasons[f.Reason]
	switch {
	case !ok && r.e.Status != 0:
		return "its body could not be read", tryAgain
	case !ok:
		return "the request failed, or its response is not HTTP", "Check token_url and the proxy."
	}
	issuer := r.quoteName(f.Issuer)
	if issuer != "" {
		issuer = ": " + issuer
	}
	fill := strings.NewReplacer("{text}", r.quote(f.Text), "{name}", r.quoteName(f.Text), "{issuer}", issuer)
	problem, advice = fill.Replace(known.problem), known.advice
	switch {
	case f.Reason == transport.ReasonRenegotiation && r.x.Request.Certificate != nil:
		return problem + " more than once",
			"This provider allows one. Ask the vendor to let the server ask for client certificates when a connection begins, or to offer TLS 1.3."
	case f.Reason == transport.ReasonUnknownAuthority && !f.IsSelfSigned:
		advice += " If it is public, the server may not send its intermediate certificates: ask its owner to add them. Until then, set " +
			"transport.ca_certificates_pem to them."
	}
	return problem, advice
}

// explainAlert is explain for an alert of the server.
func (r *report) explainAlert(f transport.Failure) (problem, advice string) {
	const check = "If the endpoint wants a client certificate, check client_certificate_pem, and that it knows the certificate's authority"
	problem = "it refused the TLS connection: " + r.quote(f.Text)
	switch {
	case f.Alert == transport.AlertCertificate:
		return problem, check + "."
	case f.CertificateAsked && f.Alert != transport.AlertRecord:
		return problem, check + " and allows chains as long as this one. If it persists, ask the vendor."
	case f.Alert == transport.AlertCipher:
		return problem + ": most likely, there is no cipher that both sides accept", ciphers
	case f.Alert == transport.AlertName:
		return problem, "It does not know the host name in token_url. Check that name."
	}
	return problem, "Check token_url and the proxy. If it persists, ask the vendor."
}

// explainReset is explain for the code with which a server has ended a request over HTTP/2.
func explainReset(code string) (problem, advice string) {
	if code == "" {
		code = "an unknown code"
	}
	problem = "it ended the request before the response was complete (HTTP/2: " + code + ")"
	switch code {
	case transport.CodeHTTP1Required:
		return problem, "It accepts this request over HTTP/1.1 only. Most likely it asks for a client certificate after the request: " +
			"set client_certificate_pem and client_key_pem, with which this provider uses HTTP/1.1. Otherwise ask the vendor."
	case transport.CodeCalm:
		return problem, "The request is too large for it, or requests are too frequent. Shorten request_headers if they are long. Otherwise try again later."
	}
	return problem, tryAgain
}

// explainRule is explain for a response that breaks a rule of HTTP.
func explainRule(broken transport.Rule) (problem, advice string) {
	const breaks = "its response breaks the rules of HTTP: "
	switch broken {
	case transport.RuleStatus:
		return breaks + "it does not begin with an HTTP status, so it may not be HTTP", "Check the scheme, the host and the port in token_url, and the proxy."
	case transport.RuleTLS:
		return breaks + "it is TLS, and the request was sent without it", "Write https:// instead of http:// in token_url."
	default:
		return breaks + rules[broken], "Ask the owner of the server, or of the proxy or gateway in front of it, to correct its responses."
	}
}

// rules say what is wrong with a response, where only the server's owner can correct it.
var rules = map[transport.Rule]string{
	transport.RuleHeader:           "a line of its header cannot be read: it is not a name, a colon and a value",
	transport.RuleLength:           "it has two lengths (Content-Length), or one that is not a number",
	transport.RuleTransferEncoding: "its Transfer-Encoding is not one of HTTP/1.1",
	transport.RuleChunks:           "the parts of its body (chunks) cannot be read",
	transport.RuleBody:             "its body is longer than its length (Content-Length)",
	transport.RuleFrames:           "the parts of its response (frames of HTTP/2) do not fit together",
	transport.RuleFramesOrHeaders:  "the parts of its response (frames of HTTP/2) do not fit together, or its headers are larger than this provider accepts",
	transport.RuleCompression:      "its headers (of HTTP/2) cannot be unpacked, or are larger than this provider accepts",
	transport.RuleHeaderSize:       "its headers are larger than this provider accepts, or without end",
}

// howLong says how long the endpoint asks not to be called.
func howLong(e *token.Error) string {
	switch {
	case !e.RetryAt.IsZero():
		return "until " + e.RetryAt.Format(time.RFC3339)
	case e.Wait > 0:
		return "for longer than a year"
	}
	return ""
}
