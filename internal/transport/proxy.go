package transport

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/http/httpproxy"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// CheckProxyURL reports what is wrong with the URL of a proxy, as a *URLError, or nil.
func CheckProxyURL(raw string) error {
	_, err := parseProxyURL(raw)
	return err
}

func parseProxyURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	what := Invisible(raw)
	switch {
	case what != "":
		return nil, &URLError{URLCharacter, what}
	case err != nil && strings.Contains(raw, "@"):
		return nil, &URLError{ProxyUser, ""}
	case err != nil, u.Hostname() == "":
		return nil, &URLError{URLSyntax, ""}
	case strings.ContainsAny(raw, "?#"), strings.Trim(u.Path, "/") != "":
		return nil, &URLError{ProxyRest, ""}
	}
	if bad := checkHost(u.Hostname(), u.Port()); bad != nil {
		return nil, bad
	}
	if !slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme) {
		return nil, &URLError{ProxyScheme, ""}
	}
	return u, nil
}

// VariableError says that a proxy variable of the environment cannot be used.
// Without this error, the request would be sent past the proxy.
type VariableError struct {
	Name     string    // the variable's
	Cause    *URLError // what is wrong with its value; nil: a stranger can set the variable, since this is a CGI script
	IsQuoted bool      // the value begins and ends with quotes
}

// Error names the variable, and never what is in it.
func (e *VariableError) Error() string {
	if e.Cause == nil {
		return "the variable " + e.Name + " is not safe in a CGI script"
	}
	return "the variable " + e.Name + ": " + e.Cause.Error()
}

// proxyVariable is a variable of the environment that names a proxy.
type proxyVariable struct {
	name   string
	value  said.Secret // it may have a password
	unsafe bool        // its value may be a stranger's
}

// proxy returns the proxy that the variable names, perhaps without a scheme.
func (v proxyVariable) proxy() (*url.URL, error) {
	if v.unsafe {
		return nil, &VariableError{Name: v.name}
	}
	u, err := parseProxyURL(v.withScheme())
	if bad, ok := errors.AsType[*URLError](err); ok {
		return nil, &VariableError{v.name, bad, IsQuoted(v.value)}
	}
	return u, err
}

// withScheme returns the variable's value as a URL: the scheme may be left out.
func (v proxyVariable) withScheme() string {
	value := v.value.Reveal()
	if strings.Contains(value, "://") {
		return value
	}
	return "http://" + value
}

// usual are the proxies that the usual environment variables name.
type usual struct {
	http, https proxyVariable
	but         string // the hosts that are asked without a proxy
}

func usualProxies(getenv func(string) string) usual {
	either := func(name string) proxyVariable {
		if getenv(name) == "" {
			name = strings.ToLower(name)
		}
		return proxyVariable{name: name, value: said.NewSecret(getenv(name))}
	}
	// The library splits at commas only; other programs accept spaces and line breaks.
	but := strings.Join(strings.Fields(either("NO_PROXY").value.Reveal()), ",")
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
		if !variable.value.IsEmpty() {
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

// Proxy is the proxy of a request, and what names it.
type Proxy struct {
	url      *url.URL // the proxy's; nil: there is none. fmt would print its password
	Variable string   // the environment variable that names it; empty: the settings do
}

// NewProxy returns the proxy at a URL, which the variable names; empty: the settings do.
func NewProxy(at *url.URL, variable string) Proxy { return Proxy{at, variable} }

// HasUser reports whether the proxy gets a user name or password.
func (p Proxy) HasUser() bool { return p.url != nil && p.url.User != nil }

// Host returns the host of the proxy, which is all of it that is shown; "" if there
// is no proxy.
func (p Proxy) Host() string {
	if p.url == nil {
		return ""
	}
	return p.url.Host
}

// ProxyFor returns the proxy for requests to a URL. If there is none, it has what
// would name one.
func (t *Transport) ProxyFor(raw string) Proxy {
	var proxy Proxy
	if t.settings.ProxyURL.IsEmpty() {
		proxy.Variable = t.usual.https.name
		if strings.HasPrefix(strings.ToLower(raw), "http:") {
			proxy.Variable = t.usual.http.name
		}
	}
	if u, err := url.Parse(raw); err == nil {
		proxy.url, _ = t.proxy(&http.Request{URL: u}) // its error is the request's too
	}
	return proxy
}

// IsQuoted reports whether a value begins and ends with the same quotes.
func IsQuoted(value said.Secret) bool {
	text := value.Reveal()
	return len(text) > 1 && (text[0] == '"' || text[0] == '\'') && text[0] == text[len(text)-1]
}

// Squid is what squid, a proxy, says that it has met.
type Squid int

// What squid may meet.
const (
	SquidOther   Squid = iota // it does not say, or it is not known what that means
	SquidLookup               // it cannot look up the host
	SquidConnect              // it cannot connect to the server
	SquidForward              // it has no way to the server
	SquidTLS                  // it has no TLS connection to the server
	SquidTimeout              // the server did not answer it in time
	SquidClosed               // the server closed the connection to it
)

var squidNames = map[string]Squid{
	"ERR_DNS_FAIL": SquidLookup, "ERR_CONNECT_FAIL": SquidConnect, "ERR_CANNOT_FORWARD": SquidForward, "ERR_SECURE_CONNECT_FAIL": SquidTLS,
	"ERR_READ_TIMEOUT": SquidTimeout, "ERR_READ_ERROR": SquidClosed, "ERR_ZERO_SIZE_OBJECT": SquidClosed,
}

// SquidMet returns what squid has met, by its name for it.
func SquidMet(name said.Foreign) Squid {
	for known, met := range squidNames {
		if name.Is(known) || name.HasPrefix(known+" ") {
			return met
		}
	}
	return SquidOther
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
