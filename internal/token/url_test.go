package token

import (
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
		"http elsewhere":           {url: "http://auth.example.com", wantError: "allow_http = true"},
		"http to a look-alike":     {url: "http://localhost.example.com", wantError: "localhost and 127.0.0.1 need neither"},
		"nothing":                  {url: "", wantError: "full https:// URL"},
		"a host alone":             {url: "auth.example.com/token", wantError: "full https:// URL"},
		"another scheme":           {url: "ftp://auth.example.com", wantError: "full https:// URL"},
		"no host":                  {url: "https:///token", wantError: "full https:// URL"},
		"a password":               {url: "https://me:hush@auth.example.com", wantError: "user name or password"}, //nolint:gosec // made up
		"a fragment":               {url: "https://auth.example.com/#hush", wantError: "fragment"},
		"an empty fragment":        {url: "https://auth.example.com/#", wantError: "fragment"},
		"unparsable":               {url: "https://auth.example.com/%zz-hush", wantError: "not a URL"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := CheckURL(tc.url, tc.allowHTTP)
			switch {
			case tc.wantError == "" && err != nil:
				t.Fatalf("error: %v", err)
			case tc.wantError != "" && err == nil:
				t.Fatal("no error")
			case tc.wantError != "" && !strings.Contains(err.Error(), tc.wantError):
				t.Errorf("error %q does not say %q", err, tc.wantError)
			case err != nil && strings.Contains(err.Error(), "hush"):
				t.Errorf("error repeats the URL: %v", err)
			}
		})
	}
}
