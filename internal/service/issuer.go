package service

import (
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// issuerURL returns a validator of an issuer, which is no URL of its metadata.
func issuerURL() validator.String {
	return Check("URL cannot be used", "an issuer", func(value string) error {
		if strings.Contains(value, "/.well-known") {
			return errors.New("it is the URL of the issuer's metadata. Leave out /.well-known/… and set issuer to the value that the " +
				"metadata has for issuer")
		}
		return nil
	})
}
