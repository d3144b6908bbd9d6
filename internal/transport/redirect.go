package transport

import (
	"cmp"
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/idna"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
)

// IsRedirect reports whether a status points to another address.
func IsRedirect(status int) bool {
	return slices.Contains([]int{
		http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect,
	}, status)
}

// finalKey is the key of the statuses of WithFinal in the context of a call's requests.
type finalKey struct{}

// WithFinal returns a context for requests of which a response with one of these
// statuses is the last one, even if it redirects.
func WithFinal(ctx context.Context, statuses []int) context.Context {
	return context.WithValue(ctx, finalKey{}, statuses)
}

// isFinal reports whether the redirect that leads to a request is not to be followed.
func isFinal(next *http.Request) bool {
	statuses, _ := next.Context().Value(finalKey{}).([]int)
	return next.Response != nil && slices.Contains(statuses, next.Response.StatusCode)
}

// checkRedirect follows a redirect only where the same request goes to the
// same host, so that credentials are never sent to a host that nobody named. It is
// sent to that host as the user has written it, with all its headers.
func checkRedirect(next *http.Request, via []*http.Request) error {
	first := via[0]
	if isFinal(next) || len(via) > mostRedirects || next.Method != first.Method || next.URL.User != nil || !SameHost(first.URL, next.URL) {
		return http.ErrUseLastResponse
	}
	next.URL.Host, next.Host = first.URL.Host, first.Host
	next.Header = first.Header.Clone() //nolint:gosec // to the same host; net/http has added Referer, and may have removed Authorization
	return nil
}

// SameHost reports whether two URLs have the same scheme, host and port, however
// they are written.
func SameHost(a, b *url.URL) bool { return hostOf(a) == hostOf(b) }

// Origin returns scheme, host and port of a URL in one form, however it is written.
func Origin(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return raw
	}
	return hostOf(u)
}

func hostOf(u *url.URL) string {
	port := "443"
	if u.Scheme == "http" {
		port = "80"
	}
	return u.Scheme + "://" + plainHost(u.Hostname()) + ":" + cmp.Or(u.Port(), port)
}

// plainHost returns a host in one form, however it is written.
func plainHost(host string) string {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if address, err := netip.ParseAddr(host); err == nil {
		return address.String()
	}
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		return ascii
	}
	return host
}

// dropBrokenLocation replaces a Location that is not an address: net/http treats it
// as a network error, which would be retried.
func dropBrokenLocation(req *http.Request, resp *http.Response) {
	location := answer.NewHeader(resp.Header).Location()
	if _, err := req.URL.Parse(location.Use()); err != nil && IsRedirect(resp.StatusCode) {
		resp.Header.Set("Location", "invalid:")
	}
}
