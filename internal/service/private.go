package service

import (
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/jose"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
)

// privateKey is the summary of an error about a private key that would be sent.
const privateKey = "Private key would be sent"

// neverSent says what to do about it. No endpoint needs a private key: signatures made
// with the key prove who the client is.
const neverSent = "a private key is never sent, because anyone who has it can request tokens. If the endpoint expects a JWT that is signed with it, use "

// assertion returns a validator of an assertion or a token to send. JSON and XML may
// have several lines. In other texts, a line break is a mistake.
func assertion() validator.String {
	return inTurn{notEmpty(), noPrivateKey("signed = { private_key_pem = … }"), Check(strayCharacter, "an assertion or a token", func(value string) error {
		if err := checkEntry(value); err != nil || source.HasLines(value) {
			return err
		}
		return checkInside(value, func(r rune) bool { return r == ' ' })
	})}
}

// noPrivateKey returns a validator of a text that is sent. instead says how to sign.
func noPrivateKey(instead string) validator.String {
	return Check(privateKey, "a text without a private key", func(value string) error {
		if jose.HoldsPrivateKey(said.NewSecret(value)) {
			return errors.New("it has a private key in it; " + neverSent + instead)
		}
		return nil
	})
}

// noPrivateKeys is noPrivateKey for the values of a map.
func noPrivateKeys(instead string) validator.Map {
	return eachOf("values without a private key", func(_ string, element attr.Value) (summary, detail string) {
		value, _ := element.(types.String)
		if jose.HoldsPrivateKey(said.NewSecret(value.ValueString())) {
			return privateKey, "The value has a private key in it; " + neverSent + instead + "."
		}
		return "", ""
	})
}

// How to sign with a private key in a set of custom, and in one of oauth2.
const (
	customSigns = "request.sources = { jwt = { signed = { private_key_pem = … } } }, and {jwt} where the JWT goes"
	oauth2Signs = `client_auth = "private_key_jwt" with private_key_pem, or assertion = { signed = { private_key_pem = … } }`
)
