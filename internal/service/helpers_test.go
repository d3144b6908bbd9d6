package service_test

import (
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	provider "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// oauth2Lifetime is where oauth2 finds the lifetime of a token.
const oauth2Lifetime = "expires_in_sec || expires_in_secs || expires_in_seconds || expires_in_ms && join('', [to_string(expires_in_ms), 'ms']) || expires_in"

// oauth2Expiry is where oauth2 finds the time of expiry if there is no lifetime.
const oauth2Expiry = "[@][?!expires_in] | [0] | expires_on || expires_at"

// attributes are the attributes of a credential set or of a configuration.
type attributes map[string]attr.Value

func (a attributes) object(t *testing.T) types.Object {
	t.Helper()
	attributeTypes := make(map[string]attr.Type, len(a))
	for name, value := range a {
		attributeTypes[name] = value.Type(t.Context())
	}
	object, diags := types.ObjectValue(attributeTypes, a)
	if diags.HasError() {
		t.Fatal(diags)
	}
	return object
}

// of returns the attributes as an object of a schema, whose other attributes are null.
func (a attributes) of(t *testing.T, schema map[string]provider.Attribute) types.Object {
	t.Helper()
	complete := attributes(service.Service{Set: schema}.NewSet(nil).Attributes())
	for name, attribute := range schema {
		if value, isGiven := a[name]; isGiven {
			complete[name] = value
		}
		nested, isObject := attribute.(provider.SingleNestedAttribute)
		if object, _ := complete[name].(types.Object); isObject && !object.IsNull() {
			complete[name] = attributes(object.Attributes()).of(t, nested.Attributes)
		}
		objects, isMap := attribute.(provider.MapNestedAttribute)
		if named, _ := complete[name].(types.Map); isMap && !named.IsNull() {
			complete[name] = completed(t, named, objects.NestedObject.Attributes)
		}
	}
	return complete.object(t)
}

// completed returns a map of objects of a schema, whose other attributes are null.
func completed(t *testing.T, named types.Map, schema map[string]provider.Attribute) types.Map {
	t.Helper()
	elements := map[string]attr.Value{}
	for name, element := range named.Elements() {
		object, _ := element.(types.Object)
		elements[name] = attributes(object.Attributes()).of(t, schema)
	}
	value, diags := types.MapValue(attributes{}.of(t, schema).Type(t.Context()), elements)
	if diags.HasError() {
		t.Fatal(diags)
	}
	return value
}

// and returns the attributes with more of them.
func (a attributes) and(more attributes) attributes {
	all := maps.Clone(a)
	maps.Copy(all, more)
	return all
}

// client has the attributes of a set of a vendor.
func client() attributes {
	return attributes{
		"client_id":     types.StringValue("fake-id"),
		"client_secret": types.StringValue("fake secret/1"),
		"token_url":     types.StringNull(),
		"allow_http":    types.BoolNull(),
	}
}

// texts returns string attributes from alternating names and values.
func texts(namesAndValues ...string) attributes {
	a := attributes{}
	for pair := range slices.Chunk(namesAndValues, 2) {
		a[pair[0]] = types.StringValue(pair[1])
	}
	return a
}

// nested returns an attribute that is an object.
func nested(t *testing.T, name string, of attributes) attributes {
	t.Helper()
	return attributes{name: of.object(t)}
}

func textMap(namesAndValues ...string) types.Map {
	return types.MapValueMust(types.StringType, texts(namesAndValues...))
}

func scopes(names ...string) types.Set {
	return types.SetValueMust(types.StringType, list(names...).Elements())
}

func list(values ...string) types.List {
	elements := make([]attr.Value, len(values))
	for i, value := range values {
		elements[i] = types.StringValue(value)
	}
	return types.ListValueMust(types.StringType, elements)
}

func find(t *testing.T, name string) service.Service {
	t.Helper()
	all := service.All()
	i := slices.IndexFunc(all, func(s service.Service) bool { return s.Name == name })
	if i < 0 {
		t.Fatalf("no service %q", name)
	}
	return all[i]
}

// byText compares paths by their text.
func byText() cmp.Option { return cmp.Transformer("text", answer.Path.String) }

// exchange returns the exchange of the credential set "shop".
func exchange(t *testing.T, name string, set, inputs attributes) *token.Exchange {
	t.Helper()
	s := find(t, name)
	x, err := s.Exchange("shop", s.Read(set.of(t, s.Set)), inputs.object(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// issue performs an exchange at a fixed time, in an environment whose variables all
// have the value variable.
func issue(t *testing.T, x *token.Exchange, variable string) (*token.Token, error) {
	t.Helper()
	client, err := token.NewClient(transport.DefaultSettings(), token.Runtime{
		Now: func() time.Time { return time.Unix(1_700_000_000, 0) }, Random: strings.NewReader(strings.Repeat("0", 1000)),
		Log: slog.New(slog.DiscardHandler), Getenv: func(string) string { return variable }, UserAgent: "test",
	})
	if err != nil {
		t.Fatal(err)
	}
	return token.NewCache(client).Token(t.Context(), x, 0)
}

// ask performs an exchange, which must succeed.
func ask(t *testing.T, x *token.Exchange) *token.Token {
	t.Helper()
	issued, err := issue(t, x, "")
	if err != nil {
		t.Fatal(err)
	}
	return issued
}

// revealed returns the fields of a form.
func revealed(form token.Form) map[string][]string {
	found := map[string][]string{}
	for name, values := range form {
		for _, value := range values {
			found[name] = append(found[name], value.Reveal())
		}
	}
	return found
}
