package service

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	provider "github.com/hashicorp/terraform-plugin-framework/provider/schema"
)

// customSet returns the attributes of a credential set of custom.
func customSet() map[string]provider.Attribute {
	return map[string]provider.Attribute{
		"request": object("The token request: what to send, and where. Every set needs one. In `url`, `headers`, `query`, `json`, `form`, `body` and "+
			"`basic_auth`, `{uuid}` inserts a random UUID, and `{time}`, `{time_ms}` and `{time_rfc3339}` insert the time: in seconds or milliseconds since 1970, "+
			"or as an RFC 3339 timestamp. Each attempt has new values.",
			merged(customRequestAttributes(), map[string]provider.Attribute{
				"sources": namedSources("Values that are obtained again for each request: a map of name to source. " +
					"`{NAME}` inserts the value, and `{NAME.OUTPUT}` an output of a token of another set, in `url`, `headers`, `query`, `json`, `form`, `body` and `basic_auth`, and in " +
					"`headers`, `basic_auth` and `revoke` of the set."),
				"program": programAttribute("What it prints is the body of the response. It replaces the request, so set `program` alone. It is run for every token."),
			}), requestRules()),
		"response": object("How to read the response to the token request. Every set needs one.",
			customResponseAttributes(), rulesCheck("the path of the token", tokenRule, unitRule)),
		"default_ttl": defaultTTL(),
		"headers":     outputHeaders("request.headers", "response.outputs"),
		"basic_auth": object("HTTP Basic for the API, if it expects the token there: `{ username = \"{token}\", password = \"session\" }`. Either this or `headers` must contain "+
			"`{token}`. `{NAME}` inserts an entry of `response.outputs` or a source of `request.sources`.", basicAttributes()),
		"revoke": object("The request that revokes the token, for `revoke_on_close`. `{token}` inserts the token and `{NAME}` an entry of "+
			"`response.outputs`, in `url`, `headers`, `query`, `json`, `form`, `body` and `basic_auth`. The built-in values of `request` work here, too. A program cannot take the place of this request.",
			merged(customRequestAttributes(), map[string]provider.Attribute{"sources": namedSources("Values that are obtained when the token is revoked: a map of name to source. " +
				"Sources of `request.sources` keep the values that the token request had, and `{NAME}` inserts these.")}), requestRules()),
	}
}

func customRequestAttributes() map[string]provider.Attribute {
	return merged(customBody(), map[string]provider.Attribute{
		"url":                    Optional("The URL of the endpoint. Every request needs one. It is sent as written: `%2F` and a trailing slash are kept.", endpointURL()),
		"method":                 Optional("The method of the request: `GET`, `POST`, `PUT`, `PATCH` or `DELETE`. Default: `POST`.", method()),
		"allow_http":             allowHTTP("`url`"),
		"headers":                secretMap("The headers of the request: a map of name to value.", headerMap(), requestHeaders(), noPrivateKeys(customSigns)),
		"query":                  secretMap("Parameters to add to the URL: a map of name to value. They are escaped.", entries(), noPrivateKeys(customSigns)),
		"client_certificate_pem": Optional("The TLS certificate of the client in PEM, followed by any intermediate certificates. Default: none.", notEmpty()),
		"client_key_pem":         OptionalSecret("The private key of `client_certificate_pem`, in PEM.", notEmpty()),
		"client_key_passphrase":  passphraseOf("client_key_pem"),
		"basic_auth":             object("The user name and password for HTTP Basic. Both are sent as is.", basicAttributes()),
	})
}

func basicAttributes() map[string]provider.Attribute {
	return map[string]provider.Attribute{
		// Not Required: of a null the framework says that the attribute is missing.
		"username": Optional("The user name. It must be set, and must not contain a colon.", basicUsername()),
		"password": OptionalSecret("The password. It must be set, but may be empty if the user name is not.",
			inTurn{noPrivateKey(customSigns), Check(strayCharacter, "a password on one line", checkBasicPassword)}),
	}
}

func customBody() map[string]provider.Attribute {
	return map[string]provider.Attribute{
		"json": OptionalSecret("The body as JSON: `jsonencode({ … })`. At most one of `json`, `form` and `body` may be set. Default: an empty body.",
			inTurn{noPrivateKey(customSigns), jsonText()}),
		"form":         secretMap("The body as form fields: a map of name to value. They are escaped.", entries(), noPrivateKeys(customSigns)),
		"body":         OptionalSecret("The body as text, sent as is. Set `content_type` as well.", noPrivateKey(customSigns)),
		"content_type": Optional("The content type of the body. Default: `application/json` for `json`, `application/x-www-form-urlencoded` for `form`, none for `body`.", contentType()),
	}
}

func customResponseAttributes() map[string]provider.Attribute {
	return map[string]provider.Attribute{
		"token": Optional("The path of the token, such as `data.token`. Every response needs it. A path is JMESPath (`@` if the whole response is a JSON string, "+
			"`to_string(PATH)` for a number), `header:NAME`, `cookie:NAME`, `body:` for the whole body, or `regex:EXPR` for a part of it: what the first group "+
			"of the regular expression (RE2) matches, or all of it if there is no group.", answerPath()),
		"token_type":       Optional("The path of the token's type. Default: the type is `Bearer`.", answerPath()),
		"expires_in":       Optional("The path of the token's lifetime. It is a number (see `expires_in_unit`), also as a string, or a duration such as `90m`, `PT1H` or `1:30:00`.", lifetimePath()),
		"expires_in_unit":  Optional("The unit if `expires_in` is a plain number: `s`, `ms` or `m` (minutes). Default: `s`.", lifetimeUnit()),
		"expires_at":       Optional("The path of the time at which the token expires. It is RFC 3339, or seconds or milliseconds since 1970.", answerPath()),
		"success":          Optional("JMESPath that is `true` if the request succeeded, such as ``code == `0` ``, or a `regex:EXPR` that matches the body. Default: any 2xx response with a token is a success.", truthPath()),
		"success_statuses": statuses("The HTTP statuses of a success, such as `[302]`, instead of 200 to 299. A redirect with one of them is not followed."),
		"error":            Optional("The path of the vendor's message in a failure response. Default: the usual places, such as `error_description`, `message` and `detail`.", answerPath()),
		"outputs": optionalMap("Extra values to read from the response: a map of name to path. Values that are not strings are encoded as JSON.",
			outputNames(), mapvalidator.ValueStringsAre(answerPath())),
	}
}
