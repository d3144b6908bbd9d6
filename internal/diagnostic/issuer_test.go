package diagnostic

import (
	"net/http"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/token/tokentest"
)

// What a vendor says where it has no metadata names the part of issuer that is wrong.
// The bodies are those of Entra ID, Okta, Keycloak, Cognito and PingOne.
func TestMessageOfMissingMetadata(t *testing.T) {
	t.Parallel()
	json := func(status int, body string) tokentest.Page {
		return tokentest.NewPage(status, token.ContentTypeJSON, body)
	}
	const instead = ", or set token_url."
	type row struct {
		first, second tokentest.Page
		said, advice  string
	}
	tokentest.Each(t, map[string]row{
		"Entra ID": {
			notFoundPage(), json(400, `{"error":"invalid_tenant","error_description":"AADSTS90002: Tenant 'fabrikam' not found. Check to make sure you have the correct tenant ID."}`),
			"invalid_tenant: AADSTS90002: Tenant 'fabrikam' not found. Check to make sure you have the correct tenant ID.", "Check the tenant in issuer" + instead,
		},
		"Okta": {
			notFoundPage(), json(404, `{"errorCode":"E0000007","errorSummary":"Not found: Resource not found: prod (AuthorizationServer)"}`),
			"E0000007: Not found: Resource not found: prod (AuthorizationServer)", "Check the authorization server in the path of issuer" + instead,
		},
		"Keycloak": {
			json(404, `{"error":"HTTP 404 Not Found"}`), json(404, `{"error":"Realm does not exist"}`), "Realm does not exist", "Check the realm in issuer" + instead,
		},
		"Keycloak, at the wrong path": {
			json(404, `{"error":"Unable to find matching target resource method"}`), json(404, `{"error":"Unable to find matching target resource method"}`),
			"Unable to find matching target resource method", "Check the host and the path of issuer" + instead,
		},
		"Cognito": {
			notFoundPage(), json(400, `{"message":"User pool eu-central-1_none does not exist."}`), "User pool eu-central-1_none does not exist.",
			"Check the user pool in issuer" + instead,
		},
		"PingOne": {
			notFoundPage(), json(404, `{"code":"NOT_FOUND","message":"The requested environment was not found"}`), "NOT_FOUND: The requested environment was not found",
			"Check the environment in issuer" + instead,
		},
		"a page that says its status": {notFoundPage(), tokentest.NewPage(404, "text/html", "<html><title>404 Not Found</title></html>"), "", "Check the host and the path of issuer" + instead},
		"a refusal with the reason":   {notFoundPage(), json(403, `{"message":"Blocked by policy."}`), "Blocked by policy.", ""},
		"a 200 that is an error":      {notFoundPage(), json(200, `{"error":"no such tenant"}`), "no such tenant", ""},
	}, func(t *testing.T, tc row) {
		cache, _ := cacheOf(t, at(tc.first, tc.second))
		_, err := cache.Token(t.Context(), issuedBy(refusedIssuer), 0)
		e := wantError(t, err, token.KindDiscovery)
		if string(e.VendorMessage) != tc.said || tc.advice != "" && e.Advice != tc.advice {
			t.Errorf("said %q, advice %q", e.VendorMessage, e.Advice)
		}
	})
}

// Two places may say two things.
func TestMessagesOfBothPlaces(t *testing.T) {
	t.Parallel()
	cache, _ := cacheOf(t, at(tokentest.NewPage(404, token.ContentTypeJSON, `{"error":"Unable to find matching target resource method"}`), tokentest.NewPage(404, token.ContentTypeJSON, `{"error":"Realm does not exist"}`)))
	_, err := cache.Token(t.Context(), issuedBy(refusedIssuer), 0)
	e := wantError(t, err, token.KindDiscovery)
	for _, says := range []string{
		"oauth-authorization-server: it answered HTTP 404 Not Found. The vendor said: Unable to find matching target resource method\n",
		"openid-configuration: it answered HTTP 404 Not Found. The vendor said: Realm does not exist",
	} {
		if !strings.Contains(e.Details, says) || e.VendorMessage != "" || !strings.HasPrefix(e.Advice, "Check the realm in issuer") {
			t.Errorf("it does not say %q: %v", says, e)
		}
	}
}

// What failed is said once.
func TestMissingMetadataIsSaidOnce(t *testing.T) {
	t.Parallel()
	for name, second := range map[string]tokentest.Page{
		"nothing": notFoundPage(), "another issuer": tokentest.MetadataPage("https://other.example.com"), "no token endpoint": tokentest.JSONPage(`{"issuer":%q}`, refusedIssuer),
		"an endpoint that cannot be used": tokentest.EndpointPage("ftp://as.example.com/token"), "a refusal": tokentest.NewPage(http.StatusForbidden, "text/plain", "no"),
	} {
		cache, _ := cacheOf(t, at(notFoundPage(), second))
		_, err := cache.Token(t.Context(), issuedBy(refusedIssuer), 0)
		e := wantError(t, err, token.KindDiscovery)
		if n := strings.Count(e.Error(), e.Problem); n != 1 {
			t.Errorf("%s: %q is said %d times: %v", name, e.Problem, n, e)
		}
	}
}

// To set issuer to what its metadata says helps only where that can be set.
func TestAdviceOfMetadata(t *testing.T) {
	t.Parallel()
	for issuer, tc := range map[string]struct{ named, advice string }{
		"https://login.example.com/common/v2.0":        {"https://login.example.com/{tenantid}/v2.0", `Put the ID of your tenant in the place of "common" in issuer, or set`},
		"https://login.example.com/organizations/v2.0": {"https://login.example.com/{tenantid}/v2.0", `Put the ID of your tenant in the place of "organizations" in issuer, or set`},
		"https://login.example.com":                    {"https://login.example.com/{tenant}", "Put the ID of your tenant into issuer, or set"},
		"https://sso.example.com/realms/ops":           {"http://sso.example.com/realms/ops", "Have the server use its public URL, or set"},
		"https://sso.example.com":                      {"https://sso.example.com", "Set token_url instead"},
		"https://as.example.com":                       {"https://as.example.com/", "Set issuer to"},
	} {
		body := tokentest.JSONPage(`{"issuer":%q,"token_endpoint":"https://as.example.com/token"}`, tc.named)
		if issuer == tc.named {
			body = tokentest.JSONPage(`{"issuer":%q}`, tc.named)
		}
		cache := newTestCache(t, quickTransport(), tokentest.Answering(body, nil))
		_, err := cache.Token(t.Context(), issuedBy(issuer), 0)
		if e := wantError(t, err, token.KindDiscovery); !strings.HasPrefix(e.Advice, tc.advice) || strings.Contains(e.Advice, "Set issuer") != strings.HasPrefix(tc.advice, "Set issuer") {
			t.Errorf("%s: %s", issuer, e.Advice)
		}
	}
}
