package service

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	provider "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// customSet returns the attributes of a credential set of custom.
func customSet() map[string]provider.Attribute {
	return map[string]provider.Attribute{
		"request": provider.SingleNestedAttribute{
			Optional: true,
			MarkdownDescription: "The token request: what is sent, and where. Every set needs one. In `url`, `headers`, `query`, `json`, `form`, `body` and " +
				"`basic_auth`, `{uuid}` is a random UUID and `{time}`, `{time_ms}` and `{time_rfc3339}` are the time: seconds and milliseconds since 1970, and RFC 3339. " +
				"Each attempt has new values.",
			Attributes: customRequestAttributes(),
			Validators: []validator.Object{requestRules()},
		},
		"response": provider.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "How the answer to the token request is read. Every set needs one.",
			Attributes:          customResponseAttributes(),
			Validators:          []validator.Object{responseRules()},
		},
		"default_ttl": optional("The lifetime of a token if neither the answer nor the token states it, such as `10m`. Default: it is unknown.",
			PositiveDuration()),
		"headers": provider.MapAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "The headers that the API expects. `{token}` stands for the token and must be in exactly one value; " +
				"`{NAME}` stands for an entry of `response.outputs`. Default: `{ Authorization = \"Bearer {token}\" }`.",
			Validators: []validator.Map{headerMap(), useHeaders("request.headers", "response", "outputs")},
		},
		"revoke": provider.SingleNestedAttribute{
			Optional: true,
			MarkdownDescription: "The request that revokes a token, for `revoke_on_close`. `{token}` stands for the token and `{NAME}` for an entry of " +
				"`response.outputs`, in `url`, `headers`, `query`, `json`, `form`, `body` and `basic_auth`, as do the built-in values of `request`.",
			Attributes: customRequestAttributes(),
			Validators: []validator.Object{requestRules()},
		},
	}
}

func customRequestAttributes() map[string]provider.Attribute {
	return merged(customBody(), map[string]provider.Attribute{
		"url":                    optional("The URL of the endpoint. It is sent as written: `%2F` and a trailing slash are kept. Every request needs one.", endpointURL()),
		"method":                 optional("The method of the request: `GET`, `POST`, `PUT`, `PATCH` or `DELETE`. Default: `POST`.", method()),
		"allow_http":             allowHTTP("`url`"),
		"headers":                secretMap("The headers of the request: a map of name to value.", headerMap(), requestHeaders(), noPrivateKeys(customSigns)),
		"query":                  secretMap("Parameters to add to the URL: a map of name to value. They are escaped.", entries(), noPrivateKeys(customSigns)),
		"client_certificate_pem": optional("The TLS certificate of the client in PEM, followed by any intermediate certificates. Default: none.", notEmpty()),
		"client_key_pem":         optionalSecret("The private key of `client_certificate_pem`, in PEM.", notEmpty()),
		"client_key_passphrase":  clientKeyPassphrase(),
		"basic_auth": provider.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "The user name and the password for HTTP Basic. Both are sent unchanged.",
			Attributes: map[string]provider.Attribute{
				// Not Required: of a null the framework says that the attribute is missing.
				"username": optional("The user name. It is required. It must not contain a colon.", basicUsername()),
				"password": optionalSecret("The password. It is required, and may be empty if the user name is not.",
					inTurn{noPrivateKey(customSigns), Check(strayCharacter, "a password on one line", checkBasicPassword)}),
			},
		},
		"jwt": signedAttribute(),
	})
}

func customBody() map[string]provider.Attribute {
	return map[string]provider.Attribute{
		"json": optionalSecret("The body as JSON: `jsonencode({ … })`. At most one of `json`, `form` and `body` may be set. Default: an empty body.",
			inTurn{noPrivateKey(customSigns), jsonText()}),
		"form":         secretMap("The body as form fields: a map of name to value. They are escaped.", entries(), noPrivateKeys(customSigns)),
		"body":         optionalSecret("The body as text, sent unchanged. Its type is `content_type`.", noPrivateKey(customSigns)),
		"content_type": optional("The content type of the body. Default: `application/json` for `json`, `application/x-www-form-urlencoded` for `form`, none for `body`.", contentType()),
	}
}

func customResponseAttributes() map[string]provider.Attribute {
	return map[string]provider.Attribute{
		"token":        optional("Where the token is in the answer: a JMESPath expression, `@` for a bare JSON string, `to_string(PATH)` for a number. Exactly one of `token`, `token_header` and `token_body` is required.", answerPath()),
		"token_header": optional("The header of the answer that holds the token.", headerName()),
		"token_body": provider.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Whether the whole body of the answer is the token: a text, without white space around it, or a JSON string. Default: `false`.",
		},
		"token_type":      optional("Where the type of the token is in the answer: a JMESPath expression. Default: the type is `Bearer`.", answerPath()),
		"expires_in":      optional("Where the lifetime is in the answer: a JMESPath expression, or `header:NAME`. It is a number, or a string with a number or a duration such as `90m`, `PT1H` or `1:30:00`.", answerPath()),
		"expires_in_unit": optional("The unit of a bare number at `expires_in`: `s`, `ms` or `m` (minutes). Default: `s`.", oneOf("s", "ms", "m")),
		"expires_at":      optional("Where the time of expiry is in the answer: a JMESPath expression, or `header:NAME`. It is RFC 3339, or seconds or milliseconds since 1970.", answerPath()),
		"success":         optional("What must be true of a successful answer: a JMESPath expression, such as ``code == `0` ``. Default: any 2xx with a token is a success.", truthPath()),
		"error":           optional("Where the error message is in an answer that is not a success: a JMESPath expression. Default: the usual places, such as `error_description`, `message` and `detail`.", answerPath()),
		"outputs": provider.MapAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Further values to take from the answer: a map of name to JMESPath expression, or to `header:NAME`. Values that are not strings are encoded as JSON.",
			Validators:          []validator.Map{outputNames(), mapvalidator.ValueStringsAre(answerPath())},
		},
	}
}

func secretMap(description string, validators ...validator.Map) provider.Attribute {
	return provider.MapAttribute{
		Optional: true, Sensitive: true, ElementType: types.StringType, MarkdownDescription: description, Validators: validators,
	}
}
