package diagnostic

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// refusedMetadata is what an issuer has, and what is wrong with it.
type refusedMetadata struct {
	issuer string
	pages  map[string]tokentest.Page
	kind   token.Kind
	want   string
}

const refusedIssuer = "https://as.example.com"

func at(first, second tokentest.Page) map[string]tokentest.Page {
	return map[string]tokentest.Page{refusedIssuer + tokentest.ASMetadata: first, refusedIssuer + tokentest.OIDCMetadata: second}
}

func notFoundPage() tokentest.Page {
	return tokentest.NewPage(http.StatusNotFound, "text/html", "<html>")
}

func refusedIssuers() map[string]refusedMetadata {
	const issuer = refusedIssuer
	notFound, noToken := notFoundPage(), tokentest.JSONPage(`{"issuer":%q}`, issuer)
	return map[string]refusedMetadata{
		"nothing there":                 {issuer, nil, token.KindDiscovery, "it answered HTTP 404 Not Found: it has no metadata there"},
		"no JSON":                       {issuer, at(notFound, tokentest.NewPage(200, "text/html", "<html>secret</html>")), token.KindDiscovery, "not a JSON object"},
		"a list":                        {issuer, at(notFound, tokentest.JSONPage("[]")), token.KindDiscovery, "not a JSON object"},
		"an endpoint that is no text":   {issuer, at(notFound, tokentest.JSONPage(`{"issuer":%q,"token_endpoint":1}`, issuer)), token.KindDiscovery, "token_endpoint that is not a string"},
		"no issuer":                     {issuer, at(notFound, tokentest.JSONPage(`{"token_endpoint":"https://as.example.com/token"}`)), token.KindDiscovery, "its metadata has no issuer"},
		"another issuer":                {issuer, at(notFound, tokentest.MetadataPage("https://evil.example.com")), token.KindDiscovery, `another issuer, "https://evil.example.com"`},
		"another issuer, in the clear":  {issuer, at(notFound, tokentest.MetadataPage("http://evil.example.com")), token.KindDiscovery, `another issuer, "http://evil.example.com"`},
		"another issuer, at first":      {issuer, at(tokentest.MetadataPage("https://evil.example.com"), notFound), token.KindDiscovery, `another issuer, "https://evil.example.com"`},
		"the issuer without its slash":  {issuer + "/", at(tokentest.MetadataPage(issuer), tokentest.MetadataPage(issuer)), token.KindDiscovery, `another issuer, "https://as.example.com", which lacks the slash at the end`},
		"the issuer with a slash":       {issuer, at(tokentest.MetadataPage(issuer+"/"), notFound), token.KindDiscovery, `another issuer, "https://as.example.com/", which has a slash at the end`},
		"the issuer behind a proxy":     {issuer, at(notFound, tokentest.MetadataPage("http://as.example.com")), token.KindDiscovery, `"http://as.example.com", which begins with http:// (a server behind a proxy`},
		"the issuer in capitals":        {issuer, at(notFound, tokentest.MetadataPage("https://AS.example.com")), token.KindDiscovery, `"https://AS.example.com", which has other capital letters`},
		"the issuer of all tenants":     {issuer, at(notFound, tokentest.MetadataPage("https://as.example.com/{tenantid}/v2.0")), token.KindDiscovery, `{tenantid}/v2.0", which is a template for many tenants: issuer must name your own tenant`},
		"two issuers":                   {issuer, at(notFound, tokentest.JSONPage(`{"issuer":%q,"issuer":"https://evil.example.com","token_endpoint":"https://as.example.com/token"}`, issuer)), token.KindDiscovery, "two values for issuer"},
		"two token endpoints":           {issuer, at(notFound, tokentest.JSONPage(`{"issuer":%q,"token_endpoint":"https://a.example.com","token_endpoint":"https://b.example.com"}`, issuer)), token.KindDiscovery, "two values for token_endpoint"},
		"no token_endpoint but null":    {issuer, at(notFound, tokentest.JSONPage(`{"issuer":%q,"token_endpoint":null}`, issuer)), token.KindDiscovery, "no token_endpoint"},
		"another issuer that is no URL": {issuer, at(notFound, tokentest.MetadataPage("Run this!")), token.KindDiscovery, "another issuer"},
		"no token_endpoint":             {issuer, at(notFound, noToken), token.KindDiscovery, "no token_endpoint"},
		"no token_endpoint, at first":   {issuer, at(noToken, notFound), token.KindDiscovery, "no token_endpoint"},
		"an issuer in the clear":        {"http://as.example.com", nil, token.KindURL, "unencrypted"},
		"an issuer that is no URL":      {"as.example.com", nil, token.KindURL, "not a full https:// URL"},
		"an issuer beyond parsing":      {"https://%zz", nil, token.KindURL, "not a URL"},
	}
}

func refusedEndpoints() map[string]refusedMetadata {
	const issuer = refusedIssuer
	notFound := notFoundPage()
	return map[string]refusedMetadata{
		"a token endpoint in the clear":   {issuer, at(tokentest.EndpointPage("http://as.example.com/token"), notFound), token.KindDiscovery, "token_endpoint that cannot be used: plain http://"},
		"a token endpoint without host":   {issuer, at(tokentest.EndpointPage("token"), notFound), token.KindDiscovery, "not a full https:// URL"},
		"a token endpoint by two slashes": {issuer, at(tokentest.EndpointPage("//evil.example.com/token"), notFound), token.KindDiscovery, "not a full https:// URL"},
		"a token endpoint of a password":  {issuer, at(tokentest.EndpointPage("https://u:p@as.example.com"), notFound), token.KindDiscovery, "user name or password"},
		"a token endpoint on no host":     {issuer, at(tokentest.EndpointPage(`https://as.\u202e\u009b.example.com/`), notFound), token.KindDiscovery, "not the name of a host"},
		"a token endpoint in escapes":     {issuer, at(tokentest.EndpointPage("https://as.%C2%9B.example.com/"), notFound), token.KindDiscovery, "not the name of a host"},
		"a token endpoint on a long host": {issuer, at(tokentest.EndpointPage("https://"+strings.Repeat("a", 300)+".example.com/"), notFound), token.KindDiscovery, "not the name of a host"},
		"a token endpoint of two lines":   {issuer, at(tokentest.EndpointPage(`https://as.example.com/token\n`), notFound), token.KindDiscovery, "cannot be used: it has a line break.\n"},
		"a token endpoint with a space":   {issuer, at(tokentest.EndpointPage("https://as.example.com/to ken"), notFound), token.KindDiscovery, "cannot be used: it has a space.\n"},
		"a token endpoint without end":    {issuer, at(tokentest.EndpointPage("https://as.example.com/"+strings.Repeat("a", 900_000)), notFound), token.KindDiscovery, "too long"},
	}
}

func TestDiscoveryRefuses(t *testing.T) {
	t.Parallel()
	cases := refusedIssuers()
	maps.Copy(cases, refusedEndpoints())
	tokentest.Each(t, cases, func(t *testing.T, tc refusedMetadata) {
		cache, site := cacheOf(t, tc.pages)
		_, err := cache.Token(t.Context(), issuedBy(tc.issuer), 0)
		e := wantError(t, err, tc.kind)
		if !strings.Contains(e.Error(), tc.want) {
			t.Errorf("error does not say %q: %v", tc.want, err)
		}
		if tc.kind == token.KindDiscovery && (e.Purpose.String() != "issuer" || !strings.Contains(strings.ToLower(e.Advice), "set token_url")) {
			t.Errorf("error names %q and advises %q", e.Purpose.String(), e.Advice)
		}
		checkNoForeignText(t, e.Error())
		tokentest.WantCount(t, site.Count("POST"), 0)
	})
}

func checkNoForeignText(t *testing.T, text string) {
	t.Helper()
	wantSaid(t, text, nil, []string{"Run this", "secret</", "\u009b", "\u202e", strings.Repeat("a", 250)})
}

// An error about metadata that is at neither URL names both.
func TestDiscoveryNamesBothPlaces(t *testing.T) {
	t.Parallel()
	for _, issuer := range []string{"https://as.example.com", "https://as.example.com/t/", "https://as.example.com:8443/a/b?p=c"} {
		cache, _ := cacheOf(t, nil)
		_, err := cache.Token(t.Context(), issuedBy(issuer), 0)
		e := wantError(t, err, token.KindDiscovery)
		if len(e.Places) != 2 {
			t.Fatalf("%d places", len(e.Places))
		}
		for _, there := range e.Places {
			place := there.Exchange.Request.URL
			if !strings.Contains(e.Details, place+": it answered HTTP 404 Not Found") {
				t.Errorf("error does not name %s: %v", place, err)
			}
		}
	}
}

// A revocation endpoint that cannot be used matters only to those who revoke.
func TestDiscoveredRevocationRefused(t *testing.T) {
	t.Parallel()
	for _, endpoint := range []string{"http://as.example.com/r", "https://a\u202eb/r", "revoke", "https://" + strings.Repeat("a", 3000)} {
		cache, _ := cacheOf(t, map[string]tokentest.Page{
			"https://as.example.com" + tokentest.ASMetadata: tokentest.JSONPage(`{"issuer":"https://as.example.com","token_endpoint":"/token","revocation_endpoint":"%s"}`, endpoint),
			"https://as.example.com/token":                  tokentest.JSONPage("%s", goodAnswer),
		})
		x := issuedBy("https://as.example.com")
		if _, err := cache.Token(t.Context(), x, 0); err != nil {
			t.Error(err)
		}
		x.Revoke = &token.Request{}
		_, _, err := cache.Lease(t.Context(), x, 0)
		if e := wantError(t, err, token.KindRevocation); !strings.Contains(e.Error(), "a revocation_endpoint that cannot be used") || !strings.Contains(e.Advice, "Set revocation_url") {
			t.Error(err)
		}
		checkNoForeignText(t, err.Error())
	}
}
