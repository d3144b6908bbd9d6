package diagnostic

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/proxy"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// refusedByProxy word why a proxy refuses a request itself. {address} stands for where it
// listens, {host} and {folder} for host and path of upstream, {path} for the path of the
// request, and {set} for the credential set.
var refusedByProxy = map[proxy.Reason]proxy.Answer{
	proxy.ReasonHost: {
		Status: http.StatusMisdirectedRequest, Title: "Request for another host",
		Text: "Only requests whose header Host is {address}, or localhost with that port, are for this proxy. Use the url of the ephemeral resource as the URL of the API, as it is, and not as that of an HTTP proxy.",
	},
	proxy.ReasonKey: {
		Status: http.StatusProxyAuthRequired, Title: "No key of this proxy",
		Text: "No header of the request has the key of this proxy, which is for {host} with tokens of {set}. Give the other provider access_token or headers of this very ephemeral " +
			"resource: each proxy has a key of its own, and a new one in each plan and apply. Remove tokens, passwords and client secrets from its block, and from the environment variables that it reads.",
	},
	proxy.ReasonMethod: {
		Status: http.StatusMethodNotAllowed, Title: "Method not allowed",
		Text: "CONNECT and TRACE are not sent on: the response to TRACE would repeat the token.",
	},
	proxy.ReasonPath: {
		Status: http.StatusNotFound, Title: "Path outside of upstream",
		Text: "The path of the request, {path}, is not below {folder}, the path of upstream, so it was not sent to the API. Set upstream to the part that the URLs of all requests have in common.",
	},
	proxy.ReasonBody: {
		Status: http.StatusBadRequest, Title: "Request is not complete",
		Text: "The body of the request ended too early, or breaks the rules of HTTP.",
	},
	proxy.ReasonClosing: {
		Status: http.StatusServiceUnavailable, Title: "Proxy is closed",
		Text: "The run is about to end, or was interrupted.",
	},
}

// byProxy begins each response of a proxy's own.
const byProxy = "This response is from apitoken_proxy, and not from the API. "

// RefusedByProxy returns the response of a proxy to upstream, with tokens of a set, that refuses
// a request itself. path is that of the request, as it may be shown.
func RefusedByProxy(e *proxy.RefusedError, upstream *url.URL, set Set, path said.Shown) proxy.Answer {
	a := refusedByProxy[e.Reason]
	a.Text = byProxy + strings.NewReplacer(
		"{address}", e.Address, "{host}", upstream.Host, "{folder}", upstream.EscapedPath(), "{path}", string(path),
		"{set}", set.Service.Name+"."+set.Name,
	).Replace(a.Text)
	return a
}

// NotForwarded returns the response of a proxy that cannot send a request on, as an error with
// a summary says.
func NotForwarded(summary, detail string) proxy.Answer {
	return proxy.Answer{Status: http.StatusBadGateway, Title: summary, Text: strings.TrimSpace(byProxy) + "\n\n" + detail}
}
