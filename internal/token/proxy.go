package token

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/http/httpproxy"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// CheckProxyURL reports what is wrong with the URL of a proxy, or nil. The
// error never repeats it: it may hold a password.
func CheckProxyURL(raw string) error {
	_, err := parseProxyURL(raw)
	return err
}

func parseProxyURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return nil, errors.New("it is not a URL; write it like http://proxy.example.com:3128")
	}
	switch u.Scheme {
	case "http", "https", "socks5", "socks5h":
		return u, nil
	default:
		return nil, errors.New("a proxy's URL begins with http://, https:// or socks5://")
	}
}

// usualProxies returns the proxies that the usual environment variables name.
func usualProxies(getenv func(string) string) *httpproxy.Config {
	either := func(name string) string { return cmp.Or(getenv(name), getenv(strings.ToLower(name))) }
	return &httpproxy.Config{HTTPProxy: either("HTTP_PROXY"), HTTPSProxy: either("HTTPS_PROXY"), NoProxy: either("NO_PROXY")}
}

// proxyFunc returns a function that chooses the proxy of a request: the one at
// raw or, if that is empty, a usual one. CheckURL allows plain http:// to this
// machine because it crosses no network, so it must not go to a proxy elsewhere.
func proxyFunc(raw string, usual *httpproxy.Config) (func(*http.Request) (*url.URL, error), error) {
	if raw == "" {
		choose := usual.ProxyFunc()
		return func(req *http.Request) (*url.URL, error) { return choose(req.URL) }, nil
	}
	u, err := parseProxyURL(raw)
	if err != nil {
		return nil, err
	}
	return func(req *http.Request) (*url.URL, error) {
		if req.URL.Scheme == "http" && isLoopback(req.URL.Hostname()) && !isLoopback(u.Hostname()) {
			return nil, nil //nolint:nilnil // net/http reads nil as no proxy
		}
		return u, nil
	}, nil
}

// proxyFor returns the host of the proxy for requests to a URL; "" if there is
// none. It is the host alone because a proxy's URL may hold a password.
func (c *Client) proxyFor(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	proxy, err := c.transport.Proxy(&http.Request{URL: u})
	if err != nil || proxy == nil {
		return ""
	}
	return proxy.Host
}

// proxyPasswords returns the password of the proxy at raw or, where that is
// empty, those of the usual ones. A name without a password is one: a token.
func proxyPasswords(raw string, usual *httpproxy.Config) []said.Secret {
	urls := []string{raw}
	if raw == "" {
		urls = []string{usual.HTTPProxy, usual.HTTPSProxy}
	}
	var found []said.Secret
	for _, text := range urls {
		if !strings.Contains(text, "://") { // the environment may leave the scheme out
			text = "http://" + text
		}
		if u, err := url.Parse(text); err == nil {
			password, _ := u.User.Password()
			found = append(found, said.NewSecret(cmp.Or(password, u.User.Username())))
		}
	}
	return found
}
