package service

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// issuerURL returns a validator of an issuer, which is not the URL of its metadata.
func issuerURL() validator.String {
	return Check("URL cannot be used", "an issuer", func(value string) error {
		switch {
		case strings.Contains(value, "#"):
			return errors.New("it has a fragment (#…), which an issuer must not have (RFC 8414, section 2)")
		case strings.Contains(value, "/.well-known"):
			return errors.New("it is the URL of the issuer's metadata. " + leaveOut(value))
		}
		return nil
	})
}

// leaveOut says which part of a metadata URL is not the issuer. The document's name is at the
// end (OpenID Connect Discovery) or between host and path (RFC 8414, section 3.1).
func leaveOut(value string) string {
	const cause = "set issuer to the value that the metadata has for issuer"
	for _, document := range []string{"/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"} {
		before, after, found := strings.Cut(value, document)
		issuer := before + strings.TrimSuffix(after, "/")
		if found && !strings.Contains(issuer, "?") && transport.CheckURL(issuer, true) == nil {
			return fmt.Sprintf("Leave out %s: issuer = %q. If that is not found, %s, which may end with a slash", document, issuer, cause)
		}
	}
	return "Leave out /.well-known/… and " + cause
}
