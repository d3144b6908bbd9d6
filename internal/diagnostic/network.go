package diagnostic

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

const (
	tryAgain = "Try again; if it persists, ask the vendor."
	// askOwner begins what only whoever runs a server can do.
	askOwner = "Ask the owner of the server, or of the proxy in front of it, to "
)

// unreachable words the error of a request without a whole response.
func (r *report) unreachable() message {
	switch r.e.Problem {
	case token.ProblemOverdue:
		return r.staysValid(message{problem: "it did not answer in time"})
	case token.ProblemWaitedBefore:
		return r.staysValid(message{problem: "earlier revocations waited 8s for this host in vain, so no further request was sent"})
	default:
	}
	m := message{}
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
		problem = withHost(proxy, "does not connect to it: "+strings.TrimSpace(fmt.Sprintf("HTTP %d %s", f.Status, http.StatusText(f.Status))))
		if met := squidProblem(f.Met); met != "" {
			problem += ": " + met
		}
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
		return r.explainBeyond(f)
	}
}

// explainBeyond is explainBy for a failure that is not the proxy's.
func (r *report) explainBeyond(f transport.Failure) (problem, advice string) {
	proxy := r.e.Proxy
	problem, advice = r.explain(f)
	switch {
	case proxy.Host() == "":
		return problem, advice
	case f.NotReached, f.Rule == transport.RuleTLS:
		return withHost(proxy, "cannot be used: "+problem), proxyRuleAdvice(f.Rule, settingOf(proxy))
	default:
		return problem, advice + " The request went through the proxy " + proxy.Host() + "."
	}
}

// proxyRuleAdvice is what to do about a proxy whose response breaks a rule. Where a
// proxy is set, only the proxy can answer a request that came without TLS by TLS.
func proxyRuleAdvice(broken transport.Rule, setting string) string {
	if broken == transport.RuleTLS {
		return "The proxy expects TLS. Write https:// instead of http:// in " + setting + "."
	}
	return "Check the scheme, the host and the port in " + setting + "."
}

// explainReaching is explain for a proxy that cannot be reached.
func (r *report) explainReaching(f transport.Failure) (problem, advice string) {
	problem, advice = r.explain(f)
	switch f.Reason {
	case transport.ReasonNoAuthorities, transport.ReasonUnknownAuthority, transport.ReasonInsecureSignature, transport.ReasonUnknownSignature,
		transport.ReasonNoAuthority, transport.ReasonWrongKey, transport.ReasonBadAuthority, transport.ReasonUnreadableCertificate, transport.ReasonOldTLS,
		transport.ReasonCipher, transport.ReasonRenegotiation:
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
	case transport.ReasonOldTLS, transport.ReasonCipher, transport.ReasonRenegotiation, transport.ReasonTLS, transport.ReasonNotTLS:
		problem, advice = r.explainTLS(f)
	case transport.ReasonNoAuthorities, transport.ReasonUnreadableCertificate, transport.ReasonUntrusted, transport.ReasonUnknownAuthority,
		transport.ReasonInsecureSignature, transport.ReasonUnknownSignature, transport.ReasonNoAuthority, transport.ReasonWrongKey, transport.ReasonBadAuthority:
		problem, advice = r.explainCertificate(f)
	case transport.ReasonRule:
		problem, advice = explainRule(f.Rule)
	case transport.ReasonReset:
		problem, advice = explainReset(f.Code)
	default:
		problem, advice = r.explainConnection(f)
	}
	if f.CertificateAsked {
		advice = "It had asked for a client certificate. If it wants one, check client_certificate_pem and client_key_pem of the set, and that it knows " +
			"the certificate's authority. Otherwise try again; if it persists, check firewalls and the proxy, and ask the vendor."
	}
	return problem, advice
}

func (r *report) explainConnection(f transport.Failure) (problem, advice string) {
	switch f.Reason {
	case transport.ReasonSentOnce:
		return "it refused the request, or closed the connection, before it answered", tryAgain
	case transport.ReasonNoStream:
		return "none of several connections to it accepted the request, which was not sent", tryAgain
	case transport.ReasonTooLarge:
		return "its response is larger than 1 MiB and was refused", "Check token_url: it may be the address of something else."
	case transport.ReasonCompressed:
		return "its response is compressed and cannot be unpacked", "Check token_url and the proxy; if it persists, ask the vendor."
	case transport.ReasonClosed:
		return "it closed the connection before the response was complete", tryAgain
	case transport.ReasonLookup:
		return "its name cannot be looked up: " + r.quote(f.Text), "Check token_url, and the DNS and proxy of this machine."
	case transport.ReasonTimeout:
		return "it did not answer in time", "Check the network between this machine and the endpoint, or raise transport.timeout."
	case transport.ReasonConnection:
		return "the connection failed (" + r.quoteName(f.Operation) + "): " + r.quote(f.Text), "Check token_url, firewalls and the proxy."
	case transport.ReasonHTTP2:
		return "its response is not valid HTTP/2", "Check token_url and the proxy; if it persists, ask the vendor."
	default:
		if r.e.Status != 0 {
			return "its body could not be read", tryAgain
		}
		return "the request failed, or its response is not HTTP", "Check token_url and the proxy."
	}
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
	default:
		return problem, tryAgain
	}
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

// rules say what is wrong with a response that breaks a rule which only the owner of
// a server can have kept.
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

// howLong says how long the endpoint asks not to be called; "" if it does not say.
func howLong(e *token.Error) string {
	switch {
	case !e.RetryAt.IsZero():
		return "until " + e.RetryAt.Format(time.RFC3339)
	case e.Wait > 0:
		return "for longer than a year"
	default:
		return ""
	}
}
