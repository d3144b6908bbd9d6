package token

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// What does no harm is tolerated.
func TestDiscoveryTolerates(t *testing.T) {
	t.Parallel()
	const issuer = "https://as.example.com"
	type row struct{ issuer, body, token, revoke string }
	tokentest.Each(t, map[string]row{
		"no aliases but a list":       {issuer, `{"issuer":"https://as.example.com","token_endpoint":"https://a/t","mtls_endpoint_aliases":[]}`, "https://a/t", ""},
		"aliases that are a text":     {issuer, `{"issuer":"https://as.example.com","token_endpoint":"https://a/t","mtls_endpoint_aliases":"x"}`, "https://a/t", ""},
		"aliases that are numbers":    {issuer, `{"issuer":"https://as.example.com","token_endpoint":"https://a/t","mtls_endpoint_aliases":{"token_endpoint":1}}`, "https://a/t", ""},
		"null":                        {issuer, `{"issuer":"https://as.example.com","token_endpoint":"https://a/t","revocation_endpoint":null,"mtls_endpoint_aliases":null}`, "https://a/t", ""},
		"no revocation but a number":  {issuer, `{"issuer":"https://as.example.com","token_endpoint":"https://a/t","revocation_endpoint":1}`, "https://a/t", ""},
		"a key twice":                 {issuer, `{"issuer":"https://as.example.com","token_endpoint":"https://a/t","token_endpoint":"https://a/t"}`, "https://a/t", ""},
		"others twice":                {issuer, `{"issuer":"https://as.example.com","x":1,"x":{"x":[]},"token_endpoint":"https://a/t"}`, "https://a/t", ""},
		"a key in capitals":           {issuer, `{"Issuer":"https://as.example.com","Token_Endpoint":"https://a/t"}`, "https://a/t", ""},
		"a key in capitals, too":      {issuer, `{"issuer":"https://as.example.com","token_endpoint":"https://a/t","ISSUER":"https://evil.example.com","TOKEN_ENDPOINT":"https://evil.example.com"}`, "https://a/t", ""},
		"a path":                      {issuer, `{"issuer":"https://as.example.com","token_endpoint":"/t?a=b","revocation_endpoint":"/r"}`, issuer + "/t?a=b", issuer + "/r"},
		"a path, and an issuer's":     {issuer + "/x/", `{"issuer":"https://as.example.com/x/","token_endpoint":"/t"}`, issuer + "/t", ""},
		"another host":                {issuer, `{"issuer":"https://as.example.com","token_endpoint":"https://login.example.org:8443/t"}`, "https://login.example.org:8443/t", ""},
		"a host in capitals":          {issuer, `{"issuer":"https://as.example.com","token_endpoint":"HTTPS://Login.Example.org/t"}`, "HTTPS://Login.Example.org/t", ""},
		"a name in a local network":   {issuer, `{"issuer":"https://as.example.com","token_endpoint":"https://key_cloak/t"}`, "https://key_cloak/t", ""},
		"an address":                  {issuer, `{"issuer":"https://as.example.com","token_endpoint":"https://[::1]:8443/t"}`, "https://[::1]:8443/t", ""},
		"an issuer with a query":      {issuer + "/t?p=a", `{"issuer":"https://as.example.com/t?p=a","token_endpoint":"https://a/t"}`, "https://a/t", ""},
		"a byte order mark":           {issuer, "\ufeff" + `{"issuer":"https://as.example.com","token_endpoint":"https://a/t"}`, "https://a/t", ""},
		"lists and depth beside them": {issuer, `{"issuer":"https://as.example.com","a":[[[{}]]],"token_endpoint":"https://a/t"}`, "https://a/t", ""},
	}, func(t *testing.T, tc row) {
		for i, place := range wellKnown(tc.issuer) {
			cache, _ := cacheOf(t, map[string]tokentest.Page{place: tokentest.NewPage(http.StatusOK, "text/plain", tc.body)})
			x := issuedBy(tc.issuer)
			x.Request.Certificate, x.Revoke = &ClientCertificate{}, &Request{}
			got, err := cache.resolve(t.Context(), x)
			if err != nil {
				t.Fatalf("place %d: %v", i, err)
			}
			if got.Request.URL != tc.token || got.Revoke.URL != tc.revoke {
				t.Errorf("place %d: endpoints %q and %q", i, got.Request.URL, got.Revoke.URL)
			}
		}
	})
}

// Of what metadata lists, the names that are known here are kept, and nothing else.
func TestMetadataMethods(t *testing.T) {
	t.Parallel()
	for list, want := range map[string][]string{
		`["private_key_jwt","client_secret_post"]`:                    {"client_secret_post", "private_key_jwt"},
		`["client_secret_post","hush-hush","client_secret_post"," "]`: {"client_secret_post"},
		`["hush-hush"]`: nil, `[]`: nil, `null`: nil, `"none"`: nil, `{"a":"none"}`: nil, `[["none"],{"none":1},7,null]`: nil,
		`["NONE"]`: nil,
	} {
		body := []byte(`{"issuer":"https://a.example.com","token_endpoint_auth_methods_supported":` + list + `}`)
		found, problem := NewAnswer(testExchange(tokenURL), ForMetadata, http.StatusOK, nil, body).parseMetadata()
		if problem != nil {
			t.Fatal(problem)
		}
		if diff := cmp.Diff(want, found.methods, cmp.Transformer("empty", func(s []string) string { return strings.Join(s, " ") })); diff != "" {
			t.Errorf("%s: %s", list, diff)
		}
	}
	twice := []json.RawMessage{json.RawMessage(`["none"]`), json.RawMessage(`["client_secret_post"]`)}
	if got := knownMethods(twice); got != nil {
		t.Errorf("two lists: %v", got)
	}
}

// An issuer with metadata at two places lists what either of them lists.
func TestMethodsOfBothPlaces(t *testing.T) {
	t.Parallel()
	found := discovered{all: []*metadata{{methods: []string{"private_key_jwt"}}, {}, {methods: []string{"client_secret_post", "private_key_jwt"}}}}
	if diff := cmp.Diff([]string{"client_secret_post", "private_key_jwt"}, found.methods()); diff != "" {
		t.Error(diff)
	}
	if got := (&discovered{all: []*metadata{{}}}).methods(); len(got) > 0 {
		t.Errorf("no list: %v", got)
	}
}
