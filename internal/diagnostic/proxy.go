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

// settingOf returns what names a proxy: the attribute, or the variable of the
// environment, which is not used beside that.
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

// proxyAdvice is what to do about a proxy that answers with a status, or, where
// that is 0, that cannot be used at all.
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
	default:
		return "Check " + setting + "."
	}
}

// squidProblem says what squid, a proxy, has met; "" if that is not known.
func squidProblem(met transport.Squid) string {
	switch met {
	case transport.SquidLookup:
		return "the proxy cannot look up the name of the endpoint's host"
	case transport.SquidConnect:
		return "the proxy cannot connect to the endpoint"
	case transport.SquidForward:
		return "the proxy has no way to the endpoint"
	case transport.SquidTLS:
		return "the proxy has no TLS connection to the endpoint"
	case transport.SquidTimeout:
		return "the endpoint did not answer the proxy in time"
	case transport.SquidClosed:
		return "the endpoint closed the connection to the proxy"
	default:
		return ""
	}
}

// variableProblem says what is wrong with a proxy variable.
func variableProblem(e *transport.VariableError) (problem, advice string) {
	const begin = "the proxy in the environment cannot be used: the variable "
	advice = "Correct " + e.Name + ", or set transport.proxy_url. The request was not sent past the proxy."
	switch {
	case e.Cause == nil:
		return begin + e.Name + ": in a CGI script (REQUEST_METHOD is set), the sender of the request can set it with a header; " +
			"use the lower-case name instead", advice
	case e.IsQuoted:
		return begin + e.Name + ": its value begins and ends with quotes, which are not part of a URL. Set it again without them", advice
	default:
		return begin + e.Name + ": " + service.ProxyURLProblem(e.Cause, false), advice
	}
}

// withHost adds the host of a proxy to a problem.
func withHost(proxy transport.Proxy, problem string) string {
	return strings.TrimSpace("the proxy "+proxy.Host()) + " " + problem
}
