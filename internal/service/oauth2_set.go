package service

import (
	"errors"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	provider "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// oauth2Set returns the attributes of a credential set of oauth2.
func oauth2Set() map[string]provider.Attribute {
	return merged(oauth2Endpoints(), oauth2Client(), oauth2Grant(), setScopes(), oauth2Request(), oauth2Outputs())
}

func oauth2Endpoints() map[string]provider.Attribute {
	return map[string]provider.Attribute{
		"token_url": Optional("The URL of the token endpoint. Either this or `issuer` is required.", endpointURL()),
		"issuer": Optional("The issuer URL, exactly as the authorization server publishes it, without `/.well-known/…`. Endpoints that are not set are read from "+
			"its metadata ([RFC 8414](https://www.rfc-editor.org/rfc/rfc8414), OpenID Connect Discovery). It is also the default "+
			"`aud` of client assertions.", inTurn{issuerURL(), endpointURL()}),
		"revocation_url": Optional("The URL of the revocation endpoint, for `revoke_on_close`. Default: the one in the metadata of `issuer`.", endpointURL()),
		"allow_http":     allowHTTP("the endpoints of this set"),
	}
}

func oauth2Client() map[string]provider.Attribute {
	return map[string]provider.Attribute{
		"client_id":     Optional("The client ID, as the authorization server knows it.", word()),
		"client_secret": OptionalSecret("The client secret, for `client_auth` with `client_secret_basic`, `client_secret_post` or `client_secret_jwt`. It must not be empty.", clientSecret()),
		"client_auth": Optional("How the client authenticates. `client_secret_basic` (default): the client ID and secret in HTTP Basic. `client_secret_post`: both in the body. "+
			"`client_secret_jwt`: a JWT signed with the secret. `private_key_jwt`: a JWT signed with a private key "+
			"([RFC 7523](https://www.rfc-editor.org/rfc/rfc7523)). `tls_client_auth`: a certificate from an authority. "+
			"`self_signed_tls_client_auth`: a self-signed certificate ([RFC 8705](https://www.rfc-editor.org/rfc/rfc8705)). `none`: no authentication.",
			oneOf(clientAuths()...)),
		"basic_encoding": Optional("How the client ID and secret are encoded in HTTP Basic. `form` (default): form-encoded first, as "+
			"[RFC 6749, section 2.3.1](https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1) requires. `raw`: unchanged. "+
			"This matters only if they contain characters other than letters, digits and `-._~`.", oneOf(encodingForm, encodingRaw)),
		"private_key_pem": OptionalSecret("The private key for `private_key_jwt`. It is PEM (PKCS #8, PKCS #1 or SEC 1) or a private JWK. " +
			"Append the certificate for servers, such as Microsoft Entra and AD FS, that find the key by its thumbprint (`x5t`)."),
		"private_key_passphrase": passphraseOf("private_key_pem"),
		"key_id":                 Optional("The `kid` in the header of client assertions. Default: the `kid` of the JWK, if the key is one.", word()),
		"signing_algorithm": signingAlgorithm("client assertions",
			" `client_secret_jwt`: `HS256` (default), `HS384` or `HS512`."),
		"assertion_audience": Optional("The `aud` of client assertions. Default: `issuer` if it is set, else `token_url`. Okta expects the URL of the token endpoint.", word()),
		"client_assertion":   sourceAttribute("A signed JWT from the CI system or a file, for `private_key_jwt` instead of `private_key_pem`."),
		"client_certificate_pem": Optional("The TLS certificate of the client in PEM, followed by any intermediate certificates. "+
			"It can be combined with every `client_auth`. Default: none.", notEmpty()),
		"client_key_pem":        OptionalSecret("The private key of `client_certificate_pem`, in PEM.", notEmpty()),
		"client_key_passphrase": passphraseOf("client_key_pem"),
	}
}

func oauth2Grant() map[string]provider.Attribute {
	return map[string]provider.Attribute{
		"grant": Optional("The grant type of the token request. One of `client_credentials`, `refresh_token`, `password`, `"+grantJWTBearer+"` "+
			"([RFC 7523](https://www.rfc-editor.org/rfc/rfc7523)), `"+grantTokenExchange+"` "+
			"([RFC 8693](https://www.rfc-editor.org/rfc/rfc8693)), or any other that the endpoint supports, with its parameters in `params`. "+
			"Default: `client_credentials`.", inTurn{word(), nearGrant()}),
		"refresh_token": OptionalSecret("The refresh token, for the grant `refresh_token`.", inTurn{noPrivateKey(oauth2Signs), word()}),
		KeepRefreshToken: provider.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether the newest refresh token is kept in `token_store`, and used instead of `refresh_token`. Set this if the endpoint rotates refresh tokens: " +
				"it then issues a new one with each access token, and refuses the old one. Set `refresh_token` to another one to start again. Default: `false`.",
		},
		"username":             Optional("The user name, for the grant `password`.", word()),
		"password":             OptionalSecret("The password, for the grant `password`.", inTurn{noPrivateKey(oauth2Signs), password()}),
		"assertion":            sourceAttribute("The assertion, for the grant `" + grantJWTBearer + "`."),
		"subject_token":        sourceAttribute("The token to exchange, for the grant `" + grantTokenExchange + "`."),
		"subject_token_type":   Optional("The type of `subject_token`, such as `urn:ietf:params:oauth:token-type:jwt`.", word()),
		"actor_token":          sourceAttribute("The token of the party that acts on behalf of the subject, for the grant `" + grantTokenExchange + "`."),
		"actor_token_type":     Optional("The type of `actor_token`, such as `urn:ietf:params:oauth:token-type:jwt`.", word()),
		"requested_token_type": Optional("The type of token to request in a token exchange, such as `urn:ietf:params:oauth:token-type:access_token`. Default: the endpoint decides.", word()),
	}
}

func oauth2Request() map[string]provider.Attribute {
	return map[string]provider.Attribute{
		"audience": Optional("The API that the token is for (the `audience` parameter of the token request). Default: none.", word()),
		"resources": provider.ListAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "The URIs of the APIs that the token is for, sent as `resource` parameters " +
				"([RFC 8707](https://www.rfc-editor.org/rfc/rfc8707)). Default: none.",
			Validators: []validator.List{listvalidator.ValueStringsAre(word())},
		},
		"request_format": Optional("The format of the token request. `form` (default): form fields, as RFC 6749 requires. `json`: the same parameters as one JSON object, as Auth0 "+
			"and some others document; scopes are joined by spaces, and several `resources` are a list. Revocation requests are always forms (RFC 7009).",
			oneOf(formatForm, formatJSON)),
		"params": secretMap("Further parameters of the token request: a map of name to value. They override parameters of the same name, but cannot add a second client.",
			entries(), noPrivateKeys(oauth2Signs)),
		"request_headers": secretMap("Further headers of the token request: a map of name to value. `Authorization` is not allowed with `client_secret_basic`.",
			headerMap(), requestHeaders(), noPrivateKeys(oauth2Signs)),
	}
}

func oauth2Outputs() map[string]provider.Attribute {
	return map[string]provider.Attribute{
		"headers": outputHeaders("request_headers", "outputs"),
		"outputs": optionalMap("Extra values to read from the response: a map of name to path. A path is [JMESPath](https://jmespath.site), `header:NAME`, `cookie:NAME`, `body:` or `regex:EXPR`.",
			outputNames(), mapvalidator.ValueStringsAre(answerPath())),
		"default_ttl": defaultTTL(),
	}
}

// oauth2Inputs returns the inputs that replace attributes of the set.
func oauth2Inputs() map[string]datasource.Attribute {
	inputs := inputScopes()
	inputs["audience"] = datasource.StringAttribute{
		Optional:            true,
		MarkdownDescription: "The API that the token is for (the `audience` parameter of the token request). An empty string means none. Default: that of the credential set.",
		Validators:          []validator.String{Check(strayCharacter, "a text on one line", CheckWord)},
	}
	inputs["resources"] = datasource.ListAttribute{
		Optional: true, ElementType: types.StringType,
		MarkdownDescription: "The URIs of the APIs that the token is for, sent as `resource` parameters. Default: those of the credential set.",
		Validators:          []validator.List{listvalidator.ValueStringsAre(word())},
	}
	inputs["params"] = datasource.MapAttribute{
		Optional: true, Sensitive: true, ElementType: types.StringType,
		MarkdownDescription: "Further parameters of the token request: a map of name to value. Default: those of the credential set.",
		Validators:          []validator.Map{entries(), noPrivateKeys(oauth2Signs)},
	}
	return inputs
}

// clientSecret returns a validator of a client secret, whose error says what to do
// if there is none.
func clientSecret() validator.String {
	return inTurn{Check(emptyValue, "a client secret", func(secret string) error {
		if secret == "" {
			return errors.New(`it is empty; if it comes from a variable, check that the variable has a value. ` +
				`A client whose secret really is empty needs client_auth = "none" and the header Authorization in request_headers`)
		}
		return nil
	}), noPrivateKey(oauth2Signs), word()}
}
