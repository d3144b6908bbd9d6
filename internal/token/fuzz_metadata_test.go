package token

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// FuzzMetadataGrammar reads metadata of every shape. What is accepted is the
// issuer's own and has plain endpoints. internal/diagnostic checks what is said of the rest.
func FuzzMetadataGrammar(f *testing.F) {
	f.Add([]byte{0, 0, 0, 0, 0, 1, 0, 2, 3})
	f.Add([]byte("\x00\x00\x00\x00\x00\x01\x00\x02\x00\x03\x03\x01\x00\x01\x03"))
	f.Add([]byte("iTiTiTiTiTiTiTiTiTiTiTiTiTiT"))
	f.Fuzz(func(t *testing.T, choices []byte) {
		body := tokentest.Metadata(choices)
		x := testExchange("https://as.example.com")
		x.Issuer = "https://as.example.com"
		found, e := NewAnswer(x, ForMetadata, http.StatusOK, nil, []byte(body)).metadata()
		if e == nil {
			if !found.issuer.Is(x.Issuer) || found.endpoints[tokenEndpoint].IsEmpty() {
				t.Errorf("accepted: %s", body)
			}
			checkResolved(t, x, found)
			return
		}
		if e.Kind != KindDiscovery || e.Problem == 0 {
			t.Errorf("the error is %v", e)
		}
	})
}

func FuzzMetadata(f *testing.F) {
	const issuer = "https://as.example.com"
	for _, body := range []string{
		"", "null", "[]", "{}", "<html>", tokentest.MetadataPage(issuer).Body, tokentest.MetadataPage("https://evil.example.com").Body,
		`{"issuer":"https://as.example.com","token_endpoint":"http://as.example.com"}`, `{"issuer":"` + strings.Repeat("a", 5000) + `"}`,
		`{"issuer":"https://as.example.com","token_endpoint":"x","mtls_endpoint_aliases":{"token_endpoint":"y"}}`,
		`{"issuer":"https://as.example.com","token_endpoint":"x","mtls_endpoint_aliases":null}`, `{"issuer":"https://a/\u0000\r\n"}`,
	} {
		f.Add(200, body)
	}
	for _, endpoint := range []string{
		"/token", "//evil.example.com/token", "https://\u009b.example.com", "https://a.example.com%0a/", "HTTPS://A.EXAMPLE.COM:443/",
		"https://[::1]:8443/t", "https://u:p@as.example.com", "https://as.example.com/#x", "https://ex%41mple.com",
	} {
		f.Add(200, `{"issuer":"https://as.example.com","token_endpoint":"`+endpoint+`","revocation_endpoint":"`+endpoint+`"}`)
		f.Add(200, `{"Issuer":"https://as.example.com","token_endpoint":"/a","token_endpoint":"`+endpoint+`"}`)
	}
	f.Add(404, "{}")
	f.Fuzz(func(t *testing.T, status int, body string) {
		x := testExchange(issuer)
		x.Issuer = issuer
		found, e := NewAnswer(x, ForMetadata, status, nil, []byte(body)).metadata()
		if e == nil {
			if status != http.StatusOK || !found.issuer.Is(issuer) || found.endpoint(nil, tokenEndpoint).IsEmpty() {
				t.Errorf("accepted with status %d: %+v", status, found)
			}
			checkResolved(t, x, found)
			return
		}
		if e.Kind != KindDiscovery {
			t.Fatalf("error is of the kind %d: %v", e.Kind, e)
		}
	})
}

// checkResolved fails unless the endpoints that metadata names are refused, or
// are URLs with plain hosts.
func checkResolved(t *testing.T, x *Exchange, found *metadata) {
	t.Helper()
	x.Request.URL, x.Revoke = "", &Request{}
	resolved, err := x.with(&discovered{all: []*metadata{found}}, x.toIssuer(nil))
	if err != nil {
		return
	}
	plain := regexp.MustCompile(`^(https://[][A-Za-z0-9._:-]{1,259}|http://(localhost|127[.0-9]+|\[::1\])(:\d*)?)$`)
	for _, r := range []*Request{&resolved.Request, resolved.Revoke} {
		u, err := url.Parse(r.URL)
		if err != nil || r.URL != "" && (len(r.URL) > 2048 || !plain.MatchString(strings.ToLower(u.Scheme)+"://"+u.Host)) {
			t.Errorf("endpoint %q", r.URL)
		}
	}
}
