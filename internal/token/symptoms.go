package token

import (
	"net/http"
	"regexp"
	"slices"
)

// symptom is what a vendor's words say of the cause of a refusal.
type symptom struct {
	// words is what the message matches, whatever its case.
	words string
	// applies reports whether that can be the cause for this request; nil: always.
	applies func(x *Exchange) bool
	advice  string
}

// symptoms are those of which the words say more than the code. The first that
// matches counts.
func symptoms() []symptom {
	return slices.Concat(symptomsOfTheClient(), symptomsOfThePurpose())
}

func symptomsOfTheClient() []symptom {
	return []symptom{
		{`AADSTS700016\b`, nil, "The endpoint does not know this client in this tenant. Check client_id, and the tenant in token_url."},
		{`AADSTS(90002|900023)\b`, nil, "Check the tenant in token_url."},
		// GitHub does not say whether it is the id or the secret.
		{`client.?id.*secret`, nil, ""},
		{
			`AADSTS7000222\b|\bsecret\b.{0,80}\bexpired?\b|\bexpired\b.{0,20}\bsecret\b`, (*Exchange).sendsSecret,
			"client_secret has expired. Create a new secret at the vendor, and set client_secret to its value.",
		},
		{
			// Microsoft Entra, Okta, Keycloak
			`AADSTS(7000215|50012)\b|\b(invalid|wrong|incorrect|bad)\b.{0,20}\bsecret\b|\bsecret\b.{0,60}\b(invalid|wrong|incorrect|not valid|not match)\b`,
			(*Exchange).sendsSecret,
			"The endpoint knows the client, but does not accept client_secret. Copy it again, or create a new one at the vendor " +
				"(with Microsoft Entra, its value and not its ID).",
		},
		{
			`AADSTS700025\b|\bpublic client\b`, nil,
			"The endpoint has this client as a public one, which cannot prove who it is. Make it confidential at the vendor " +
				`(in Keycloak, turn on Client authentication), or set client_auth = "none" if the vendor allows that for this grant.`,
		},
		{
			`\bservice accounts?\b`, nil,
			"The client may not use this grant. Allow it for the client at the vendor (in Keycloak, turn on Service accounts roles).",
		},
	}
}

// symptomsOfThePurpose are those that are about what the token is for.
func symptomsOfThePurpose() []symptom {
	return []symptom{
		{`AADSTS500011\b`, nil, "The tenant does not know the API that the scope names. Check scopes, and the tenant in token_url."},
		{
			`AADSTS(70011|1002012)\b`, nil,
			"With this grant, Microsoft Entra takes one scope: the identifier of the API with /.default at its end. Check scopes.",
		},
		{`\bmust (contain|be provided)\b.*'scope'|'scope' must be provided`, sendsNo("scope"), "No scope was sent. Set scopes."},
		{
			`\bmust contain\b.*'resource'`, sendsNo("resource"),
			"Set resources to the identifier of the API. Or use version 2.0 of the endpoint (…/oauth2/v2.0/token), which takes scopes instead.",
		},
		// Auth0, Hydra
		{
			`\bnot authorized to access\b|\bclient-grant\b`, (*Exchange).sendsAudience,
			"Allow the client to use the API that audience names, at the vendor (in Auth0, with a client grant).",
		},
		{
			`\bservice not (found|enabled)\b|\baudience\b`, (*Exchange).sendsAudience,
			"The endpoint does not know this audience for this client. Check audience, to the last slash.",
		},
		{`\bservice not (found|enabled)\b|\baudience\b`, sendsNo("audience"), "Set audience to the identifier of the API."},
	}
}

func (x *Exchange) sendsSecret() bool {
	switch x.Request.Auth.(type) {
	case ClientSecretBasic, ClientSecretPost:
		return true
	default:
		return false
	}
}

func (x *Exchange) sendsAudience() bool { return len(x.Request.Form["audience"]) > 0 }

// sendsNo reports whether a request lacks a parameter.
func sendsNo(name string) func(x *Exchange) bool {
	return func(x *Exchange) bool { return len(x.Request.Form[name]) == 0 }
}

// symptomAdvice is what to do about what the vendor says in words; "" if those say
// no more than the code.
func (x *Exchange) symptomAdvice(a *answer, code string) string {
	if x.Request.Auth == nil || len(a.presented) > 0 && code != "unauthorized_client" {
		return "" // the words may be about the assertion
	}
	said := string(x.vendorMessage(a))
	for _, known := range symptoms() {
		if matches(known.words, said) && (known.applies == nil || known.applies(x)) {
			return known.advice
		}
	}
	return ""
}

// matches reports whether a message has some words, whatever their case.
func matches(words, message string) bool {
	return regexp.MustCompile(`(?i)` + words).MatchString(message)
}

// meant returns the error code that a refusal stands for. Keycloak and others call
// wrong credentials unauthorized_client, which is about the grant (RFC 6749, section 5.2).
func (x *Exchange) meant(a *answer) string {
	code := a.content.Code()
	if code != "unauthorized_client" {
		return code
	}
	const (
		ofCredentials = `AADSTS700016\b|\binvalid client\b|\bclient (secret|credentials)\b|not identified`
		ofGrant       = `\bgrants?\b|\bservice account|\bflow\b|\bnot (allowed|authorized|enabled|permitted)\b`
	)
	message := string(x.vendorMessage(a))
	isCredentials := matches(ofCredentials, message) || a.status == http.StatusUnauthorized && !matches(ofGrant, message)
	if isCredentials && x.Request.Auth != nil {
		return "invalid_client"
	}
	return code
}
