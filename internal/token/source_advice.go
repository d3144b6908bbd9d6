package token

import (
	"strings"
	"time"

	answers "github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// The parts of a JWT that a vendor's words can be about.
const (
	partKeyID     = "key id"
	partSignature = "signature"
	partAudience  = "audience"
	partClient    = "client"
)

// partNamed returns the part of a JWT which a vendor's message is about; "" if it
// names none.
func (p presented) partNamed(message said.Shown) string {
	for _, known := range []struct{ part, words string }{
		{partKeyID, `\bkid\b|\bkey.?id\b`},
		{partSignature, `signature|\bpublic key\b`},
		{partAudience, `\baudience\b|\baud\b`},
		{partClient, `\bissuer\b|\bsubject\b|\biss\b|\bsub\b|\bclient.?id\b`},
	} {
		if matches(known.words, string(message)) && (known.part != partKeyID || p.hasKeyPair()) {
			return known.part
		}
	}
	return ""
}

// keyID returns the kid of a JWT that was signed here, as a message shows it; "" if it has none.
func (p presented) keyID(x *Exchange) string {
	header, _, err := p.decoded()
	if err != nil {
		return ""
	}
	return shown(p.judge(x), header["kid"])
}

// partAdvice is what to do about a part of a JWT that was signed here, after the name
// of the JWT.
func (p presented) partAdvice(x *Exchange, part string) string {
	switch {
	case part == partKeyID:
		return ". " + p.keyIDAdvice(x)
	case part == partAudience && p.audience() == "":
		return ". Check aud in claims."
	case part == partAudience:
		return "."
	case part == partClient && p.name == "client_assertion":
		return ". Check client_id, and that this is the client's own key."
	case part == partClient:
		return ". Check iss and sub in claims."
	case !p.hasKeyPair():
		return ", which client_secret signs. Check client_id and client_secret, and that the client may use client_secret_jwt."
	}
	text := ". Check that this client's public key is registered there, and that key_id is its kid."
	if part == partSignature && p.keyID(x) == "" {
		text += " If the client has several keys there, set key_id."
	}
	return text
}

func (p presented) keyIDAdvice(x *Exchange) string {
	const vendors = "the kid that the vendor shows for this client's key."
	if id := p.keyID(x); id != "" {
		return `key_id is "` + id + `": compare it with ` + vendors
	}
	return "Set key_id to " + vendors
}

// isExpired reports whether it is a JWT that has expired.
func (p presented) isExpired(now time.Time) bool {
	expiry := answers.JWTExpiry(p.value.Reveal())
	return !expiry.IsZero() && expiry.Before(now)
}

// isNone says of what is no JWT that it should be one, or looks like a mistake; "" if
// neither is known.
func (p presented) isNone(x *Exchange) string {
	var text string
	for _, kind := range x.Request.Form[p.name+"_type"] {
		if name := kind.Reveal(); strings.HasSuffix(name, ":jwt") || strings.HasSuffix(name, ":id_token") {
			text = "The " + p.what() + " is not a JWT, which " + p.name + "_type says it is. "
		}
	}
	if strings.HasPrefix(p.value.Reveal(), "$") {
		text += "It begins with $, as a variable of a shell does: for an environment variable, set " + p.name + ".env to its name, without $."
	}
	return strings.TrimSpace(text)
}

// givenAdvice is what to do about an assertion or a token that was made elsewhere.
func (p presented) givenAdvice(x *Exchange, now time.Time) string {
	what := "The endpoint does not accept the " + p.what() + "."
	if p.isExpired(now) {
		if _, ok := p.source.(File); ok {
			return what + " It has expired: whatever writes the file has to renew it."
		}
		return what + " It has expired: get a new one."
	}
	compare := " Compare issuer, subject and audience with what the server trusts"
	if _, _, err := p.decoded(); err != nil {
		return what + compare + ", and check that it has not expired."
	}
	return squeeze(what + compare + ". " + p.audienceFrom(x))
}

// audienceFrom says where the audience of a token that was made elsewhere is set; "" if
// that is not known.
func (p presented) audienceFrom(x *Exchange) string {
	switch source := p.source.(type) {
	case GitHubActions:
		text := p.name + ".github_actions.audience sets its audience"
		if source.Audience == "" {
			text += "; without it, that is the URL of the repository's owner"
		}
		return text + "."
	case HCPTerraform:
		return "The variable " + HCPTerraform{x.named(source.Tag)}.audienceVariable() + " of the workspace sets its audience."
	case Env:
		return "Whatever makes the token sets its audience: in GitLab CI/CD, aud of id_tokens sets it."
	default:
		return ""
	}
}
