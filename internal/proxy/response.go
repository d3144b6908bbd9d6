package proxy

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

var (
	// urlHeaders are the headers of a response whose value is a URL that clients request next.
	urlHeaders = []string{"Location", "Content-Location", "Operation-Location", "Azure-Asyncoperation", "Odata-Entityid"}
	// hostHeaders are about the connection to the API's own host, and not to this one.
	hostHeaders = []string{"Alt-Svc", "Strict-Transport-Security"}
	// linkTarget matches the URL of a link (RFC 8288, section 3).
	linkTarget = regexp.MustCompile(`<[^<>]*>`)
	// refreshTarget matches what is before the URL of a Refresh, and the URL (HTML, section 4.2.5.3).
	refreshTarget = regexp.MustCompile(`(?i)^([^;,]*[;,]\s*url\s*=\s*['"]?)([^'"\s]+)`)
)

// errStatus says that the status of a response is not one that it can have.
var errStatus = errors.New("malformed HTTP status of a response")

// localize makes a response one of the proxy: URLs of the API lead to the proxy, where they get
// a token, and cookies are for it.
func (p *Proxy) localize(resp *http.Response) error {
	if hasWrongStatus(resp) {
		return &UpstreamError{errStatus} // httputil.ReverseProxy then closes the connection to the API
	}
	p.settings.Log(resp.Request.Context(), resp.Request.Method, Answer{Status: resp.StatusCode})
	header := resp.Header
	for _, name := range hostHeaders {
		header.Del(name)
	}
	if len(resp.Trailer) > 0 {
		header.Del("Content-Length") // HTTP/2 has it beside trailers, and HTTP/1.1 does not
	}
	for _, name := range urlHeaders {
		for i, value := range header[name] {
			header[name][i] = p.local(value)
		}
	}
	for i, value := range header["Link"] {
		header["Link"][i] = linkTarget.ReplaceAllStringFunc(value, func(target string) string {
			return "<" + p.local(strings.Trim(target, "<>")) + ">"
		})
	}
	for i, value := range header["Refresh"] {
		if parts := refreshTarget.FindStringSubmatch(value); parts != nil {
			header["Refresh"][i] = parts[1] + p.local(parts[2]) + value[len(parts[0]):]
		}
	}
	for i, value := range header["Set-Cookie"] {
		header["Set-Cookie"][i] = localCookie(value)
	}
	return nil
}

// hasWrongStatus reports whether a response has a status that net/http cannot send, or switches
// to a protocol that nobody has asked for.
func hasWrongStatus(resp *http.Response) bool {
	if resp.StatusCode != http.StatusSwitchingProtocols {
		return resp.StatusCode < http.StatusContinue
	}
	asked := resp.Request.Header.Get("Upgrade")
	return asked == "" || !strings.EqualFold(asked, resp.Header.Get("Upgrade"))
}

// local returns a URL of the API as one of the proxy, and any other as it is.
func (p *Proxy) local(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || !p.isUpstream(u) {
		return raw
	}
	_, rest, _ := strings.Cut(raw, "//")
	path := ""
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		path = rest[end:]
	}
	return "http://" + p.address + path
}

// isUpstream reports whether a URL is one of the API's host. Behind a proxy that ends TLS, many
// servers write http:// for https://.
func (p *Proxy) isUpstream(u *url.URL) bool {
	own := *u
	if own.Scheme == "" || own.Scheme == "http" && own.Port() == "" && p.upstream.Port() == "" {
		own.Scheme = p.upstream.Scheme
	}
	return transport.SameHost(&own, p.upstream)
}

// localCookie returns a cookie that a client sends to the proxy: without the domain of the API,
// and over HTTP.
func localCookie(cookie string) string {
	parts := strings.Split(cookie, ";")
	kept := parts[:1]
	for _, part := range parts[1:] {
		name, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(part)), "=")
		if name != "domain" && name != "secure" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, ";")
}
