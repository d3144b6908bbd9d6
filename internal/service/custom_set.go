package service

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	provider "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// customSet returns the attributes of a credential set of custom.
func customSet() map[string]provider.Attribute {
	return map[string]provider.Attribute{
		"request": provider.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "The token request. A set must have one.",
			Attributes:          customRequestAttributes(),
			Validators:          []validator.Object{requestRules{}},
		},
		"response": provider.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "How the answer is read. A set must have one.",
			Attributes:          customResponseAttributes(),
			Validators:          []validator.Object{responseRules{}},
		},
		"default_ttl": optional("The lifetime of a token where the answer tells none and the token is no JWT with `exp`, such as `10m`.",
			PositiveDuration()),
		"headers": provider.MapAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "How the token is used: the headers that the API wants to see. `{token}` stands for the token, in exactly one value, " +
				"and `{NAME}` for an entry of `response.outputs`. Default: `{ Authorization = \"Bearer {token}\" }`.",
			Validators: []validator.Map{headerMap(), useHeaders("response", "outputs")},
		},
		"revoke": provider.SingleNestedAttribute{
			Optional: true,
			MarkdownDescription: "The request that ends a token, for `revoke_on_close`. `{token}` stands for the token and `{NAME}` for an entry of " +
				"`response.outputs`, in `url`, `headers`, `query`, `json`, `form` and `body`.",
			Attributes: customRequestAttributes(),
			Validators: []validator.Object{requestRules{}},
		},
	}
}

func customRequestAttributes() map[string]provider.Attribute {
	attributes := map[string]provider.Attribute{
		"url": optional("The endpoint, sent as written: `%2F` and a last slash stay. A request must have one.", EndpointURL()),
		"method": optional("The method. Default: `POST`.",
			stringvalidator.OneOf("GET", "POST", "PUT", "PATCH", "DELETE")),
		"allow_http":             allowHTTP("`url`"),
		"headers":                secretMap("The request's headers.", headerMap()),
		"query":                  secretMap("Parameters to add to the URL."),
		"client_certificate_pem": optional("The client's TLS certificate in PEM, with those that lead to its authority."),
		"client_key_pem":         optionalSecret("The private key of `client_certificate_pem`, in PEM."),
		"basic_auth": provider.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "HTTP Basic, with both as they are.",
			Attributes: map[string]provider.Attribute{
				"username": provider.StringAttribute{Required: true, MarkdownDescription: "The user name."},
				"password": provider.StringAttribute{Required: true, Sensitive: true, MarkdownDescription: "The password."},
			},
		},
		"jwt": signedAttribute(),
	}
	maps.Copy(attributes, map[string]provider.Attribute{
		"json": optionalSecret("The body as JSON: `jsonencode({ … })`. At most one of `json`, `form` and `body` is set; none is an empty body.",
			isJSON()),
		"form":         secretMap("The body as form fields."),
		"body":         optionalSecret("The body as it is, of the type `content_type`."),
		"content_type": optional("The body's content type. Default: that of `json` or `form`, none for `body`.", contentType()),
	})
	return attributes
}

func customResponseAttributes() map[string]provider.Attribute {
	return map[string]provider.Attribute{
		"token":        optional("Where the token stands: JMESPath, `@` for a bare JSON string. Exactly one of `token`, `token_header` and `token_body` is set.", answerPath()),
		"token_header": optional("The header of the answer that holds the token.", headerName()),
		"token_body": provider.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "The whole body is the token, less white space around it.",
		},
		"token_type":      optional("Where the token's type stands: JMESPath. Default: the type is `Bearer`.", answerPath()),
		"expires_in":      optional("Where the lifetime stands: JMESPath or `header:NAME`. A number, also as a string, or `90m`, `PT1H`, `1:30:00`.", answerPath()),
		"expires_in_unit": optional("The unit of a bare number there: `s`, `ms` or `m`. Default: `s`.", stringvalidator.OneOf("s", "ms", "m")),
		"expires_at":      optional("Where the time of expiry stands: JMESPath or `header:NAME`. RFC 3339, or seconds or milliseconds since 1970.", answerPath()),
		"success":         optional("What is true of an answer that is a success: JMESPath, such as ``code == `0` ``. Default: any 2xx with a token is one.", answerPath()),
		"error":           optional("Where the message stands that errors show: JMESPath. Default: the usual places.", answerPath()),
		"outputs": provider.MapAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Further values of the answer: name to JMESPath or `header:NAME`. What is no string is JSON.",
			Validators:          []validator.Map{mapvalidator.ValueStringsAre(answerPath())},
		},
	}
}

func secretMap(description string, validators ...validator.Map) provider.Attribute {
	return provider.MapAttribute{
		Optional: true, Sensitive: true, ElementType: types.StringType, MarkdownDescription: description, Validators: validators,
	}
}
