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
	if what := invisible(raw); what != "" {
		return nil, errors.New("it has " + what + "; remove it or, in a user name or password, percent-encode it (a space is %20)")
	}
	u, err := url.Parse(raw)
	switch {
	case err != nil && strings.Contains(raw, "@"):
		return nil, errors.New("its user name or password has a character that a URL cannot have, such as a backslash; " + percentEncode)
	case err != nil, u.Hostname() == "":
		return nil, errors.New("it is not a URL; write it like http://proxy.example.com:3128, and " + percentEncode)
	}
	if strings.ContainsAny(raw, "?#") || strings.Trim(u.Path, "/") != "" {
		return nil, errors.New("something follows its host and port. Take it out or, if it is a part of the password, " + percentEncode)
	}
	if bad := checkHost(u.Hostname(), u.Port()); bad != nil {
		return nil, bad
	}
	switch u.Scheme {
	case "http", "https", "socks5", "socks5h":
		return u, nil
	default:
		return nil, errors.New("a proxy's URL begins with http://, https:// or socks5://")
	}
}

// percentEncode is what to do with a password that a URL cannot hold as it is.
const percentEncode = "percent-encode characters such as \\, #, /, ?, @ and % in a user name or password (%5C, %23, %2F, %3F, %40, %25). " + withFunction

// withFunction is how to do that in HCL.
const withFunction = "Write each with replace(urlencode(…), \"+\", \"%20\") in the URL, such as http://NAME:PASSWORD@proxy.example.com:3128"

// variableError says that a proxy variable of the environment cannot be used.
// Without this error, the request would be sent past the proxy.
type variableError struct {
	// name is the variable's, and problem what is wrong with it.
	name, problem string
}

// Error names the variable, and never what is in it.
func (e *variableError) Error() string { return "the variable " + e.name + ": " + e.problem }

// proxyVariable is a variable of the environment that names a proxy.
type proxyVariable struct {
	name, value string
	// unsafe says that its value may be a stranger's.
	unsafe bool
}

// proxy returns the proxy that the variable names, perhaps without a scheme.
func (v proxyVariable) proxy() (*url.URL, error) {
	if v.unsafe {
		return nil, &variableError{v.name, "in a CGI script (REQUEST_METHOD is set) whoever sends the request can set it with a header; use the lower-case name instead"}
	}
	u, err := parseProxyURL(v.withScheme())
	if err != nil {
		return nil, &variableError{v.name, v.problem(err)}
	}
	return u, nil
}

// withScheme returns the variable's value as a URL: the scheme may be left out.
func (v proxyVariable) withScheme() string {
	if strings.Contains(v.value, "://") {
		return v.value
	}
	return "http://" + v.value
}

// problem says what is wrong with the value, for somebody who writes no HCL there.
func (v proxyVariable) problem(err error) string {
	if isQuoted(said.NewSecret(v.value)) {
		return "its value begins and ends with quotes, which are not part of a URL. Set it again without them"
	}
	return strings.Replace(err.Error(), ". "+withFunction, "", 1)
}

// usual are the proxies that the usual environment variables name.
type usual struct {
	http, https proxyVariable
	// but are the hosts that are asked without a proxy.
	but string
}

func usualProxies(getenv func(string) string) usual {
	either := func(name string) proxyVariable {
		if getenv(name) == "" {
			name = strings.ToLower(name)
		}
		return proxyVariable{name: name, value: getenv(name)}
	}
	// The library splits at commas only; other programs accept spaces and line breaks.
	but := strings.Join(strings.Fields(either("NO_PROXY").value), ",")
	found := usual{http: either("HTTP_PROXY"), https: either("HTTPS_PROXY"), but: but}
	// A web server passes a request's header Proxy on in this variable.
	found.http.unsafe = found.http.name == "HTTP_PROXY" && getenv("REQUEST_METHOD") != ""
	return found
}

// choose returns a function that chooses the proxy of a request. The library
// decides whether the request needs one. It silently ignores a variable that it
// cannot read, so it gets a stand-in for the variable's value.
func (u usual) choose() func(*http.Request) (*url.URL, error) {
	config := httpproxy.Config{NoProxy: u.but}
	for variable, used := range map[proxyVariable]*string{u.http: &config.HTTPProxy, u.https: &config.HTTPSProxy} {
		if variable.value != "" {
			*used = "http://proxy.invalid"
		}
	}
	isUsed := config.ProxyFunc()
	return func(req *http.Request) (*url.URL, error) {
		if isLoopback(req.URL.Hostname()) {
			return nil, nil //nolint:nilnil // net/http reads nil as no proxy; the library does not know LOCALHOST
		}
		switch used, err := isUsed(req.URL); {
		case used == nil || err != nil:
			return nil, err
		case req.URL.Scheme == "https":
			return u.https.proxy()
		default:
			return u.http.proxy()
		}
	}
}

// proxyFunc returns a function that chooses the proxy of a request: the one at
// raw or, if that is empty, a usual one. CheckURL allows plain http:// to this
// machine because it crosses no network, so it must not go to a proxy elsewhere.
func proxyFunc(raw string, usual usual) (func(*http.Request) (*url.URL, error), error) {
	if raw == "" {
		return usual.choose(), nil
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

// proxyFor returns the proxy for requests to a URL; nil if there is none. It may
// hold a password.
func (c *Client) proxyFor(raw string) *url.URL {
	u, err := url.Parse(raw)
	if err != nil {
		return nil
	}
	proxy, err := c.transport.Proxy(&http.Request{URL: u})
	if err != nil {
		return nil
	}
	return proxy
}

// proxyHost returns all of a proxy that is said; "" if there is none.
func proxyHost(proxy *url.URL) string {
	if proxy == nil {
		return ""
	}
	return proxy.Host
}

// proxySetting returns what names the proxy of requests to a URL: the attribute, or the
// variable of the environment, which is not used beside that.
func (c *Client) proxySetting(raw string) string {
	if !c.settings.ProxyURL.IsEmpty() {
		return "transport.proxy_url"
	}
	found := usualProxies(c.runtime.Getenv)
	if strings.HasPrefix(strings.ToLower(raw), "http:") {
		return found.http.name + " in the environment"
	}
	return found.https.name + " in the environment"
}

// proxyAdvice is what to do about a proxy that answers with a status, or, where
// that is 0, that cannot be used at all. setting names it.
func proxyAdvice(status int, proxy *url.URL, setting string) string {
	switch {
	case status == http.StatusProxyAuthRequired && proxy != nil && proxy.User != nil:
		return "The proxy does not accept the user name or password. Correct them (NAME:PASSWORD@ before its host, percent-encoded) in " + setting + "."
	case status == http.StatusProxyAuthRequired:
		return "Give the proxy a user name and a password (NAME:PASSWORD@ before its host) in " + setting + "."
	case status == http.StatusForbidden && strings.HasPrefix(setting, "transport"):
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

// proxyAdvice is what to do about an answer of a proxy's own.
func (a *answer) proxyAdvice() string {
	if a.status == http.StatusProxyAuthRequired && a.header.OffersOtherAuth() {
		return foreignAdvice
	}
	return proxyAdvice(a.status, a.proxy, a.proxySetting)
}

// squidProblem says what squid, a proxy, has met, by its name for it; "" if that is not known.
func squidProblem(name said.Foreign) string {
	for _, known := range []struct{ name, problem string }{
		{"ERR_DNS_FAIL", "the proxy cannot look up the name of the endpoint's host"},
		{"ERR_CONNECT_FAIL", "the proxy cannot connect to the endpoint"},
		{"ERR_CANNOT_FORWARD", "the proxy has no way to the endpoint"},
		{"ERR_SECURE_CONNECT_FAIL", "the proxy has no TLS connection to the endpoint"},
		{"ERR_READ_TIMEOUT", "the endpoint did not answer the proxy in time"},
		{"ERR_READ_ERROR", "the endpoint closed the connection to the proxy"},
		{"ERR_ZERO_SIZE_OBJECT", "the endpoint closed the connection to the proxy"},
	} {
		if name.Is(known.name) || name.HasPrefix(known.name+" ") {
			return known.problem
		}
	}
	return ""
}

// proxyPasswords returns the password of the proxy at raw or, where that is
// empty, those of the usual ones. A name without a password is one: a token.
func proxyPasswords(raw string, usual usual) said.Book {
	urls := []string{raw}
	if raw == "" {
		urls = []string{usual.http.withScheme(), usual.https.withScheme()}
	}
	var found said.Book
	for _, text := range urls {
		if u, err := url.Parse(text); err == nil {
			password, _ := u.User.Password()
			found = found.Add("password", said.NewSecret(cmp.Or(password, u.User.Username())))
		}
	}
	return found
}
