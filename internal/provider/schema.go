package provider

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	ephemeral "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	provider "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/apitoken/terraform-provider-apitoken/internal/diagnostic"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
)

// credentialsInput is the input that names a credential set.
const credentialsInput = "credentials"

func providerSchema(services []service.Service) provider.Schema {
	attributes := map[string]provider.Attribute{"transport": transportAttribute(), storeBlock: storeAttribute()}
	for _, s := range services {
		attributes[s.Name] = provider.MapNestedAttribute{
			Optional:            true,
			MarkdownDescription: setsDescription(s),
			NestedObject:        provider.NestedAttributeObject{Attributes: s.Set, Validators: []validator.Object{service.NamedSets(s)}},
		}
	}
	attributes, _ = typedEach(attributes)
	return provider.Schema{
		MarkdownDescription: "Gets short-lived access tokens from token endpoints and passes them on, mainly to other providers. " +
			"Credentials are configured in the provider block. Each service has an ephemeral resource, which is never stored, " +
			"and a data source, which is stored in the state.",
		Attributes: attributes,
	}
}

// typed returns a nested attribute with its type, and so for the attributes in it. By
// itself, the framework makes the type again at each step of a walk through a value
// (terraform-plugin-framework v1.19, fwschema.NestedAttributeObjectType).
func typed(attribute provider.Attribute) provider.Attribute {
	switch a := attribute.(type) {
	case provider.SingleNestedAttribute:
		a.Attributes, a.CustomType = typedEach(a.Attributes)
		return a
	case provider.MapNestedAttribute:
		var element objectType
		a.NestedObject.Attributes, element = typedEach(a.NestedObject.Attributes)
		a.NestedObject.CustomType, a.CustomType = element, types.MapType{ElemType: element}
		return mapAttribute{a}
	default:
		return attribute
	}
}

// mapAttribute is a map of objects. By itself, the framework copies all attributes of an object
// to find one of them, at each step of a walk (terraform-plugin-framework v1.19,
// NestedAttributeObject.GetAttributes).
type mapAttribute struct{ provider.MapNestedAttribute }

// ApplyTerraform5AttributePathStep returns the object.
func (a mapAttribute) ApplyTerraform5AttributePathStep(step tftypes.AttributePathStep) (any, error) {
	next, err := a.MapNestedAttribute.ApplyTerraform5AttributePathStep(step)
	if o, ok := next.(provider.NestedAttributeObject); ok {
		return nestedObject{o}, err
	}
	return next, err
}

// nestedObject is an object of a mapAttribute.
type nestedObject struct{ provider.NestedAttributeObject }

// ApplyTerraform5AttributePathStep returns the attribute.
func (o nestedObject) ApplyTerraform5AttributePathStep(step tftypes.AttributePathStep) (any, error) {
	if name, ok := step.(tftypes.AttributeName); ok {
		if attribute, ok := o.Attributes[string(name)]; ok {
			return attribute, nil
		}
	}
	return o.NestedAttributeObject.ApplyTerraform5AttributePathStep(step)
}

// typedEach returns the attributes of an object, each typed, and the type of the object.
func typedEach(attributes map[string]provider.Attribute) (map[string]provider.Attribute, objectType) {
	each, of := map[string]provider.Attribute{}, map[string]attr.Type{}
	for name, attribute := range attributes {
		each[name] = typed(attribute)
		of[name] = each[name].GetType()
	}
	return each, newObjectType(of)
}

// objectType is the type of an object that has its Terraform type. By itself, the
// framework makes that again, with all that is nested in it, at each conversion.
type objectType struct {
	types.ObjectType
	terraform tftypes.Type
}

func newObjectType(of map[string]attr.Type) objectType {
	plain := types.ObjectType{AttrTypes: of}
	return objectType{plain, plain.TerraformType(context.Background())}
}

// TerraformType returns the Terraform type.
func (t objectType) TerraformType(context.Context) tftypes.Type { return t.terraform }

// Equal reports whether the other type has the same attributes. Values have a plain
// types.ObjectType.
func (t objectType) Equal(other attr.Type) bool {
	if same, ok := other.(objectType); ok {
		other = same.ObjectType
	}
	return t.ObjectType.Equal(other)
}

func setsDescription(s service.Service) string {
	description := fmt.Sprintf("Credential sets for %s. The keys of the map are names that you choose: `{ shop = { %s = … } }`.", s.Title, s.Needed[0])
	if s.Environment {
		description += fmt.Sprintf(" If this is omitted, one set named `default` is read from the environment variables %#q, %#q and %#q.",
			s.Variable("client_id"), s.Variable("client_secret"), s.Variable("token_url"))
	}
	if s.Environment && !slices.Contains(s.Needed, "token_url") {
		description += " The last one is optional."
	}
	return description
}

func dataSourceSchema(s service.Service) datasource.Schema {
	return datasource.Schema{
		MarkdownDescription: given(s) + ". Like every data source, it is stored in the state and in saved plans, " +
			"with the token in clear text. Use the ephemeral resource of the same name wherever ephemeral values are accepted.",
		Attributes: tokenAttributes(s),
	}
}

// given says what a data source or an ephemeral resource gives.
func given(s service.Service) string { return cmp.Or(s.Gives, "An access token from "+s.Title) }

func ephemeralDescription(s service.Service) string {
	const stored, use = "never stored, neither in the state nor in a plan. ", "Use it in provider blocks, write-only arguments, provisioners and other ephemeral resources."
	if s.Gives != "" {
		return s.Gives + ". It is " + stored + use
	}
	return given(s) + " that is " + stored + use
}

// ephemeralSchema returns the data source's schema, converted attribute by
// attribute so that the two cannot drift apart, and the inputs that only
// ephemeral resources have.
func ephemeralSchema(s service.Service) ephemeral.Schema {
	attributes := map[string]ephemeral.Attribute{openAfter: openAfterAttribute()}
	if s.Revocable {
		attributes[service.RevokeInput] = revokeAttribute("Revoke the token at the end of each plan and apply. It is shared only with ephemeral resources that also set this, " +
			"and is revoked when the last of them is closed. Default: `false`.")
	}
	for name, attribute := range tokenAttributes(s) {
		attributes[name] = ephemeralAttribute(attribute)
	}
	return ephemeral.Schema{
		MarkdownDescription: ephemeralDescription(s),
		Attributes:          attributes,
	}
}

// openAfter is the input that puts off opening an ephemeral resource.
const openAfter = "open_after"

func openAfterAttribute() ephemeral.Attribute {
	return ephemeral.StringAttribute{
		Optional:            true,
		MarkdownDescription: "Request the token only when this value is known. Refer to something that is created during apply. The value itself is ignored.",
	}
}

func revokeAttribute(description string) ephemeral.Attribute {
	return ephemeral.BoolAttribute{Optional: true, MarkdownDescription: description}
}

func ephemeralAttribute(attribute datasource.Attribute) ephemeral.Attribute {
	switch a := attribute.(type) {
	case datasource.StringAttribute:
		return ephemeral.StringAttribute(a)
	case datasource.Int64Attribute:
		return ephemeral.Int64Attribute(a)
	case datasource.SetAttribute:
		return ephemeral.SetAttribute(a)
	case datasource.ListAttribute:
		return ephemeral.ListAttribute(a)
	case datasource.MapAttribute:
		return ephemeral.MapAttribute(a)
	default:
		panic(fmt.Sprintf("no conversion of %T to an ephemeral attribute", a))
	}
}

// tokenAttributes returns the inputs and outputs of data source and ephemeral resource.
func tokenAttributes(s service.Service) map[string]datasource.Attribute {
	attributes := map[string]datasource.Attribute{
		credentialsInput: credentialsAttribute(),
		diagnostic.MinRemaining: datasource.StringAttribute{
			Optional: true,
			MarkdownDescription: "The minimum lifetime that the token must have left, such as `20m`. A shared token with less is replaced by a new one. " +
				"A new token with less is an error; if its lifetime is not known, you get a warning. If this is not set, a shared token is replaced " +
				"when it has less than one minute left, or a tenth of its lifetime if that is shorter, and a new token is always accepted.",
			Validators: []validator.String{service.PositiveDuration()},
		},
	}
	maps.Copy(attributes, s.Inputs)
	maps.Copy(attributes, commonOutputs(s))
	maps.Copy(attributes, s.Outputs)
	return attributes
}

func credentialsAttribute() datasource.Attribute {
	return datasource.StringAttribute{
		Optional:            true,
		MarkdownDescription: "The name of the credential set in the provider block. It can be omitted if the service has only one set, or one named `default`.",
	}
}

func commonOutputs(s service.Service) map[string]datasource.Attribute {
	tokenType, issued := "The type of the token, as in the response; `Bearer` if the response has none.", "requested"
	if s.IsLocal {
		tokenType, issued = "The type of the token: `Bearer`.", "signed"
	}
	return map[string]datasource.Attribute{
		"access_token": service.SecretOutput("The access token itself. `headers` has it in the form that the API expects."),
		"token_type":   service.Output(tokenType),
		"expires_in": datasource.Int64Attribute{
			Computed:            true,
			MarkdownDescription: "The lifetime of the token in seconds, from `issued_at` to `expires_at`; null if unknown.",
		},
		"expires_at":   service.Output("When the token expires: an RFC 3339 timestamp in UTC, such as `2026-01-02T15:04:05Z`; null if unknown."),
		"issued_at":    service.Output("When the token was " + issued + ": an RFC 3339 timestamp in UTC, such as `2026-01-02T15:04:05Z`."),
		"header_name":  service.Output("The name of the header in which the API expects the token, such as `Authorization`."),
		"header_value": service.SecretOutput("The complete value of the header `header_name`: the token with its prefix, such as `Bearer`."),
		"headers":      service.SecretMapOutput("The complete headers to send to the API: a map of name to value, for arguments such as `request_headers` and `headers`."),
	}
}
