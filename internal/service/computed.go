package service

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	provider "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/jose"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
)

// The hash functions of hmac, and those of totp.
func hmacAlgorithms() []string {
	return []string{source.SHA1, source.SHA256, source.SHA384, source.SHA512}
}
func totpAlgorithms() []string { return []string{source.SHA1, source.SHA256, source.SHA512} }

// keyEncodings returns all values of key_encoding.
func keyEncodings() []string { return []string{source.KeyText, source.KeyHex, source.KeyBase64} }

// hmacAttribute returns the attribute for a signature that is an HMAC.
func hmacAttribute() provider.Attribute {
	return object("An HMAC ([RFC 2104](https://www.rfc-editor.org/rfc/rfc2104)), newly computed for each request.", map[string]provider.Attribute{
		// Not Required: of a null the framework says that the attribute is missing.
		"key": OptionalSecret("The key. It must be set.", inTurn{notEmpty(), sharedKey(), oneLine(), encodedKey("key_encoding")}),
		"key_encoding": Optional("How `key` is written. `text` (default): the key is the text itself. `hex`: two digits for each byte. `base64`: with either alphabet, "+
			"padded or not.", oneOf(keyEncodings()...)),
		"algorithm": Optional("The hash function: `SHA1`, `SHA256`, `SHA384` or `SHA512`. Default: `SHA256`.", oneOf(hmacAlgorithms()...)),
		"message":   OptionalSecret("The text to sign, byte for byte as the vendor describes it. In a text that is JSON, values are escaped as in `json` of the request. It must be set.", notEmpty()),
		"encoding": Optional("How the HMAC is written. `hex` (default): in hexadecimal, in lower case. `HEX`: in capitals. `base64`: with padding. `base64url`: with the "+
			"alphabet for URLs, without padding.", oneOf(source.LowerHex, source.UpperHex, source.Base64, source.Base64URL)),
	}, rulesCheck("a key and a message", hmacRule))
}

// totpAttribute returns the attribute for a one-time code.
func totpAttribute() provider.Attribute {
	return object("A time-based one-time code, as an authenticator app shows it ([RFC 6238](https://www.rfc-editor.org/rfc/rfc6238)). All requests in the same period "+
		"have the same code, and many servers accept a code only once.", map[string]provider.Attribute{
		"secret": OptionalSecret("The shared secret in base32, as it is shown when an authenticator app is set up: in any case, with or without spaces and padding. "+
			"It must be set.", inTurn{word(), totpSecret()}),
		"digits": provider.NumberAttribute{
			Optional: true, MarkdownDescription: "How many digits a code has, from `6` to `8`. Default: `6`.",
			Validators: []validator.Number{WholeNumber(6, 8)},
		},
		"period":    Optional("How long a code is valid, in whole seconds, such as `60s`. Default: `30s`.", inTurn{PositiveDuration(), wholeSeconds()}),
		"algorithm": Optional("The hash function: `SHA1`, `SHA256` or `SHA512`. Default: `SHA1`, which most authenticator apps use.", oneOf(totpAlgorithms()...)),
	}, rulesCheck("a secret", totpRule))
}

// hmacOf returns the HMAC that an object describes. It has no key if that cannot be decoded.
func hmacOf(v values) source.HMAC {
	key, _ := source.DecodeKey(v.secret("key"), v.text("key_encoding", source.KeyText))
	return source.HMAC{Key: key, Algorithm: v.text("algorithm", ""), Message: v.secret("message"), Encoding: v.text("encoding", "")}
}

// totpOf returns the code that an object describes. It has no secret if that cannot be decoded.
func totpOf(v values) source.TOTP {
	secret, _ := source.DecodeBase32(v.secret("secret"))
	return source.TOTP{Secret: secret, Digits: v.number("digits"), Period: v.duration("period"), Algorithm: v.text("algorithm", "")}
}

// hmacRule requires a key and a message, and what FIPS 140 allows.
func hmacRule(v values) *RuleError {
	if p := missing(v, "every HMAC needs it", "key", "message"); p != nil {
		return p
	}
	h := hmacOf(v)
	if !v.known("key", "key_encoding", "algorithm") || h.Key.IsEmpty() || !slices.Contains(hmacAlgorithms(), v.text("algorithm", source.SHA256)) {
		return nil // it is not known yet, or its own validator says so
	}
	return unapproved(h.Check(), "key")
}

// totpRule requires a secret, and what FIPS 140 allows.
func totpRule(v values) *RuleError {
	if p := missing(v, "every one-time code needs it", "secret"); p != nil {
		return p
	}
	t := totpOf(v)
	if !v.known("secret", "algorithm") || t.Secret.IsEmpty() || !slices.Contains(totpAlgorithms(), v.text("algorithm", source.SHA1)) {
		return nil // it is not known yet, or its own validator says so
	}
	return unapproved(t.Check(), "secret")
}

// unapproved returns the error of a hash function or a key that FIPS 140 does not allow as a
// problem of its attribute. key is the attribute with the key.
func unapproved(err error, key string) *RuleError {
	found, ok := errors.AsType[*source.Error](err)
	if !ok {
		return nil
	}
	attribute := "algorithm"
	if found.Problem == source.ShortKey {
		attribute = key
	}
	return &RuleError{attribute, "Not allowed by FIPS 140", unusable + FIPSProblem(found.Problem) + "."}
}

// FIPSProblem says what FIPS 140 does not allow in a source, and what to do.
func FIPSProblem(problem source.Problem) string {
	const only = " in this process (GODEBUG has fips140=only)"
	if problem == source.ShortKey {
		return "FIPS 140 does not allow keys of less than 14 bytes" + only + ". Ask the vendor for a longer one"
	}
	return "FIPS 140 does not allow SHA-1" + only + `. Set algorithm = "SHA256" if the vendor accepts it`
}

// sharedKey returns a validator of a key that two sides share.
func sharedKey() validator.String {
	return Check("Key cannot be used", "a key that two sides share", func(value string) error {
		if jose.HoldsPrivateKey(said.NewSecret(value)) {
			return errors.New("it has a private key in it, but an HMAC needs a key that the vendor has, too. To sign a JWT with a private key, use signed = { private_key_pem = … }")
		}
		return nil
	})
}

// encodedKey returns a validator of a key that is written as the attribute says that is
// beside it.
func encodedKey(beside string) validator.String {
	return checkBeside("Key cannot be decoded", "a key in the encoding of "+beside, func(ctx context.Context, req validator.StringRequest) error {
		var encoding types.String
		if diags := req.Config.GetAttribute(ctx, req.Path.ParentPath().AtName(beside), &encoding); diags.HasError() {
			return errors.New(beside + " beside it cannot be read")
		}
		key := req.ConfigValue.ValueString()
		problem := map[string]string{
			source.KeyHex:    "it is not hexadecimal, though %s is %q: two digits for each byte, without 0x. If the vendor shows other characters, ",
			source.KeyBase64: "it is not base64, or is cut off, though %s is %q. If the vendor does not say that the key is base64, ",
		}[encoding.ValueString()]
		if _, ok := source.DecodeKey(said.NewSecret(key), encoding.ValueString()); ok || problem == "" {
			return nil
		}
		if strings.Contains(key, ":") {
			return errors.New(`it has a colon. If it is ID:SECRET, give the secret alone: split(":", …)[1]`)
		}
		return fmt.Errorf(problem+"set %[1]s = %[3]q", beside, encoding.ValueString(), source.KeyText)
	})
}

// totpSecret returns a validator of the shared secret of one-time codes.
func totpSecret() validator.String {
	return Check("Key cannot be decoded", "a secret in base32", func(value string) error {
		if strings.HasPrefix(strings.ToLower(value), "otpauth:") {
			return errors.New("it is the URL in a QR code. Give the value of its parameter secret alone, and set digits, period and algorithm if the URL has them")
		}
		if _, ok := source.DecodeBase32(said.NewSecret(value)); !ok {
			return errors.New("it is not base32 (letters and the digits 2 to 7), or is cut off. It is the text that is shown beside the QR code when an authenticator app is set up, " +
				"and not a code of the app")
		}
		return nil
	})
}

// wholeSeconds returns a validator of a duration in whole seconds.
func wholeSeconds() validator.String {
	return Check("Duration cannot be used", "a duration in whole seconds", func(value string) error {
		if d, err := time.ParseDuration(value); err == nil && d%time.Second != 0 {
			return errors.New("it is not in whole seconds")
		}
		return nil
	})
}
