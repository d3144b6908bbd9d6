package diagnostic

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// grantAdvice is what to do about the assertion or the token that is exchanged: the one
// that the vendor names, else not about the actor's.
func (r *report) grantAdvice() string {
	isGrant := func(name string) bool {
		return name != token.ClientAssertionName && name != "jwt" && !strings.HasPrefix(name, token.NamedSource)
	}
	message := string(r.a.Message())
	return cmp.Or(
		r.assertionAdvice(func(name string) bool { return isGrant(name) && strings.Contains(message, name) }),
		r.assertionAdvice(func(name string) bool { return isGrant(name) && name != "actor_token" }),
		r.assertionAdvice(isGrant),
	)
}

// proofWords are what a message has about what is exchanged for the token.
var proofWords = words(`assertion|(subject|actor).?token`)

// proofAdvice is what to do about an assertion or a token that servers refuse with another
// code than RFC 6749 has for that, or "".
func (r *report) proofAdvice(code, grant string) string {
	_, isSigned := r.x.Request.Auth.(token.ClientAssertion)
	grants := r.x.Request.Form["grant_type"]
	switch {
	// zitadel: nothing but the client assertion can be meant.
	case code == "invalid_grant" && isSigned && len(grants) == 1 && grants[0].Reveal() == "client_credentials":
		return r.clientAdvice()
	// zitadel, and RFC 8693 (section 2.2.2)
	case code == "invalid_request" && grant != "" && proofWords.MatchString(string(r.a.Message())):
		return grant
	case code == "invalid_request" && slices.ContainsFunc(r.a.Presented, func(p token.Presented) bool { return p.Name == "subject_token" }):
		return join(grant, codeAdvice[code])
	}
	return ""
}

// assertionAdvice is what to do about the first assertion with such a name, which is not accepted.
func (r *report) assertionAdvice(isSuch func(name string) bool) string {
	at := slices.IndexFunc(r.assertions(), func(p assertion) bool { return isSuch(p.Name) })
	if at == -1 {
		return ""
	}
	p := r.assertions()[at]
	if p.Signed == nil {
		return p.givenAdvice(r.a.Received)
	}
	message := string(r.a.Message())
	if p.hasKeyPair() && certificateWords.MatchString(message) {
		const finds = "The endpoint finds the key by its certificate" // as Microsoft Entra and AD FS do
		if p.hasSigner() && !p.hasThumbprint() {
			return finds + `, and the assertion had no x5t. Set "x5t#S256" in header to the thumbprint of the certificate that belongs to the signer's key.`
		}
		if p.hasSigner() {
			return finds + ". Check that the thumbprint in header is that of the certificate which the endpoint has for this client."
		}
		if p.hasThumbprint() {
			return finds + ". Check that the certificate in private_key_pem is the one that the endpoint has for this client."
		}
		return finds + ", and the assertion had no x5t. Add the certificate to private_key_pem: Microsoft Entra and AD FS need it."
	}
	part := p.partNamed(message)
	text := "The endpoint does not accept the " + p.what() + p.partAdvice(part)
	if part == partAudience || part == "" && !p.hasChosenAudience() {
		return join(text, r.audienceAdvice(p))
	}
	return text
}

// audienceAdvice is which audience the endpoint may expect instead of the one that an assertion had.
func (r *report) audienceAdvice(p assertion) string {
	setter, within := "assertion_audience", ""
	if p.Name != token.ClientAssertionName {
		setter, within = "aud", " in claims"
	}
	endpoint, _, _ := strings.Cut(r.x.Request.URL, "?") // the query may hold a key
	set := func(to string) string {
		return fmt.Sprintf("set %s = %q%s.", setter, r.show(to), within)
	}
	switch audience := p.audience(); {
	case audience == "":
		return ""
	case audience != r.x.Request.URL:
		return "Some servers, such as Okta and Microsoft Entra, expect the URL of the token endpoint as audience: " + set(endpoint)
	case r.x.Issuer != "":
		return "Some servers expect their issuer as audience: " + set(r.x.Issuer)
	}
	return "Some servers expect their issuer as audience: set " + setter + within + " to it."
}

// The parts of a JWT that a vendor's words can be about.
const (
	partKeyID     = "key id"
	partSignature = "signature"
	partAudience  = "audience"
	partClient    = "client"
)

// partWords are what a message about a part has.
var partWords = []struct {
	part  string
	words *regexp.Regexp
}{
	{partKeyID, words(`\bkid\b|\bkey.?id\b`)},
	{partSignature, words(`signature|\bpublic key\b`)},
	{partAudience, words(`\baudience\b|\baud\b`)},
	{partClient, words(`\bissuer\b|\bsubject\b|\biss\b|\bsub\b|\bclient.?id\b`)},
}

// partNamed returns the part of a JWT which a vendor's message is about.
func (p assertion) partNamed(message string) string {
	for _, known := range partWords {
		if known.words.MatchString(message) && (known.part != partKeyID || p.hasKeyPair()) {
			return known.part
		}
	}
	return ""
}

// keyID returns the kid of a JWT that was signed here, as a message shows it.
func (p assertion) keyID() string { return shown(p.judge(), p.header["kid"]) }

// partAdvice is what to do about a part of a JWT that was signed here, after the name of the JWT.
func (p assertion) partAdvice(part string) string {
	switch {
	case part == partKeyID:
		return ". " + p.keyIDAdvice()
	case part == partAudience && p.audience() == "":
		return ". Check aud in claims."
	case part == partAudience:
		return "."
	case part == partClient && p.Name == token.ClientAssertionName:
		return ". Check client_id, and that this is the client's own key."
	case part == partClient:
		return ". Check iss and sub in claims."
	case !p.hasKeyPair():
		return p.secretAdvice()
	}
	text := ". Check that this client's public key is registered there, and that key_id is its kid."
	if part == partSignature && p.keyID() == "" {
		text += " If the client has several keys there, set key_id."
	}
	return text
}

// secretAdvice is what to do about a JWT that a shared secret signs, after the name of the JWT.
func (p assertion) secretAdvice() string {
	if p.r.secretName(p.Signed.Secret) == "client_secret" {
		return ", which client_secret signs. Check client_id and client_secret, and that the client may use client_secret_jwt."
	}
	return ", which secret signs. Check secret, its secret_encoding, and signing_algorithm."
}

func (p assertion) keyIDAdvice() string {
	const vendors = "the kid that the vendor shows for this client's key."
	if id := p.keyID(); id != "" {
		return `key_id is "` + id + `": compare it with ` + vendors
	}
	return "Set key_id to " + vendors
}

// isExpired reports whether it is a JWT that has expired.
func (p assertion) isExpired(now time.Time) bool {
	expiry := answer.JWTExpiry(p.Value.Reveal())
	return !expiry.IsZero() && expiry.Before(now)
}

// isNone says of what is no JWT that it should be one, or looks like a mistake.
func (p assertion) isNone() string {
	var text string
	for _, kind := range p.r.x.Request.Form[p.Name+"_type"] {
		if name := kind.Reveal(); strings.HasSuffix(name, ":jwt") || strings.HasSuffix(name, ":id_token") {
			text = "The " + p.what() + " is not a JWT, but " + p.Name + "_type says that it is one. "
		}
	}
	if strings.HasPrefix(p.Value.Reveal(), "$") {
		text += "It begins with $, as a variable of a shell does: for an environment variable, set " + p.Name + ".env to its name, without $."
	}
	return strings.TrimSpace(text)
}

// givenAdvice is what to do about an assertion or a token that was made elsewhere.
func (p assertion) givenAdvice(now time.Time) string {
	what := "The endpoint does not accept the " + p.what() + "."
	if p.isComputed() {
		return what // computation says what to check
	}
	if p.isExpired(now) {
		switch p.Source.(type) {
		case source.File:
			return what + " It has expired: the program that writes the file has to renew it."
		case source.Program:
			return what + " It has expired: the program prints an old one, perhaps from a cache of its own."
		}
		return what + " It has expired: get a new one."
	}
	what += " Compare issuer, subject and audience with what the server trusts"
	if p.header == nil {
		return what + ", and check that it has not expired."
	}
	return join(what+".", p.audienceFrom())
}

// audienceFrom says where the audience of a token that was made elsewhere is set.
func (p assertion) audienceFrom() string {
	switch from := p.Source.(type) {
	case source.GitHubActions:
		text := p.Name + ".github_actions.audience sets its audience"
		if from.Audience == "" {
			text += "; without it, that is the URL of the repository's owner"
		}
		return text + "."
	case source.HCPTerraform:
		return "The variable " + p.r.tagged(from).AudienceVariable() + " of the workspace sets its audience."
	case source.Program:
		return "Its audience is set where the program gets it, most likely by an argument."
	case source.Env:
		return "Its audience is set where the token is created: in GitLab CI/CD, by aud in id_tokens."
	}
	return ""
}

// certificateWords are what a message about the certificate of a key has.
var certificateWords = words(`thumbprint|\bx5t\b|certificate`)

// clockMargin is how far ahead this machine's clock may be before servers refuse
// JWTs that are signed here: their iat lies back by that, with the usual lifetime.
// It is also the usual period of one-time codes.
const clockMargin = 30 * time.Second

// isClock reports whether the clocks explain that a JWT signed here, or a one-time code, is refused.
func (r *report) isClock() bool {
	return r.a.ClockAhead.Abs() > clockMargin && slices.ContainsFunc(r.a.Presented, func(p token.Presented) bool {
		_, isCode := p.Source.(source.TOTP)
		return isCode || p.Signed != nil
	})
}
