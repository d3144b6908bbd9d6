package token

import (
	"cmp"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/net/idna"

	answers "github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// isRedirect reports whether a status points to another address.
func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	default:
		return false
	}
}

// checkRedirect follows a redirect only where the same request goes to the
// same host: credentials go nowhere that the user has not named. It is sent to
// that host as the user has written it, with all its headers.
func checkRedirect(next *http.Request, via []*http.Request) error {
	first := via[0]
	if len(via) > mostRedirects || next.Method != first.Method || next.URL.User != nil || !sameHost(first.URL, next.URL) {
		return http.ErrUseLastResponse
	}
	next.URL.Host, next.Host = first.URL.Host, first.Host
	next.Header = first.Header.Clone() //nolint:gosec // to the same host; net/http has added Referer, and may have removed Authorization
	return nil
}

// sameHost reports whether two URLs have the same scheme, host and port, however
// they are written.
func sameHost(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && plainHost(a) == plainHost(b) && plainPort(a) == plainPort(b)
}

// plainHost returns the host of a URL in one form, however it is written.
func plainHost(u *url.URL) string {
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if address, err := netip.ParseAddr(host); err == nil {
		return address.String()
	}
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		return ascii
	}
	return host
}

func plainPort(u *url.URL) string {
	return cmp.Or(u.Port(), map[string]string{"http": "80", "https": "443"}[u.Scheme])
}

// movedTo returns where an answer comes from after redirects; nil if there were none.
func movedTo(resp *http.Response) *url.URL {
	if resp.Request == nil || resp.Request.Response == nil {
		return nil
	}
	return resp.Request.URL
}

// movedAdvice says that a redirect was followed to where the answer comes from, which
// need not be where token_url points; "" if none was.
func (x *Exchange) movedAdvice(a *answer) string {
	if a.movedTo == nil || x.Endpoint != "" {
		return ""
	}
	there := "the address"
	if path := x.judge(a).Message(said.NewForeign(a.movedTo.EscapedPath())); path != "" {
		there = "the path " + string(path)
	}
	return "A redirect of the endpoint was followed within its host, to " + there + ", where this answer comes from. " +
		"If that is the token endpoint, set token_url to its address; otherwise token_url is another one."
}

// dropBrokenLocation replaces a Location that is not an address: net/http treats it
// as a network error, which would be retried.
func dropBrokenLocation(req *http.Request, resp *http.Response) {
	location := answers.NewHeader(resp.Header).Location()
	if _, err := req.URL.Parse(location.Use()); err != nil && isRedirect(resp.StatusCode) {
		resp.Header.Set("Location", "invalid:")
	}
}

func (x *Exchange) redirected(a *answer) error {
	e := Error{
		Kind: KindRedirect, Status: a.status, Problem: "it redirects without saying where to",
		Advice: "Ask the vendor for the token endpoint's address.",
	}
	base, target := x.redirectTarget(a.header.Location())
	switch {
	case target == nil && !a.header.Location().IsEmpty():
		e.Problem = "it redirects to an address that is not an https:// URL, which is not followed"
	case target == nil:
	case !sameHost(base, target) && !isPlainHost(target.Host):
		e.Problem = "it redirects to another host, " + unfitHost(target.Host) + "; the credentials were not sent there"
	case !sameHost(base, target):
		e.Problem = "it redirects to " + string(x.judge(a).Message(origin(target))) + ", where the credentials were not sent"
		e.Advice = "If you trust that host with them, set token_url to the endpoint there."
	case target.User != nil:
		e.Problem = "it redirects within its host to an address with a user name or password, which is not followed"
	case a.status == http.StatusTemporaryRedirect, a.status == http.StatusPermanentRedirect, x.Request.method() == http.MethodGet:
		e.Problem = fmt.Sprintf("it redirects within its host more than %d times", mostRedirects)
		e.Advice = "Check token_url: it may be the address of something else there."
	default:
		e.Problem = "it redirects within its host in a way that would lose what the request sends"
		e.Advice = slashAdvice(base, target)
	}
	if x.Endpoint == issuerEndpoint {
		e = x.redirectedMetadata(e, base, target, x.judge(a))
		described := x.fail(e)
		described.Advice = e.Advice // which names token_url itself
		return described
	}
	return x.fail(e)
}

// slashAdvice is what to do about a redirect within the host that cannot be
// followed. Most are about the slash at the end.
func slashAdvice(from, to *url.URL) string {
	const set = "Set token_url to exactly the address in the vendor's documents, down to the last slash."
	switch {
	case to.Path == from.Path+"/":
		return set + " The endpoint wants one: add / to the end of the path."
	case from.Path == to.Path+"/":
		return set + " The endpoint wants none: remove / from the end of the path."
	default:
		return set
	}
}

// redirectTarget returns the endpoint's URL and that of a redirect, which is nil if
// it is not a web address.
func (x *Exchange) redirectTarget(location said.Foreign) (base, target *url.URL) {
	base, err := url.Parse(x.Request.URL)
	if err != nil || location.IsEmpty() {
		return base, nil
	}
	target, err = base.Parse(location.Use())
	if err != nil || target.Hostname() == "" || target.Scheme != "https" && target.Scheme != "http" {
		return base, nil
	}
	return base, target
}

// unfitHost says why a host is not shown.
func unfitHost(host string) string {
	if len(host) > longestHost {
		return "whose name is too long to be that of a host"
	}
	return "whose name has other characters than letters from a to z, digits, hyphens and dots"
}

// isPlainHost reports whether a host, which a server has named, is fit to be shown:
// it looks like what it is, and is not longer than a host with a port may be.
func isPlainHost(host string) bool {
	return len(host) <= longestHost && !strings.ContainsFunc(host, func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-._:[]%", r)
	})
}

// origin returns scheme and host of a URL.
func origin(u *url.URL) said.Foreign { return said.NewForeign(u.Scheme + "://" + u.Host) }
