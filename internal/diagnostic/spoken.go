package diagnostic

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// What a vendor's message can be about, whatever the status: vendors choose their own.
var (
	// limitWords are about how many requests there were. Zoho says so with a 400.
	limitWords = words(`\btoo (many|frequent)\b.{0,30}\brequests?\b|\brequests?\b.{0,30}\btoo (many|frequent)|\brate.?limit|\bthrottl|too_many_requests`)
	// credentialWords are about what proves who asks. UniFi says 499 if a second factor is missing.
	credentialWords = words(`credential|passw|log.?in([^a-z]|$)|\b[2m]fa`)
	// grantWords are about a grant, whose name may be client_credentials or password.
	grantWords = words(`\bgrant`)
	// addresses are paths and URLs, whose words say nothing.
	addresses = regexp.MustCompile(`(?:^|[\s"'(:=])/\S+|\S+://\S+`)
)

const (
	// saidLimit is what to do about a limit that only the message tells of.
	saidLimit = "The vendor's message is about a limit on requests, and not about what the set sends. Run again later: more requests before " +
		"that may make the wait longer. If it persists, ask the vendor what the limit is."
	// saidWhy is what to do about a status that means nothing by itself.
	saidWhy = "The endpoint refuses the request, and the message says why. Check what the set sends, credentials first. " + notRepeated
	// lost is a status that servers in front of an endpoint send if they have lost a
	// connection (nginx), and the words that some of them send with it (Traefik).
	lost, lostWords = 499, "Client Closed Request"
)

// saysLimit reports whether the message of a refusal is about how many requests there
// were. A 401 is still about the credentials.
func (r *report) saysLimit() bool {
	isOther := r.a.Status == http.StatusUnauthorized || r.a.Status == http.StatusProxyAuthRequired || r.a.IsTemporary()
	if r.e.Purpose != token.ForToken || isOther || !r.isDescribed() && r.a.Code() == "invalid_client" {
		return false
	}
	return limitWords.MatchString(string(r.a.Message()))
}

// saysCredentials reports whether the message is about what proves who asks.
func (r *report) saysCredentials() bool {
	said := addresses.ReplaceAllString(string(r.a.Message()), "")
	return r.e.Purpose == token.ForToken && credentialWords.MatchString(said) && !grantWords.MatchString(said)
}

// isRare reports whether the status of a refusal means nothing for a token request.
func (r *report) isRare() bool {
	isRefusal := r.a.Status >= http.StatusBadRequest && r.a.Status < http.StatusInternalServerError
	return isRefusal && (statuses[r.a.Status] == "" || r.a.Status == lost) && r.a.Status != http.StatusProxyAuthRequired && !r.a.IsTemporary()
}

// saysWhy reports whether the vendor has a message for a status that means nothing by itself.
func (r *report) saysWhy() bool {
	said := string(r.a.Message())
	return r.isRare() && said != "" && !strings.EqualFold(said, lostWords)
}

// status returns the status of a refusal as its advice sees it: 401 if the message is
// about credentials, and neither the status nor a code says something else.
func (r *report) status() int {
	open := []int{http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity}
	isOpen := r.isRare() || slices.Contains(open, r.a.Status)
	if isOpen && (r.isDescribed() || r.a.Code() == "") && r.saysCredentials() {
		return http.StatusUnauthorized
	}
	return r.a.Status
}

// tableAdvice is what the service's own table says about a refusal.
func (r *report) tableAdvice() string {
	table := r.set.Service.Advice
	if r.isDescribed() { // its table is by the meaning of a status, and not of a vendor
		return table[r.status()]
	}
	return table[r.a.Status]
}

// statusAdvice is what to do about the status of a refusal, or about what the message says.
func (r *report) statusAdvice() string {
	status := r.status()
	if r.saysWhy() && status != http.StatusUnauthorized {
		return saidWhy
	}
	return generalAdvice(status)
}

// aboutLimit returns another advice if the message is about a limit.
func (r *report) aboutLimit(m message) message {
	switch {
	case !r.saysLimit():
	case r.a.IsLimit():
		m.advice = limited
	default:
		m.advice = join(saidLimit, r.resetSentence())
	}
	return m
}
