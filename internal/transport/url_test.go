package transport

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestCheckURL(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		url       string
		allowHTTP bool
		wantError string
	}{
		"https":                    {url: "https://auth.example.com/token?x=1"},
		"http to an IPv4 loopback": {url: "http://127.0.0.9:80/token"},
		"http to IPv6 loopback":    {url: "http://[::1]:80/token"},
		"http to localhost":        {url: "http://localhost/token"},
		"http allowed":             {url: "http://auth.example.com", allowHTTP: true},
		"http elsewhere":           {url: "http://auth.example.com", wantError: "unencrypted"},
		"http to a look-alike":     {url: "http://localhost.example.com", wantError: "to localhost.example.com unencrypted"},
		"nothing":                  {url: "", wantError: "full https:// URL"},
		"a host alone":             {url: "auth.example.com/token", wantError: "full https:// URL"},
		"another scheme":           {url: "ftp://auth.example.com", wantError: "full https:// URL"},
		"no host":                  {url: "https:///token", wantError: "full https:// URL"},
		"a password":               {url: "https://me:hush@auth.example.com", wantError: "user name or password"}, //nolint:gosec // made up
		"a fragment":               {url: "https://auth.example.com/#hush", wantError: "fragment"},
		"an empty fragment":        {url: "https://auth.example.com/#", wantError: "fragment"},
		"a line break behind":      {url: "https://auth.example.com/hush\n", wantError: "it has a line break"},
		"Windows' line break":      {url: "https://auth.example.com/hush\r\n", wantError: "a line break"},
		"a space before":           {url: " https://auth.example.com/hush", wantError: "a space"},
		"a space behind":           {url: "https://auth.example.com/hush ", wantError: "a space"},
		"a space in the query":     {url: "https://auth.example.com/?scope=hush hush", wantError: "a space"},
		"a tab":                    {url: "https://auth.example.com/\thush", wantError: "a tab"},
		"a byte order mark":        {url: "\ufeffhttps://auth.example.com/hush", wantError: "U+FEFF"},
		"a no-break space":         {url: "https://auth.example.com/hush\u00a0", wantError: "U+00A0"},
		"a zero-width space":       {url: "https://auth.example.com/\u200bhush", wantError: "U+200B"},
		"a soft hyphen":            {url: "https://auth.exam\u00adple.com/hush", wantError: "U+00AD"},
		"another direction":        {url: "https://auth.example.com/\u202ehush", wantError: "U+202E"},
		"a line separator":         {url: "https://auth.example.com/hush\u2028", wantError: "U+2028"},
		"a control character":      {url: "https://auth.example.com/hush\u009b", wantError: "U+009B"},
		"NUL":                      {url: "https://auth.example.com/hush\x00", wantError: "U+0000"},
		"a filler":                 {url: "https://auth.example.com/hush\u3164", wantError: "U+3164"},
		"a joiner":                 {url: "https://auth.example.com/hush\u034f", wantError: "U+034F"},
		"a variation":              {url: "https://auth.example.com/hush\ufe0f", wantError: "U+FE0F"},
		"a blank of Braille":       {url: "https://auth.example.com/hush\u2800", wantError: "U+2800"},
		"Latin-1":                  {url: "https://auth.example.com/hush\xfc", wantError: "not UTF-8"},
		"other letters":            {url: "https://bücher.example.com/größe"},
		"unparsable":               {url: "https://auth.example.com/%zz-hush", wantError: "not a URL"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantURLError(t, tc.url, tc.allowHTTP, tc.wantError)
		})
	}
}

// wantURLError checks a URL, and that its error says something and does not repeat it.
func wantURLError(t *testing.T, raw string, allowHTTP bool, wantError string) {
	t.Helper()
	err := CheckURL(raw, allowHTTP)
	switch {
	case wantError == "" && err != nil:
		t.Fatalf("error: %v", err)
	case wantError != "" && err == nil:
		t.Fatal("no error")
	case wantError != "" && !strings.Contains(err.Error(), wantError):
		t.Errorf("error %q does not say %q", err, wantError)
	case err != nil && strings.Contains(err.Error(), "hush"):
		t.Errorf("error repeats the URL: %v", err)
	}
}

// A host that no request can ever reach is refused, and any other is not.
func TestCheckURLHost(t *testing.T) {
	t.Parallel()
	const character, part = "its host has a character that no host name has", "between dots is empty, or longer than 63 bytes"
	for name, tc := range map[string]struct{ host, wantError string }{
		"an escape":           {host: "%c3%bc.example.com"},
		"no text":             {"%800", character},
		"a control character": {"%c2%9b.example.com", character},
		"a hidden mark":       {"%e2%80%ae.example.com", character},
		"other letters":       {host: "bücher.example.com"},
		"an angle":            {"hush<auth.example.com", character},
		"a quote":             {`auth"hush.example.com`, character},
		"a comma":             {"auth,hush.example.com", character},
		"an asterisk":         {"*.example.com", character},
		"dollar and braces":   {"$(hush).example.com", character},
		"an underscore":       {host: "_auth_server"},
		"hyphens":             {host: "-auth-.example.com"},
		"a root":              {host: "auth.example.com."},
		"two dots":            {"auth..hush.example.com", part},
		"a dot first":         {".hush.example.com", part},
		"dots alone":          {"..", part},
		"a long part":         {strings.Repeat("h", 64) + ".example.com", part},
		"a part as long":      {host: strings.Repeat("h", 63) + ".example.com"},
		"a long part, coded":  {strings.Repeat("ü", 63) + ".example.com", "its host"},
		"a long name":         {strings.Repeat("hush.", 51) + "com", "longer than 253 bytes"},
		"a number":            {host: "127.1"},
		"IPv4":                {host: "192.0.2.1:8443"},
		"IPv6":                {host: "[2001:db8::1]:8443"},
		"IPv6 with a zone":    {host: "[fe80::1%25eth0]"},
		"IPv6 that is none":   {"[2001:db8::1::1]", "not a URL"},
		"a port too high":     {"auth.example.com:65536", "between 1 and 65535"},
		"the port 0":          {"auth.example.com:0", "between 1 and 65535"},
		"the last port":       {host: "auth.example.com:65535"},
		"no port":             {host: "auth.example.com:"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantURLError(t, "https://"+tc.host+"/hush", false, tc.wantError)
			if tc.wantError == "" {
				return
			}
			if err := CheckProxyURL("http://" + tc.host); err == nil || strings.Contains(err.Error(), "hush") {
				t.Errorf("as a proxy: %v", err)
			}
		})
	}
}

// The name of this machine is its name in any case. With the dot of the root, Go asks
// the name server for it.
func TestLoopbackNames(t *testing.T) {
	t.Parallel()
	for url, isAccepted := range map[string]bool{
		"http://LOCALHOST/token": true, "http://LocalHost:80/token": true, "http://localhost./token": false, "http://LocalHost.:80/token": false, "http://foo.localhost/token": false, "http://localhost../token": false,
		"http://127.1/token": false, "http://[::FFFF:127.0.0.1]/": true,
	} {
		if err := CheckURL(url, false); (err == nil) != isAccepted {
			t.Errorf("%s: %v", url, err)
		}
	}
}

// What is taken for this machine goes by no proxy, as the library has it of localhost.
func TestNoProxyToThisMachine(t *testing.T) {
	t.Parallel()
	choose := usualProxies(func(name string) string {
		return map[string]string{"HTTP_PROXY": "http://proxy.example.com:3128"}[name]
	}).choose()
	for at, isProxied := range map[string]bool{
		"http://LOCALHOST/": false, "http://localhost./": true, "http://localhost/": false, "http://127.0.0.1/": false, "http://foo.localhost/": true,
	} {
		u, err := url.Parse(at)
		if err != nil {
			t.Fatal(err)
		}
		if proxy, err := choose(&http.Request{URL: u}); err != nil || (proxy != nil) != isProxied {
			t.Errorf("%s: %v, %v", at, proxy != nil, err)
		}
	}
}

// A URL may write any byte of its host as %…, which makes no name of it.
func TestHostInEscapes(t *testing.T) {
	t.Parallel()
	for host, isName := range map[string]bool{
		"%c3%bc.example.com":    true,
		"%800":                  false, // not UTF-8
		"%c2%9b.example.com":    false, // a control character
		"%e2%80%ae.example.com": false, // changes the direction of what follows
	} {
		err := CheckURL("https://"+host+"/hush", false)
		if (err == nil) != isName || err != nil && !strings.Contains(err.Error(), "its host has a character") {
			t.Errorf("%s: the error is %v", host, err)
		}
	}
}
