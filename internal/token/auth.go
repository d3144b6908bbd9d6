package token

import (
	"context"
	"net/http"
	"net/url"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
)

// ClientAuth authenticates the client to the token endpoint, by a method of the
// IANA registry "OAuth Token Endpoint Authentication Methods".
type ClientAuth interface {
	// authenticate puts the credentials on a request.
	authenticate(ctx context.Context, c *call, header http.Header, form Form) error
	// identity returns everything that tells this client from others, for key.
	identity() []string
}

// ClientSecretBasic is client_secret_basic: HTTP Basic (RFC 6749, section 2.3.1).
type ClientSecretBasic struct {
	ID     string      // the client identifier
	Secret said.Secret // the client secret
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

// ClientSecretPost is client_secret_post: id and secret in the body (RFC 6749,
// section 2.3.1).
type ClientSecretPost struct {
	ID     string      // the client identifier
	Secret said.Secret // the client secret
}

func (a ClientSecretPost) authenticate(_ context.Context, _ *call, _ http.Header, form Form) error {
	form.set("client_id", said.NewSecret(a.ID))
	form.set("client_secret", a.Secret)
	return nil
}

func (a ClientSecretPost) identity() []string {
	return []string{"client_secret_post", a.ID, a.Secret.Reveal()}
}

// The parameter of a client assertion, and its type (RFC 7523, section 2.2).
const (
	ClientAssertionName = "client_assertion"
	clientAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
)

// ClientAssertion is client_secret_jwt and private_key_jwt (RFC 7523, section
// 2.2), with an assertion signed here or one that somebody else has made.
type ClientAssertion struct {
	ID          string        // the client identifier; it may be empty, since the assertion names the client
	Assertion   source.Source // gives the assertion
	AudienceSet bool          // the user has chosen its audience
}

func (a ClientAssertion) authenticate(ctx context.Context, c *call, _ http.Header, form Form) error {
	assertion, err := c.present(ctx, ClientAssertionName, a.Assertion)
	if err != nil {
		return err
	}
	if a.ID != "" {
		form.set("client_id", said.NewSecret(a.ID))
	}
	form.set("client_assertion_type", said.NewSecret(clientAssertionType))
	form.set(ClientAssertionName, assertion)
	return nil
}

func (a ClientAssertion) identity() []string {
	return append([]string{"client_assertion", a.ID}, a.Assertion.Identity()...)
}

// ClientID only names the client. It is the method none (RFC 6749, section 2.3),
// and tls_client_auth and self_signed_tls_client_auth (RFC 8705, section 2), with
// which the request's Certificate authenticates the client.
type ClientID struct {
	ID string // the client identifier
}

func (a ClientID) authenticate(_ context.Context, _ *call, _ http.Header, form Form) error {
	if a.ID != "" {
		form.set("client_id", said.NewSecret(a.ID))
	}
	return nil
}

func (a ClientID) identity() []string { return []string{"client_id", a.ID} }
