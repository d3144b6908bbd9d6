package service

import (
	"encoding/json"
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

// signedAttribute returns the attribute of a JWT that is signed here.
func signedAttribute() provider.Attribute {
	return object("A JWT, newly signed for each request. Exactly one of `private_key_pem`, `secret` and `signer` signs it.", signedAttributes(), signedCheck())
}

// signedAttributes returns the attributes that describe a JWT and what signs it.
func signedAttributes() map[string]provider.Attribute {
	return map[string]provider.Attribute{
		"private_key_pem": OptionalSecret("The private key that signs the JWT. It is PEM (PKCS #8, PKCS #1 or SEC 1) or a private JWK. " +
			"Append the certificate for servers that find the key by its thumbprint (`x5t`, `x5t#S256`)."),
		"private_key_passphrase": passphraseOf("private_key_pem"),
		"secret":                 OptionalSecret("The shared secret that signs the JWT with `HS256`, `HS384` or `HS512`.", inTurn{notEmpty(), sharedSecret(), oneLine(), encodedKey("secret_encoding")}),
		"secret_encoding": Optional("How `secret` is written: `text` (default), `hex`, or `base64`, which includes base64url. The JWT is signed with the decoded bytes.",
			oneOf(keyEncodings()...)),
		"signer": provider.ListAttribute{
			Optional: true, ElementType: types.StringType, Validators: []validator.List{programArguments()},
			MarkdownDescription: "A program that signs the JWT, and its arguments, if the key is in a KMS, an HSM or Vault. It reads the signing input " +
				"(the text to be signed, not its digest) on stdin, and prints the signature in base64 or base64url; one of ECDSA may be DER or raw. `signing_algorithm` is required. " +
				"There is no shell: each argument is an element of its own. The program gets the environment of Terraform but no terminal, and is ended after `transport.timeout`. " +
				"Other users of the machine may see its arguments, so put no secret there.",
		},
		"signing_algorithm": signingAlgorithm("the JWT", " `secret`: `HS256` (default), `HS384` or `HS512`. `signer`: the algorithm of its key, without a default."),
		"key_id":            Optional("The `kid` in the header of the JWT. Default: the `kid` of the JWK, if the key is one.", word()),
		"lifetime": Optional("The lifetime of the JWT, such as `10m`. Default: `5m`. It begins (`iat`) one minute before it is signed, "+
			"or a tenth of the lifetime if that is shorter, because clocks differ.", PositiveDuration()),
		"claims": OptionalSecret("The claims of the JWT: `jsonencode({ … })`. Missing claims that are added: `iss` (the client ID, if there is one), `aud` (the URL of "+
			"the token endpoint), `iat`, `exp` and `jti`, but not `sub`. A claim that is `null` is left out. `iat`, `exp`, `nbf` and `auth_time` must be numbers: "+
			"`\"{time}\"` becomes one. `{fingerprint}` inserts the fingerprint of the public key of `private_key_pem`, as Snowflake writes it: `SHA256:` and base64. "+
			"`{uuid}`, `{time}`, `{time_ms}` and `{time_rfc3339}` insert a random UUID and the time, here and in `header`.", noPrivateKey("private_key_pem beside it")),
		"header": OptionalSecret("Further header fields of the JWT, such as `typ` or `nonce`: `jsonencode({ … })`. They override `typ`, `kid` and the thumbprints. "+
			"A field that is `null` is left out.", noPrivateKey("private_key_pem beside it")),
	}
}

// signingAlgorithm returns the attribute for the algorithm that signs something;
// more is added to the description of the algorithms of private keys.
func signingAlgorithm(signed, more string) provider.Attribute {
	return Optional("The algorithm that signs "+signed+". RSA keys: `RS256` (default), `RS384`, `RS512`, `PS256`, `PS384` or `PS512`. "+
		"EC keys: `ES256`, `ES384` or `ES512`, as the curve requires. Ed25519 keys: `EdDSA` (default), or its newer name `Ed25519`."+more,
		oneOf(signingAlgorithms()...))
}

// isHMAC reports whether an algorithm signs with a shared secret.
func isHMAC(algorithm string) bool { return strings.HasPrefix(algorithm, "HS") }

// signingAlgorithms returns all values of signing_algorithm.
func signingAlgorithms() []string {
	return []string{
		"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519", "HS256", "HS384", "HS512",
	}
}

// sharedSecret returns a validator of a secret that signs, which must not be a private key.
func sharedSecret() validator.String {
	return Check(Unsigned, "a shared secret", func(value string) error {
		if jose.HoldsPrivateKey(said.NewSecret(value)) {
			return errors.New("it is a private key. Give it as private_key_pem")
		}
		return nil
	})
}

// signedJWT returns the JWT that an object describes. signed has the claims that do not
// come from the object.
func signedJWT(v values, signed source.Signed) source.Signed {
	signed.Key, signed.Passphrase = v.secret("private_key_pem"), v.secret("private_key_passphrase")
	if secret, ok := source.DecodeKey(v.secret("secret"), v.text("secret_encoding", source.KeyText)); ok {
		signed.Secret = secret
	}
	if v.isSet("signer") {
		signed.Signer = v.texts("signer")
	}
	signed.Algorithm = v.text("signing_algorithm", "")
	signed.KeyID = v.text("key_id", "")
	signed.Lifetime = v.duration("lifetime")
	signed.Claims = v.secret("claims")
	signed.Header = v.secret("header")
	return signed
}

// signedCheck returns a validator of the attributes of a JWT against each other.
func signedCheck() validator.Object {
	return objectCheck{"one key, and an algorithm, claims and a header that fit", func(req validator.ObjectRequest, resp *validator.ObjectResponse) {
		report(req, resp, signedRules())
		warnOfShortSecret(req, resp)
	}}
}

// warnOfShortSecret warns of a secret of a JWT that is shorter than its algorithm wants.
// Vendors issue such secrets.
func warnOfShortSecret(req validator.ObjectRequest, resp *validator.ObjectResponse) {
	v := valuesOf(req.ConfigValue)
	if resp.Diagnostics.HasError() || !v.known("secret", "secret_encoding", "signing_algorithm") {
		return
	}
	if short := signedJWT(v, source.Signed{}).ShortSecret(); short != "" {
		at := req.Path.AtName("secret")
		resp.Diagnostics.AddAttributeWarning(at, "Secret is short", fmt.Sprintf("%s: %s. It is used all the same, because some vendors issue short secrets. If you have "+
			"chosen it yourself, choose a longer one: whoever sees one JWT can try out all short secrets.", where(at), short))
	}
}

// Unsigned is the summary of an error about a JWT that cannot be signed.
const Unsigned = "JWT cannot be signed"

// signedRules returns the rule of the attributes that describe a JWT.
func signedRules() rule {
	all := first(signsRule, algorithmRule, emptyRule, endRule, signedRule)
	return func(v values) *RuleError {
		if isStray(v.text("secret", "")) {
			return nil // its own validator says so
		}
		return all(v)
	}
}

// isStray reports whether the validator of a key reports a character in it.
func isStray(key string) bool { return checkPassword(key) != nil }

// signsRule requires one key, secret or signer, and no attribute of another one.
func signsRule(v values) *RuleError {
	keys := []string{"private_key_pem", "secret", "signer"}
	set := v.given(slices.Clone(keys)...)
	switch {
	case len(set) > 1:
		return &RuleError{set[1], Unsigned, "Exactly one of private_key_pem, secret and signer signs the JWT. Given: " + listed(set) + "."}
	case len(set) == 0 && v.known(keys...):
		return &RuleError{"private_key_pem", "Missing private_key_pem", unset + "a JWT needs a private key, or secret or signer in its place. " + misspelt}
	case v.isGiven("secret_encoding") && !v.isSet("secret"):
		return &RuleError{"secret_encoding", "Encoding is not used", "secret_encoding says how secret is written, which is not set."}
	}
	return unusedPassphrase(v, "private_key_passphrase", "private_key_pem")
}

// algorithmRule requires an algorithm of the kind that the key, the secret or the signer
// has.
func algorithmRule(v values) *RuleError {
	if v.isGiven("signer") {
		if p := missing(v, "the key of a signer is not known here. It is the algorithm of that key, such as RS256 or ES256", "signing_algorithm"); p != nil {
			return p
		}
	}
	algorithm := v.text("signing_algorithm", "")
	for _, other := range v.given("private_key_pem", "signer") {
		if isHMAC(algorithm) {
			return &RuleError{"signing_algorithm", Unsigned, fmt.Sprintf(unusable+"the HS algorithms sign with secret, and %s signs with a private key.", other)}
		}
	}
	return nil
}

// emptyRule requires that claims and header are not empty.
func emptyRule(v values) *RuleError {
	for _, name := range []string{"claims", "header"} {
		if v.isGiven(name) && v.text(name, "") == "" {
			return &RuleError{name, emptyValue, unusable + `it is empty. Leave it out or, if it comes from a variable, check that the variable has a value.`}
		}
	}
	return nil
}

// endRule requires an exp that is not the time at which the JWT is signed.
func endRule(v values) *RuleError {
	var claims struct {
		End any `json:"exp"`
	}
	if _ = json.Unmarshal([]byte(v.text("claims", "")), &claims); claims.End != "{time}" { // what is not JSON is reported elsewhere
		return nil
	}
	return &RuleError{"claims", Unsigned, unusable + "its exp is {time}, at which it is signed, so it would have expired. Leave exp out: lifetime sets it."}
}

// signedRule requires a key, an algorithm, claims and a header that make a valid JWT.
func signedRule(v values) *RuleError {
	algorithm := v.text("signing_algorithm", signingAlgorithms()[0])
	switch {
	case len(v.unknown()) > 0:
		return nil
	case !slices.Contains(signingAlgorithms(), algorithm), v.text("private_key_passphrase", "-") == "", v.text("secret", "-") == "":
		return nil // their own validators say so
	}
	signed := signedJWT(v, source.Signed{})
	if v.isSet("secret") && signed.Secret.IsEmpty() || v.isSet("signer") && strings.Join(signed.Signer, "") == "" {
		return nil // their own validators say so
	}
	if err := signed.Check(time.Now()); err != nil {
		return problemWith(err, Unsigned, signedParts())
	}
	if end := signed.FixedExpiry(); !end.IsZero() && end.Before(time.Now()) {
		return &RuleError{"claims", Unsigned, unusable + "its exp, or its iat and lifetime, end the JWT at " + end.UTC().Format(time.RFC3339) +
			", which has passed. Leave iat and exp out: they are added for each request."}
	}
	return nil
}

// SignedProblem says which attribute of a JWT cannot be used, why, and what to write. err
// is a *jose.Error.
func SignedProblem(err error) string {
	p := problemWith(err, Unsigned, signedParts())
	return p.Attribute + " " + p.Detail
}

// signedParts returns the attribute of each part of a JWT.
func signedParts() byPart {
	return byPart{
		jose.PartKey: "private_key_pem", jose.PartPassphrase: "private_key_passphrase", jose.PartCertificate: "private_key_pem", jose.PartClaims: "claims",
		jose.PartHeader: "header", jose.PartSecret: "secret", jose.PartAlgorithm: "signing_algorithm", jose.PartSigner: "signer",
	}
}
