package token

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// ClientAuth authenticates the client to the token endpoint, by a method of the
// IANA registry "OAuth Token Endpoint Authentication Methods".
type ClientAuth interface {
	// authenticate puts the credentials on a request.
	authenticate(ctx context.Context, c *call, header http.Header, form Form) error
	// identity returns everything that tells this client from others, for key.
	identity() []string
	// secrets returns the values that no message may repeat.
	secrets() said.Book
	// hint returns advice where the method may be the cause of an HTTP status, or "".
	hint(status int) string
}

// ClientSecretBasic is client_secret_basic: HTTP Basic (RFC 6749, section 2.3.1).
type ClientSecretBasic struct {
	// ID is the client identifier.
	ID string
	// Secret is the client secret.
	Secret said.Secret
	// Raw leaves ID and Secret as they are. RFC 6749 wants them form-encoded
	// first, and many servers do not.
	Raw bool
}

func (a ClientSecretBasic) authenticate(_ context.Context, _ *call, header http.Header, _ Form) error {
	header.Set("Authorization", "Basic "+a.credentials().Reveal())
	return nil
}

func (a ClientSecretBasic) credentials() said.Secret {
	id, secret := a.ID, a.Secret.Reveal()
	if !a.Raw {
		id, secret = url.QueryEscape(id), url.QueryEscape(secret)
	}
	return said.NewSecret(base64.StdEncoding.EncodeToString([]byte(id + ":" + secret)))
}

func (a ClientSecretBasic) identity() []string {
	return []string{"client_secret_basic", a.credentials().Reveal(), a.ID, a.Secret.Reveal()}
}

func (a ClientSecretBasic) secrets() said.Book {
	return said.Book{{Name: "client_secret", Value: a.Secret}}
}

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

// ClientSecretPost is client_secret_post: id and secret in the body (RFC 6749,
// section 2.3.1).
type ClientSecretPost struct {
	// ID is the client identifier.
	ID string
	// Secret is the client secret.
	Secret said.Secret
}

func (a ClientSecretPost) authenticate(_ context.Context, _ *call, _ http.Header, form Form) error {
	form.set("client_id", said.NewSecret(a.ID))
	form.set("client_secret", a.Secret)
	return nil
}

func (a ClientSecretPost) identity() []string {
	return []string{"client_secret_post", a.ID, a.Secret.Reveal()}
}

func (a ClientSecretPost) secrets() said.Book {
	return said.Book{{Name: "client_secret", Value: a.Secret}}
}

func (ClientSecretPost) hint(int) string { return "" }

// clientAssertionType is the type of JWT client assertions (RFC 7523, section 2.2).
const clientAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// ClientAssertion is client_secret_jwt and private_key_jwt (RFC 7523, section
// 2.2), with an assertion signed here or one that somebody else has made.
type ClientAssertion struct {
	// ID is the client identifier; it may be empty, since the assertion names the client.
	ID string
	// Assertion gives the assertion.
	Assertion Source
}

func (a ClientAssertion) authenticate(ctx context.Context, c *call, _ http.Header, form Form) error {
	assertion, err := c.get(ctx, a.Assertion)
	if err != nil {
		return err
	}
	if a.ID != "" {
		form.set("client_id", said.NewSecret(a.ID))
	}
	form.set("client_assertion_type", said.NewSecret(clientAssertionType))
	form.set("client_assertion", assertion)
	return nil
}

func (a ClientAssertion) identity() []string {
	return append([]string{"client_assertion", a.ID}, a.Assertion.identity()...)
}

func (a ClientAssertion) secrets() said.Book { return a.Assertion.secrets() }

func (ClientAssertion) hint(int) string { return "" }

// ClientID only names the client. It is the method none (RFC 6749, section 2.3),
// and tls_client_auth and self_signed_tls_client_auth (RFC 8705, section 2), with
// which the request's Certificate authenticates the client.
type ClientID struct {
	// ID is the client identifier.
	ID string
}

func (a ClientID) authenticate(_ context.Context, _ *call, _ http.Header, form Form) error {
	if a.ID != "" {
		form.set("client_id", said.NewSecret(a.ID))
	}
	return nil
}

func (a ClientID) identity() []string { return []string{"client_id", a.ID} }

func (ClientID) secrets() said.Book { return nil }

func (ClientID) hint(int) string { return "" }
