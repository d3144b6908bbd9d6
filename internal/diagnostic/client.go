package diagnostic

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// encodingAdvice is about characters that HTTP Basic may have sent in another way.
func (r *report) encodingAdvice() string {
	basic, ok := r.x.Request.Auth.(token.ClientSecretBasic)
	if !ok || r.a.Status != http.StatusBadRequest && r.a.Status != http.StatusUnauthorized {
		return ""
	}
	return encodings(basic)
}

// clientAdvice is what to do if the endpoint does not accept the client.
func (r *report) clientAdvice() string {
	switch auth := r.x.Request.Auth.(type) {
	case token.ClientSecretBasic:
		return join(`The id and the secret were sent with HTTP Basic (client_auth = "client_secret_basic", the default). `+
			`If the vendor's page puts them into the body, set client_auth = "client_secret_post".`, encodings(auth), checkSecret, notRepeated)
	case token.ClientSecretPost:
		return `The id and the secret were sent in the body (client_auth = "client_secret_post"). ` +
			`If the vendor's page says HTTP Basic, set client_auth = "client_secret_basic". ` + checkSecret + " " + notRepeated
	case token.ClientAssertion:
		return join(r.assertionAdvice(func(name string) bool { return name == token.ClientAssertionName }), notRepeated)
	case token.ClientID:
		return r.namedAdvice(auth)
	}
	return ""
}

// namedAdvice is clientAdvice for a client that is named, and proves nothing itself.
func (r *report) namedAdvice(auth token.ClientID) string {
	switch {
	case r.x.Request.Certificate != nil:
		return "The client was named by client_id and its TLS certificate. Check that the endpoint knows client_certificate_pem for this client. " + notRepeated
	case auth.ID == "":
		return `No client was named (client_auth = "none", without client_id). If the vendor gave you a client, set client_id, and client_auth as its page says.`
	}
	return `client_id was sent without a secret (client_auth = "none"). If the client has a secret or a key, set client_auth as the vendor's page says. ` + notRepeated
}

// encodings is what to do about characters that the encodings of HTTP Basic send differently.
func encodings(a token.ClientSecretBasic) string {
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

// methods returns the names that the client's way to authenticate may have.
func (r *report) methods() []string {
	switch auth := r.x.Request.Auth.(type) {
	case token.ClientSecretBasic:
		return []string{"client_secret_basic"}
	case token.ClientSecretPost:
		return []string{"client_secret_post"}
	case token.ClientAssertion:
		if signed, ok := auth.Assertion.(source.Signed); ok && signed.IsHMAC() {
			return []string{"client_secret_jwt"}
		}
		return []string{"private_key_jwt"}
	default:
		if r.x.Request.Certificate != nil {
			return []string{"tls_client_auth", "self_signed_tls_client_auth", "none"}
		}
		return []string{"none"}
	}
}

// methodAdvice is what to do if the issuer's metadata does not list the way in which the client authenticates.
func (r *report) methodAdvice() string {
	used := r.methods()
	isUsed := func(method string) bool { return slices.Contains(used, method) }
	if len(r.x.AuthMethods) == 0 || slices.ContainsFunc(r.x.AuthMethods, isUsed) {
		return ""
	}
	return "The issuer's metadata does not list " + used[0] + ", which was used. It lists " + strings.Join(r.x.AuthMethods, ", ") +
		": set client_auth to one of these."
}

// quotedAdvice is what to do about credentials in quotes, which are sent as they are: a secret may have quotes.
func (r *report) quotedAdvice() string {
	credentials := slices.DeleteFunc(slices.Concat(r.x.Secrets, r.a.Secrets()), func(e said.Entry) bool { return !isCredential(e) })
	for _, l := range leavesOf(r.x.Request.Body) {
		credentials = append(credentials, said.Entry{Name: l.path, Value: l.text})
	}
	quoted := slices.DeleteFunc(credentials, func(e said.Entry) bool { return !transport.IsQuoted(e.Value) })
	var names []string
	for i, entry := range quoted {
		isNamed := func(e said.Entry) bool { return e.Name == entry.Name || e.Value.Equal(entry.Value) } // that of a source has two names
		if !slices.ContainsFunc(quoted[:i], isNamed) {
			names = append(names, entry.Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return r.show(strings.Join(names, ", ")) + ": the value begins and ends with the same quotes. If they are not part of it, remove them: " +
		"docker --env-file and some other tools keep the quotes that are in a file."
}

// isCredential reports whether an entry is a secret, or names who has it. Bodies have other quotes.
func isCredential(entry said.Entry) bool {
	names, bodies := []string{"client_id", "username"}, []string{"json", "body", "claims"}
	return slices.Contains(names, entry.Name) || !entry.Public && !slices.Contains(bodies, entry.Name)
}
