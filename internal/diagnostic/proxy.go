package diagnostic

import (
	"net/http"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/service"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// proxySetting is the attribute that names the proxy.
const proxySetting = "transport.proxy_url"

// otherAuth is what to do about a proxy that wants another authentication than Basic.
const otherAuth = "The proxy does not offer Basic, the only way to authenticate to a proxy that this provider supports. Let the proxy accept " +
	"Basic, or this machine without authentication, or set another proxy in transport.proxy_url."

// settingOf returns what names a proxy: the attribute, or else the variable of the environment.
func settingOf(proxy transport.Proxy) string {
	if proxy.Variable == "" {
		return proxySetting
	}
	return proxy.Variable + " in the environment"
}

// proxyAdvice is what to do about a response of a proxy's own.
func (r *report) proxyAdvice() string {
	if r.a.Status == http.StatusProxyAuthRequired && r.a.Header.OffersOtherAuth() {
		return otherAuth
	}
	return proxyAdvice(r.a.Status, r.a.Proxy)
}

// proxyAdvice is what to do about a proxy that answers with a status, or 0: that cannot be used at all.
func proxyAdvice(status int, proxy transport.Proxy) string {
	setting := settingOf(proxy)
	switch {
	case status == http.StatusProxyAuthRequired && proxy.HasUser():
		return "The proxy does not accept the user name or password. Correct them (NAME:PASSWORD@ before its host, percent-encoded) in " + setting + "."
	case status == http.StatusProxyAuthRequired:
		return "Give the proxy a user name and a password (NAME:PASSWORD@ before its host) in " + setting + "."
	case status == http.StatusForbidden && setting == proxySetting:
		return "Allow the endpoint's host on the proxy, or set another proxy in " + setting + "."
	case status == http.StatusForbidden:
		return "Allow the endpoint's host on the proxy, or set another proxy in " + setting + ", or none for that host in NO_PROXY."
	case status >= http.StatusInternalServerError:
		return "The proxy works, but does not reach the endpoint. Check the host and the port in token_url. If they are right, ask whoever runs the " +
			"proxy, or set another one in " + setting + "."
	}
	return "Check " + setting + "."
}

// withSquid adds to a problem what squid, a proxy, has met, if that is known.
func withSquid(problem string, met transport.Squid) string {
	if known := squids[met]; known != "" {
		return problem + ": " + known
	}
	return problem
}

var squids = map[transport.Squid]string{
	transport.SquidLookup:  "the proxy cannot look up the name of the endpoint's host",
	transport.SquidConnect: "the proxy cannot connect to the endpoint",
	transport.SquidForward: "the proxy has no way to the endpoint",
	transport.SquidTLS:     "the proxy has no TLS connection to the endpoint",
	transport.SquidTimeout: "the endpoint did not answer the proxy in time",
	transport.SquidClosed:  "the endpoint closed the connection to the proxy",
}

// variableProblem says what is wrong with a proxy variable.
func variableProblem(e *transport.VariableError) (problem, advice string) {
	problem = "the proxy in the environment cannot be used: the variable " + e.Name + ": "
	switch {
	case e.Cause == nil:
		problem += "in a CGI script (REQUEST_METHOD is set), the sender of the request can set it with a header; use the lower-case name instead"
	case e.IsQuoted:
		problem += "its value begins and ends with quotes, which are not part of a URL. Set it again without them"
	default:
		problem += service.ProxyURLProblem(e.Cause, false)
	}
	return problem, "Correct " + e.Name + ", or set transport.proxy_url. The request was not sent past the proxy."
}

// withHost adds the host of a proxy to a problem.
func withHost(proxy transport.Proxy, problem string) string {
	return strings.TrimSpace("the proxy "+proxy.Host()) + " " + problem
}
