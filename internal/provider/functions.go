package provider

import (
	"context"
	"encoding/json"
	"errors"
	"math/big"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// jwtDecode is the function jwt_decode.
type jwtDecode struct{}

// Metadata names the function.
func (jwtDecode) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "jwt_decode"
}

// Definition describes the function.
func (jwtDecode) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Read the header and claims of a JWT, without verifying it",
		MarkdownDescription: "Returns an object with the `header` and the `claims` of a signed JWT. " +
			"**The signature is not verified**: use the result to look at a token, and do not base a decision on it.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "token", MarkdownDescription: "The JWT: three base64url parts, separated by dots."},
		},
		Return: function.DynamicReturn{},
	}
}

// Run decodes the token. Its errors do not repeat any of it.
func (jwtDecode) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var raw string
	if resp.Error = req.Arguments.Get(ctx, &raw); resp.Error != nil {
		return
	}
	header, claims, err := answer.DecodeJWT(raw)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, "The token cannot be decoded: "+err.Error())
		return
	}
	whole := map[string]any{"header": header, "claims": claims}
	if levels(whole, 1) > mostLevels {
		resp.Error = function.NewArgumentFuncError(0, "The token cannot be decoded: it has more values than Terraform can process in reasonable time")
		return
	}
	decoded := jsonValue(ctx, whole)
	resp.Error = resp.Result.Set(ctx, types.DynamicValue(decoded))
}

// mostLevels is how many values a token may have, each counted once for each level that
// it is nested. Terraform makes and writes the type of a value again at each level, so
// a token of 1 MiB may take a minute.
const mostLevels = 100_000

// levels counts the values in decoded JSON, each once for each level that it is nested.
func levels(decoded any, depth int) int {
	found := depth
	switch decoded := decoded.(type) {
	case []any:
		for _, element := range decoded {
			found += levels(element, depth+1)
		}
	case map[string]any:
		for _, value := range decoded {
			found += levels(value, depth+1)
		}
	}
	return found
}

// longestNumber is how many characters a number may have. A longer one becomes a string:
// the time to read it grows with the square of its length, and 512 bits hold fewer digits.
const longestNumber = 1000

// farthestExponent is the largest power of two of a number, about that of a double. A
// larger one becomes a string: Terraform writes out 1e600000000 in full, which takes all
// time and memory.
const farthestExponent = 1100

// jsonValue returns decoded JSON, with numbers as json.Number, as a Terraform value.
func jsonValue(ctx context.Context, decoded any) attr.Value {
	switch decoded := decoded.(type) {
	case string:
		return types.StringValue(decoded)
	case bool:
		return types.BoolValue(decoded)
	case json.Number:
		return jsonNumber(decoded.String())
	case []any:
		elements, elementTypes := make([]attr.Value, len(decoded)), make([]attr.Type, len(decoded))
		for i, element := range decoded {
			elements[i] = jsonValue(ctx, element)
			elementTypes[i] = elements[i].Type(ctx)
		}
		return types.TupleValueMust(elementTypes, elements)
	case map[string]any:
		attributes, attributeTypes := make(map[string]attr.Value, len(decoded)), make(map[string]attr.Type, len(decoded))
		for name, value := range decoded {
			attributes[name] = jsonValue(ctx, value)
			attributeTypes[name] = attributes[name].Type(ctx)
		}
		return types.ObjectValueMust(attributeTypes, attributes)
	default:
		return types.DynamicNull()
	}
}

// jsonNumber returns a number as a Terraform value, a string if it is too large.
func jsonNumber(written string) attr.Value {
	if len(written) > longestNumber {
		return types.StringValue(written)
	}
	number, _, err := big.ParseFloat(written, 10, 512, big.ToNearestEven)
	if err != nil || number.MantExp(nil) > farthestExponent || number.MantExp(nil) < -farthestExponent {
		return types.StringValue(written)
	}
	return types.NumberValue(number)
}

// basicAuthHeader is the function basic_auth_header.
type basicAuthHeader struct{}

// Metadata names the function.
func (basicAuthHeader) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "basic_auth_header"
}

// Definition describes the function.
func (basicAuthHeader) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Create an HTTP Basic Authorization header",
		MarkdownDescription: "Returns the value of an `Authorization` header for HTTP Basic " +
			"([RFC 7617](https://www.rfc-editor.org/rfc/rfc7617)): `Basic ` and the base64 of `username:password`, both in UTF-8.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "username", MarkdownDescription: "The user name. It must not contain a colon or a control character."},
			function.StringParameter{Name: "password", MarkdownDescription: "The password. It must not contain a control character."},
		},
		Return: function.StringReturn{},
	}
}

// Run makes the header.
func (basicAuthHeader) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var username, password string
	if resp.Error = req.Arguments.Get(ctx, &username, &password); resp.Error != nil {
		return
	}
	if username == "" && password == "" {
		resp.Error = function.NewArgumentFuncError(0, "Both the user name and the password are empty. If they come from variables, check that these have values")
		return
	}
	basic := token.Basic{Username: said.NewSecret(username), Password: said.NewSecret(password)}
	if problem, ok := errors.AsType[*token.BasicError](basic.Check()); ok {
		place := int64(0)
		if problem.Password {
			place = 1
		}
		resp.Error = function.NewArgumentFuncError(place, "The header cannot be made: "+problem.Problem)
		return
	}
	resp.Error = resp.Result.Set(ctx, basic.Header().Reveal())
}
