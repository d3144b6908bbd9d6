package token

import (
	"net/url"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// FuzzWellKnown is about an issuer whose URL can be used: so can both places of its
// metadata, which are at the issuer's own host.
func FuzzWellKnown(f *testing.F) {
	for _, issuer := range []string{
		"https://auth.example.com/x", "http://127.0.0.1", "http://[::1%25eth0]:1", "https://a/b%2Fc/?q=%2F", "HTTPS://A.example.com:443",
		"https://a.example.com?x", "https://a.example.com//", "https://a.example.com/%2e%2e/", "https://a.example.com/?", "https://a..b",
	} {
		f.Add(issuer)
	}
	f.Fuzz(func(t *testing.T, issuer string) {
		u, err := url.Parse(issuer)
		if err != nil || transport.CheckURL(issuer, false) != nil {
			return
		}
		places := wellKnown(issuer)
		if len(places) != 2 {
			t.Errorf("the metadata of %q is at %q", issuer, places)
		}
		for _, place := range places {
			found, err := url.Parse(place)
			if err != nil || found.Scheme != u.Scheme || found.Host != u.Host || transport.CheckURL(place, false) != nil {
				t.Errorf("the metadata of %q is asked for at %q", issuer, place)
			}
		}
	})
}
