package service

import (
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// issuerURL returns a validator of an issuer, which is no URL of its metadata.
func issuerURL() validator.String {
	return Check("URL cannot be used", "an issuer", func(value string) error {
		switch {
		case strings.Contains(value, "#"):
			return errors.New("it has a fragment (#…), which an issuer must not have (RFC 8414, section 2)")
		case strings.Contains(value, "/.well-known"):
			return errors.New("it is the URL of the issuer's metadata. Leave out /.well-known/… and set issuer to the value that the " +
				"metadata has for issuer")
		}
		return nil
	})
}
