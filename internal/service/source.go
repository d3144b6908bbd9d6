package service

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	provider "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/apitoken/terraform-provider-apitoken/internal/jose"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
)

// sourceAttribute returns an attribute for an assertion or a token that comes
// from one of several places.
func sourceAttribute(description string) provider.Attribute {
	description += " Set exactly one of `value`, `file`, `env`, `program`, `github_actions`, `hcp_terraform` and `signed`."
	return object(description, map[string]provider.Attribute{
		"value":   OptionalSecret("The token itself. Use an ephemeral variable.", assertion()),
		"file":    Optional("The path of a file that contains the token. It is read for every request.", filePath()),
		"env":     Optional("The name of the environment variable that contains the token.", variableName()),
		"program": programAttribute("What it prints is the value. It is run for every request."),
		"path": Optional("Where the value is in the JSON that `file`, `env` or `program` contains: a JMESPath expression, such as `status.token`. "+
			"Default: the whole text is the value.", sourcePath()),
		"github_actions": object("The OpenID Connect token of the GitHub Actions job. The job needs the permission `id-token: write`.",
			map[string]provider.Attribute{
				"audience": Optional("The audience of the token. Default: GitHub's, which is the URL of the repository's owner.", word()),
			}),
		"hcp_terraform": object("The workload identity token of the HCP Terraform or Terraform Enterprise run.",
			map[string]provider.Attribute{
				"tag": Optional("The suffix of the environment variable, if the workspace has several tokens: `TFC_WORKLOAD_IDENTITY_TOKEN_<tag>`. "+
					"Default: none, so the variable is `TFC_WORKLOAD_IDENTITY_TOKEN`.", tag()),
			}),
		"signed": signedAttribute(),
	}, oneSource(), rulesCheck("a path beside file, env or program", pathRule))
}

// pathRule requires a source that may hold JSON for path. If there is no source at all,
// oneSource says so.
func pathRule(v values) *RuleError {
	texts := []string{"file", "env", "program"}
	others := slices.DeleteFunc(v.names(), func(name string) bool { return name == "path" || slices.Contains(texts, name) })
	if !v.isGiven("path") || slices.ContainsFunc(texts, v.isSet) || !slices.ContainsFunc(others, v.isGiven) {
		return nil
	}
	return &RuleError{"path", "Path is not used", unusable + "it is for the JSON of file, env or program, and none of them is set. Leave it out."}
}

// sourcePath returns a validator of a path into the JSON of a source.
func sourcePath() validator.String {
	return inTurn{Check("Path cannot be used", "a JMESPath expression", func(value string) error {
		if kind := pathKind.FindString(value); kind != "" {
			return errors.New(kind + " is for parts of a response, and this is a path into JSON; write a JMESPath expression, such as status.token")
		}
		return nil
	}), answerPath()}
}

// pathKind matches the beginning of a path that is not JMESPath, such as header:NAME. No
// JMESPath expression begins like that.
var pathKind = regexp.MustCompile(`^[a-z]+:`)

func signedAttribute() provider.Attribute {
	return object("A JWT, newly signed for each request.", map[string]provider.Attribute{
		"private_key_pem": provider.StringAttribute{
			Required: true, Sensitive: true,
			MarkdownDescription: "The private key that signs the JWT. It is PEM (PKCS #8, PKCS #1 or SEC 1) or a private JWK. " +
				"Append the certificate for servers that find the key by its thumbprint (`x5t`, `x5t#S256`).",
		},
		"private_key_passphrase": passphraseOf("private_key_pem"),
		"signing_algorithm":      signingAlgorithm("the JWT", ""),
		"key_id":                 Optional("The `kid` in the header of the JWT. Default: the `kid` of the JWK, if the key is one.", word()),
		"lifetime": Optional("The lifetime of the JWT, such as `10m`. Default: `5m`. It begins (`iat`) one minute before the request, "+
			"or a tenth of the lifetime if that is shorter, because clocks differ.", PositiveDuration()),
		"claims": OptionalSecret("The claims of the JWT: `jsonencode({ … })`. Missing claims that are added: `iss` (the client ID, if there is one), `aud` (the URL of " +
			"the token endpoint), `iat`, `exp` and `jti`, but not `sub`. A claim that is `null` is left out."),
	}, rulesCheck("a key that fits the algorithm, and claims", signedRule))
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

// sourceOf returns the source that an object describes. If that is a JWT to be
// signed, signed has the claims that do not come from the object.
func sourceOf(v values, signed source.Signed) source.Source {
	switch {
	case v.isSet("file"):
		return source.File{Name: v.text("file", ""), Path: v.path("path")}
	case v.isSet("env"):
		return source.Env{Name: v.text("env", ""), Path: v.path("path")}
	case v.isSet("program"):
		return source.Program{Args: v.texts("program"), Path: v.path("path")}
	case v.isSet("github_actions"):
		return source.GitHubActions{Audience: v.object("github_actions").text("audience", "")}
	case v.isSet("hcp_terraform"):
		return source.HCPTerraform{Tag: v.object("hcp_terraform").text("tag", "")}
	case v.isSet("signed"):
		return signedJWT(v.object("signed"), signed)
	default:
		return source.Value{Secret: v.secret("value")}
	}
}

func signedJWT(v values, signed source.Signed) source.Signed {
	signed.Key, signed.Passphrase = v.secret("private_key_pem"), v.secret("private_key_passphrase")
	signed.Algorithm = v.text("signing_algorithm", "")
	signed.KeyID = v.text("key_id", "")
	signed.Lifetime = v.duration("lifetime")
	signed.Claims = v.secret("claims")
	return signed
}

// oneSource returns a validator of an object with exactly one source.
func oneSource() validator.Object {
	return objectCheck{"exactly one place", func(req validator.ObjectRequest, resp *validator.ObjectResponse) {
		var set, unknown []string
		v := valuesOf(req.ConfigValue)
		names := slices.DeleteFunc(v.names(), func(name string) bool { return name == "path" })
		for _, name := range names {
			switch {
			case v[name].IsUnknown():
				unknown = append(unknown, name)
			case !v[name].IsNull():
				set = append(set, name)
			}
		}
		if len(set) > 1 || len(set) == 0 && len(unknown) == 0 {
			resp.Diagnostics.AddAttributeError(req.Path, "Exactly one source is needed",
				fmt.Sprintf("%s needs exactly one of %s. Given: %s.%s", req.Path, strings.Join(names, ", "), listed(set), ifNone(set)))
		}
	}}
}

// signedRule requires a key, an algorithm and claims that make a valid JWT.
func signedRule(v values) *RuleError {
	const summary = "JWT cannot be signed"
	algorithm := v.text("signing_algorithm", signingAlgorithms()[0])
	switch {
	case len(v.unknown()) > 0:
		return nil
	case v.text("claims", "-") == "":
		return &RuleError{"claims", emptyValue, unusable + `it is empty. Leave it out or, if it comes from a variable, check that the variable has a value.`}
	case !slices.Contains(signingAlgorithms(), algorithm), v.text("private_key_passphrase", "-") == "":
		return nil // their own validators say so
	case isHMAC(algorithm):
		return &RuleError{"signing_algorithm", summary, unusable + "the HS algorithms sign with a shared secret, and private_key_pem is a private key."}
	}
	if err := signedJWT(v, source.Signed{}).Check(time.Now()); err != nil {
		return problemWith(err, summary, byPart{
			jose.PartKey: "private_key_pem", jose.PartPassphrase: "private_key_passphrase", jose.PartCertificate: "private_key_pem", jose.PartClaims: "claims",
		})
	}
	if end := signedJWT(v, source.Signed{}).FixedExpiry(); !end.IsZero() && end.Before(time.Now()) {
		return &RuleError{"claims", summary, unusable + "its exp, or its iat and lifetime, end the JWT at " + end.UTC().Format(time.RFC3339) +
			", which has passed. Leave iat and exp out: they are added for each request."}
	}
	return nil
}
