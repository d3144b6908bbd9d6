package transport

import (
	"net/http"
	"testing"
)

// FuzzRedirect is about a Location, which the server fills: it is followed only to the
// same place, as the user has written it.
func FuzzRedirect(f *testing.F) {
	for _, location := range []string{
		"", "/token/", "token", "//evil.example.com/x", "https://evil.example.com/?secret=s3cr3t", "http://auth.example.com/token",
		"https://auth.example.com:8443/", "https://id:hush@evil.example.com/", "https://s3cr3t.example.com/", "javascript:alert(1)", "https://[::1]/", "\x00",
		"https://AUTH.example.com.:443/x", "https://id@auth.example.com/", "//auth.example.com:/",
	} {
		f.Add(location)
	}
	f.Fuzz(func(t *testing.T, location string) {
		first, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://auth.example.com/token", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		resp := &http.Response{StatusCode: http.StatusFound, Header: http.Header{"Location": {location}}}
		dropBrokenLocation(first, resp)
		target, err := first.URL.Parse(resp.Header.Get("Location"))
		if err != nil {
			t.Fatalf("net/http takes %q for a broken connection: %v", location, err)
		}
		next := first.Clone(t.Context())
		next.URL, next.Host = target, ""
		isSame := SameHost(first.URL, target)
		if err := checkRedirect(next, []*http.Request{first}); err != nil {
			return
		}
		if !isSame || next.URL.Scheme != first.URL.Scheme || next.URL.Host != first.URL.Host || next.Host != first.Host || next.URL.User != nil {
			t.Errorf("%q is followed to %s", location, next.URL.Host)
		}
	})
}
