package token

import (
	"context"
	"net/http"
	"net/url"
	"strings"

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
	// advice returns what to do where the endpoint does not accept the client.
	advice(a *answer, x *Exchange) string
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

func (a ClientSecretBasic) authenticate(ctx context.Context, c *call, header http.Header, form Form) error {
	return a.credentials().authenticate(ctx, c, header, form)
}

// credentials returns the id and the secret as they are sent.
func (a ClientSecretBasic) credentials() Basic {
	id, secret := a.ID, a.Secret.Reveal()
	if !a.Raw {
		id, secret = url.QueryEscape(id), url.QueryEscape(secret)
	}
	return Basic{Username: said.NewSecret(id), Password: said.NewSecret(secret)}
}

func (a ClientSecretBasic) identity() []string {
	return []string{"client_secret_basic", a.credentials().Header().Reveal(), a.ID, a.Secret.Reveal()}
}

func (a ClientSecretBasic) secrets() said.Book {
	return said.Book{{Name: "client_secret", Value: a.Secret}}
}

func (a ClientSecretBasic) advice(*answer, *Exchange) string {
	return strings.Join([]string{
		`The id and the secret were sent with HTTP Basic (client_auth = "client_secret_basic", the default). ` +
			`If the vendor's page puts them into the body, set client_auth = "client_secret_post".`,
		a.encodingAdvice(), checkSecret, notRepeated,
	}, " ")
}

// encodingAdvice is what to do about characters that the encodings send differently, or "".
func (a ClientSecretBasic) encodingAdvice() string {
	if url.QueryEscape(a.ID) == a.ID && url.QueryEscape(a.Secret.Reveal()) == a.Secret.Reveal() {
		return ""
	}
	used, other := "form", "raw"
	if a.Raw {
		used, other = other, used
	}
	return "The id or the secret has characters that basic_encoding = \"" + used + "\" (used here) and \"" + other +
		"\" send differently: if both are right, try basic_encoding = \"" + other + "\"."
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

func (ClientSecretPost) advice(*answer, *Exchange) string {
	return `The id and the secret were sent in the body (client_auth = "client_secret_post"). ` +
		`If the vendor's page says HTTP Basic, set client_auth = "client_secret_basic". ` + checkSecret + " " + notRepeated
}

// clientAssertionType is the type of JWT client assertions (RFC 7523, section 2.2).
const clientAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// ClientAssertion is client_secret_jwt and private_key_jwt (RFC 7523, section
// 2.2), with an assertion signed here or one that somebody else has made.
type ClientAssertion struct {
	// ID is the client identifier; it may be empty, since the assertion names the client.
	ID string
	// Assertion gives the assertion.
	Assertion Source
	// AudienceSet says that the user has chosen its audience, for messages.
	AudienceSet bool
}

func (a ClientAssertion) authenticate(ctx context.Context, c *call, _ http.Header, form Form) error {
	assertion, err := c.present(ctx, "client_assertion", a.Assertion)
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

func (ClientAssertion) advice(a *answer, x *Exchange) string {
	return a.assertionAdvice(x, "client_assertion") + " " + notRepeated
}

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

func (a ClientID) advice(_ *answer, x *Exchange) string {
	switch {
	case x.Request.Certificate != nil:
		return "The client was named by client_id and its TLS certificate. Check that the endpoint knows client_certificate_pem for this client. " + notRepeated
	case a.ID == "":
		return `No client was named (client_auth = "none", without client_id). If the vendor gave you a client, set client_id, and client_auth as its page says.`
	default:
		return `client_id was sent without a secret (client_auth = "none"). If the client has a secret or a key, set client_auth as the vendor's page says. ` + notRepeated
	}
}
