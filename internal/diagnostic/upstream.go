package diagnostic

import (
	"net/http"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/proxy"
)

// refusedByProxy word why a proxy refuses a request itself. {address} stands for where it
// listens, and {path} for the path of upstream.
var refusedByProxy = map[proxy.Reason]proxy.Answer{
	proxy.ReasonHost: {
		Status: http.StatusMisdirectedRequest, Title: "Request for another host",
		Text: "Only requests whose header Host is {address}, or localhost with that port, are for this proxy. Use the url of the ephemeral resource as the URL of the API, as it is, and not as that of an HTTP proxy.",
	},
	proxy.ReasonKey: {
		Status: http.StatusProxyAuthRequired, Title: "No key of this proxy",
		Text: "No header of the request has the key of this proxy, which is another one in each plan and apply. Give the provider headers or access_token of the ephemeral resource, " +
			"and no token of its own.",
	},
	proxy.ReasonMethod: {
		Status: http.StatusMethodNotAllowed, Title: "Method not allowed",
		Text: "CONNECT and TRACE are not sent on: the response to TRACE would repeat the token.",
	},
	proxy.ReasonPath: {
		Status: http.StatusNotFound, Title: "Path outside of upstream",
		Text: "The path of the request is not below {path}, the path of upstream, so it was not sent to the API. Set upstream to the part that the URLs of all requests have in common.",
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

// RefusedByProxy returns the response of a proxy at an address that refuses a request itself.
func RefusedByProxy(reason proxy.Reason, address, path string) proxy.Answer {
	a := refusedByProxy[reason]
	a.Text = byProxy + strings.NewReplacer("{address}", address, "{path}", path).Replace(a.Text)
	return a
}

// NotForwarded returns the response of a proxy that cannot send a request on, as an error with
// a summary says.
func NotForwarded(summary, detail string) proxy.Answer {
	return proxy.Answer{Status: http.StatusBadGateway, Title: summary, Text: strings.TrimSpace(byProxy) + "\n\n" + detail}
}
