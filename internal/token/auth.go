package token

import (
	"encoding/base64"
	"net/http"
	"net/url"
)

// ClientAuth authenticates the client to the token endpoint: one type a method
// of the IANA registry "OAuth Token Endpoint Authentication Methods".
type ClientAuth interface {
	// authenticate puts the credentials on a token request.
	authenticate(header http.Header, form Form)
	// identity returns everything that makes this client this client.
	identity() []string
	// secrets returns the values that no message may repeat.
	secrets() []Secret
	// hint returns what an HTTP status may have to do with the method, or "".
	hint(status int) string
}

// ClientSecretBasic is client_secret_basic: HTTP Basic (RFC 6749, section 2.3.1).
type ClientSecretBasic struct {
	// ID is the client identifier.
	ID string
	// Secret is the client secret.
	Secret Secret
	// Raw leaves ID and Secret as they are. RFC 6749 wants them form-encoded
	// first, and many servers do not.
	Raw bool
}

func (a ClientSecretBasic) authenticate(header http.Header, _ Form) {
	header.Set("Authorization", "Basic "+a.credentials().Reveal())
}

func (a ClientSecretBasic) credentials() Secret {
	id, secret := a.ID, a.Secret.Reveal()
	if !a.Raw {
		id, secret = url.QueryEscape(id), url.QueryEscape(secret)
	}
	return NewSecret(base64.StdEncoding.EncodeToString([]byte(id + ":" + secret)))
}

func (a ClientSecretBasic) identity() []string {
	return []string{"client_secret_basic", a.credentials().Reveal(), a.ID, a.Secret.Reveal()}
}

func (a ClientSecretBasic) secrets() []Secret { return []Secret{a.Secret} }

func (a ClientSecretBasic) hint(status int) string {
	if status != http.StatusBadRequest && status != http.StatusUnauthorized {
		return ""
	}
	if url.QueryEscape(a.ID) == a.ID && url.QueryEscape(a.Secret.Reveal()) == a.Secret.Reveal() {
		return ""
	}
	used, other := "form", "raw"
	if a.Raw {
		used, other = other, used
	}
	return "The client id or secret has characters that basic_encoding = \"form\" and \"raw\" send differently, and \"" +
		used + "\" was used: where the credentials are right, try basic_encoding = \"" + other + "\"."
}

// ClientSecretPost is client_secret_post: both in the body (RFC 6749, section 2.3.1).
type ClientSecretPost struct {
	// ID is the client identifier.
	ID string
	// Secret is the client secret.
	Secret Secret
}

func (a ClientSecretPost) authenticate(_ http.Header, form Form) {
	form.set("client_id", NewSecret(a.ID))
	form.set("client_secret", a.Secret)
}

func (a ClientSecretPost) identity() []string {
	return []string{"client_secret_post", a.ID, a.Secret.Reveal()}
}

func (a ClientSecretPost) secrets() []Secret { return []Secret{a.Secret} }

func (ClientSecretPost) hint(int) string { return "" }
