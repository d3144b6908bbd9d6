package diagnostic

import (
	"regexp"
	"sync"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// symptom is what a vendor's words say of the cause of a refusal.
type symptom struct {
	// words are what the message has.
	words *regexp.Regexp
	// applies reports whether that can be the cause for this request; nil: always.
	applies func(r *report) bool
	advice  string
}

// words compiles an expression that ignores case.
func words(expression string) *regexp.Regexp { return regexp.MustCompile(`(?i)` + expression) }

// symptoms are those of which the words say more than the code. The first that matches counts.
// They are compiled when the first is needed: most runs meet no refusal.
var symptoms = sync.OnceValue(func() []symptom {
	return []symptom{
		// about the client and its secret
		{words(`AADSTS700016\b`), nil, "The endpoint does not know this client in this tenant. Check client_id, and the tenant in token_url."},
		{words(`AADSTS(90002|900023)\b`), nil, "Check the tenant in token_url."},
		// GitHub does not say whether it is the id or the secret.
		{words(`client.?id.*secret`), nil, ""},
		{
			words(`AADSTS7000222\b|\bsecret\b.{0,80}\bexpired?\b|\bexpired\b.{0,20}\bsecret\b`), (*report).sendsSecret,
			"client_secret has expired. Create a new secret at the vendor, and set client_secret to its value.",
		},
		{
			// Microsoft Entra, Okta, Keycloak
			words(`AADSTS(7000215|50012)\b|\b(invalid|wrong|incorrect|bad)\b.{0,20}\bsecret\b|\bsecret\b.{0,60}\b(invalid|wrong|incorrect|not valid|not match)\b`),
			(*report).sendsSecret,
			"The endpoint knows the client, but does not accept client_secret. Copy it again, or create a new one at the vendor " +
				"(with Microsoft Entra, its value and not its ID).",
		},
		{
			words(`AADSTS700025\b|\bpublic client\b`), nil,
			"The endpoint has this client as a public one, which cannot prove who it is. Make it confidential at the vendor " +
				`(in Keycloak, turn on Client authentication), or set client_auth = "none" if the vendor allows that for this grant.`,
		},
		{
			words(`\bservice accounts?\b`), nil,
			"The client may not use this grant. Allow it for the client at the vendor (in Keycloak, turn on Service accounts roles).",
		},
		// about what the token is for
		{words(`AADSTS500011\b`), nil, "The tenant does not know the API that the scope names. Check scopes, and the tenant in token_url."},
		{
			words(`AADSTS(70011|1002012)\b`), nil,
			"With this grant, Microsoft Entra takes one scope: the identifier of the API with /.default at its end. Check scopes.",
		},
		{words(`\bmust (contain|be provided)\b.*'scope'|'scope' must be provided`), sendsNo("scope"), "No scope was sent. Set scopes."},
		{
			words(`\bmust contain\b.*'resource'`), sendsNo("resource"),
			"Set resources to the identifier of the API. Or use version 2.0 of the endpoint (…/oauth2/v2.0/token), which takes scopes instead.",
		},
		// Auth0, Hydra
		{
			words(`\bnot authorized to access\b|\bclient-grant\b`), (*report).sendsAudience,
			"Allow the client to use the API that audience names, at the vendor (in Auth0, with a client grant).",
		},
		{
			words(`\bservice not (found|enabled)\b|\baudience\b`), (*report).sendsAudience,
			"The endpoint does not know this audience for this client. Check audience, to the last slash.",
		},
		{words(`\bservice not (found|enabled)\b|\baudience\b`), sendsNo("audience"), "Set audience to the identifier of the API."},
	}
})

func (r *report) sendsSecret() bool {
	switch r.x.Request.Auth.(type) {
	case token.ClientSecretBasic, token.ClientSecretPost:
		return true
	}
	return false
}

func (r *report) sendsAudience() bool { return len(r.x.Request.Form["audience"]) > 0 }

// sendsNo reports whether a request lacks a parameter.
func sendsNo(name string) func(r *report) bool {
	return func(r *report) bool { return len(r.x.Request.Form[name]) == 0 }
}

// symptomAdvice is what to do about what the vendor says in words, where those say more than the code.
func (r *report) symptomAdvice(code string) string {
	if r.x.Request.Auth == nil || len(r.a.Presented) > 0 && code != "unauthorized_client" {
		return "" // the words may be about the assertion
	}
	said := string(r.a.Message())
	for _, known := range symptoms() {
		if known.words.MatchString(said) && (known.applies == nil || known.applies(r)) {
			return known.advice
		}
	}
	return ""
}
