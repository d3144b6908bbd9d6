package service

import (
	"fmt"
	"slices"
	"strings"
	"time"

	provider "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/apitoken/terraform-provider-apitoken/internal/jose"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// sourceAttribute returns an attribute for an assertion or a token that comes
// from one of several places.
func sourceAttribute(description string) provider.Attribute {
	return provider.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: description + " Exactly one attribute must say where it comes from.",
		Validators:          []validator.Object{oneSource()},
		Attributes: map[string]provider.Attribute{
			"value": provider.StringAttribute{
				Optional: true, Sensitive: true,
				MarkdownDescription: "The value itself, usually from a variable.",
				Validators:          []validator.String{assertion()},
			},
			"file": provider.StringAttribute{
				Optional:            true,
				MarkdownDescription: "The path of a file that holds the value. The file is read whenever a token is requested.",
				Validators:          []validator.String{filePath()},
			},
			"env": provider.StringAttribute{
				Optional:            true,
				MarkdownDescription: "The name of the environment variable that holds the value.",
				Validators:          []validator.String{variableName()},
			},
			"github_actions": provider.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "The OpenID Connect token of the GitHub Actions job in which this runs. The job needs the permission `id-token: write`.",
				Attributes: map[string]provider.Attribute{
					"audience": provider.StringAttribute{
						Optional:            true,
						MarkdownDescription: "The audience of the token. Default: that of GitHub, the URL of the repository's owner.",
						Validators:          []validator.String{word()},
					},
				},
			},
			"hcp_terraform": provider.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "The workload identity token of the HCP Terraform or Terraform Enterprise run.",
				Attributes: map[string]provider.Attribute{
					"tag": provider.StringAttribute{
						Optional: true,
						MarkdownDescription: "The tag of the token, in a workspace with several: it is in `TFC_WORKLOAD_IDENTITY_TOKEN_<tag>`. " +
							"Default: none, so it is in `TFC_WORKLOAD_IDENTITY_TOKEN`.",
						Validators: []validator.String{tag()},
					},
				},
			},
			"signed": signedAttribute(),
		},
	}
}

func signedAttribute() provider.Attribute {
	return provider.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "A JWT that is signed anew for each request.",
		Validators:          []validator.Object{signable()},
		Attributes: map[string]provider.Attribute{
			"private_key_pem": provider.StringAttribute{
				Required: true, Sensitive: true,
				MarkdownDescription: "The private key that signs the JWT. It is PEM (PKCS #8, PKCS #1 or SEC 1) or a private JWK. " +
					"If its certificate is there too, the JWT's header has `x5t` and `x5t#S256`.",
			},
			"private_key_passphrase": optionalSecret("The passphrase of `private_key_pem`, if that is encrypted. It is ignored if the key is not encrypted.", notEmpty()),
			"signing_algorithm":      signingAlgorithm("the JWT", ""),
			"key_id": provider.StringAttribute{
				Optional:            true,
				MarkdownDescription: "The `kid` in the header of the JWT. Default: that of a JWK, or none.",
				Validators:          []validator.String{word()},
			},
			"lifetime": provider.StringAttribute{
				Optional: true,
				MarkdownDescription: "How long the JWT is valid, from `iat` to `exp`, such as `10m`. Default: `5m`. `iat` is a minute before the request, " +
					"or a tenth of the lifetime if that is shorter, because the clocks of servers differ.",
				Validators: []validator.String{PositiveDuration()},
			},
			"claims": provider.StringAttribute{
				Optional: true, Sensitive: true,
				MarkdownDescription: "The claims of the JWT: `jsonencode({ … })`. `iss` (the client id, if there is one), `aud` (the token URL), `iat`, `exp` and " +
					"`jti` are added if missing. A claim that is `null` is left out and not added.",
			},
		},
	}
}

// signingAlgorithm returns the attribute for the algorithm that signs something;
// more is added to the description of the algorithms of private keys.
func signingAlgorithm(signed, more string) provider.Attribute {
	return provider.StringAttribute{
		Optional: true,
		MarkdownDescription: "The algorithm that signs " + signed + ". With an RSA key it is `RS256` (the default), `RS384`, `RS512`, `PS256`, `PS384` or " +
			"`PS512`; with an EC key the one of its curve, `ES256`, `ES384` or `ES512`; with an Ed25519 key `EdDSA` (the default) or `Ed25519`, the same by its new name." + more,
		Validators: []validator.String{oneOf(signingAlgorithms()...)},
	}
}

// isHMAC reports whether an algorithm signs with a shared secret.
func isHMAC(algorithm string) bool { return strings.HasPrefix(algorithm, "HS") }

// signingAlgorithms returns all values of signing_algorithm.
func signingAlgorithms() []string {
	return []string{
		"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519", "HS256", "HS384", "HS512",
	}
}

// source returns the source that an object describes. If that is a JWT to be
// signed, signed has the claims that do not come from the object.
func source(v values, signed token.SignedJWT) token.Source {
	switch {
	case v.isSet("file"):
		return token.File{Path: v.text("file", "")}
	case v.isSet("env"):
		return token.Env{Name: v.text("env", "")}
	case v.isSet("github_actions"):
		object, _ := v.object("github_actions")
		return token.GitHubActions{Audience: object.text("audience", "")}
	case v.isSet("hcp_terraform"):
		object, _ := v.object("hcp_terraform")
		return token.HCPTerraform{Tag: object.text("tag", "")}
	case v.isSet("signed"):
		object, _ := v.object("signed")
		return signedJWT(object, signed)
	default:
		return token.Value{Secret: v.secret("value")}
	}
}

func signedJWT(v values, signed token.SignedJWT) token.SignedJWT {
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
		for _, name := range v.names() {
			switch {
			case v[name].IsUnknown():
				unknown = append(unknown, name)
			case !v[name].IsNull():
				set = append(set, name)
			}
		}
		if len(set) > 1 || len(set) == 0 && len(unknown) == 0 {
			resp.Diagnostics.AddAttributeError(req.Path, "Exactly one source is needed",
				fmt.Sprintf("%s needs exactly one of %s. Given: %s.%s", req.Path, strings.Join(v.names(), ", "), listed(set), ifNone(set)))
		}
	}}
}

// signable returns a validator of an object that can sign a JWT.
func signable() validator.Object {
	return objectCheck{"a key that fits the algorithm, and claims", func(req validator.ObjectRequest, resp *validator.ObjectResponse) {
		if isKnown(req.ConfigValue) {
			report(req, resp, signedRule)
		}
	}}
}

// signedRule requires a key, an algorithm and claims that make a valid JWT.
func signedRule(v values) *problem {
	const summary = "JWT cannot be signed"
	algorithm := v.text("signing_algorithm", signingAlgorithms()[0])
	switch {
	case v.text("claims", "-") == "":
		return &problem{"claims", emptyValue, unusable + `it is empty. Leave it out or, if it comes from a variable, check that the variable has a value.`}
	case !slices.Contains(signingAlgorithms(), algorithm), v.text("private_key_passphrase", "-") == "":
		return nil // their own validators say so
	case isHMAC(algorithm):
		return &problem{"signing_algorithm", summary, unusable + "the HS algorithms sign with a shared secret, and private_key_pem is a private key."}
	}
	if err := signedJWT(v, token.SignedJWT{}).Check(time.Now()); err != nil {
		return problemWith(err, summary, byPart{
			jose.PartKey: "private_key_pem", jose.PartPassphrase: "private_key_passphrase", jose.PartCertificate: "private_key_pem", jose.PartClaims: "claims",
		})
	}
	if end := signedJWT(v, token.SignedJWT{}).FixedExpiry(); !end.IsZero() && end.Before(time.Now()) {
		return &problem{"claims", summary, unusable + "its exp, or its iat and lifetime, end the JWT at " + end.UTC().Format(time.RFC3339) +
			", which has passed. Leave iat and exp out: they are added for each request."}
	}
	return nil
}
