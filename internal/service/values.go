package service

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	provider "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
)

// values are the attributes of an object: those of a credential set, with the
// inputs that replace some of them, or those of an object within it. They have a
// value for every attribute of the schema, which is null if it is not set.
type values map[string]attr.Value

func newValues(set, inputs types.Object, replacing map[string]datasource.Attribute) values {
	v, given := valuesOf(set), inputs.Attributes()
	for name := range replacing {
		if input := given[name]; input != nil && !input.IsNull() {
			v[name] = input
		}
	}
	return v
}

// valuesOf returns the attributes of an object. Those of an object that is null, or
// not known yet, are null.
func valuesOf(object types.Object) values {
	if !object.IsNull() && !object.IsUnknown() {
		return object.Attributes()
	}
	v := values{}
	for name, attributeType := range object.AttributeTypes(context.Background()) {
		v[name] = null(attributeType)
	}
	return v
}

// null returns the null value of a type, which every type has. It is short for the types
// within objects, as each reference reads those.
func null(of attr.Type) attr.Value {
	switch of := of.(type) {
	case basetypes.StringType:
		return types.StringNull()
	case types.MapType:
		return types.MapNull(of.ElemType)
	case types.ObjectType:
		return types.ObjectNull(of.AttrTypes)
	}
	ctx := context.Background()
	value, _ := of.ValueFromTerraform(ctx, tftypes.NewValue(of.TerraformType(ctx), nil))
	return value
}

// read returns the attribute called name, which must be of type T. Otherwise it
// panics: a name that is misspelt must not pass for an attribute that is not set.
func read[T attr.Value](v values, name string) T {
	value, ok := v[name].(T)
	if !ok {
		panic(misspeltName + name)
	}
	return value
}

// misspeltName begins what read panics with.
const misspeltName = "the schema has no attribute of this type: "

// unknown returns the names of the values that are not known yet, sorted. Those in an object
// are OBJECT.ATTRIBUTE.
func (v values) unknown() []string {
	var names []string
	for _, name := range v.names() {
		switch object, _ := v[name].(types.Object); {
		case isKnown(v[name]):
		case object.IsNull() || object.IsUnknown():
			names = append(names, name)
		default:
			for _, part := range valuesOf(object).unknown() {
				names = append(names, name+"."+part)
			}
		}
	}
	return names
}

func isKnown(value attr.Value) bool {
	if value.IsUnknown() {
		return false
	}
	for _, element := range elements(value) {
		if !isKnown(element) {
			return false
		}
	}
	return true
}

func elements(value attr.Value) []attr.Value {
	switch value := value.(type) {
	case types.Object:
		return slices.Collect(maps.Values(value.Attributes()))
	case types.Map:
		return slices.Collect(maps.Values(value.Elements()))
	case types.Set:
		return value.Elements()
	case types.List:
		return value.Elements()
	default:
		return nil
	}
}

// text returns the string attribute name, or fallback if it is null.
func (v values) text(name, fallback string) string {
	if value := read[types.String](v, name); !value.IsNull() {
		return value.ValueString()
	}
	return fallback
}

func (v values) secret(name string) said.Secret { return said.NewSecret(v.text(name, "")) }

// number returns a validated whole number, 0 if it is not set.
func (v values) number(name string) int {
	given := read[types.Number](v, name)
	if given.IsNull() || given.IsUnknown() {
		return 0
	}
	number, _ := given.ValueBigFloat().Int64()
	return int(number)
}

// duration returns a validated duration, 0 if it is not set.
func (v values) duration(name string) time.Duration {
	d, _ := time.ParseDuration(v.text(name, ""))
	return d
}

// textMap returns the map of strings name, without entries that are null.
func (v values) textMap(name string) map[string]string {
	found := map[string]string{}
	for key, element := range read[types.Map](v, name).Elements() {
		if element, ok := element.(types.String); ok && !element.IsNull() {
			found[key] = element.ValueString()
		}
	}
	return found
}

func (v values) secretMap(name string) map[string]said.Secret {
	found := map[string]said.Secret{}
	for key, value := range v.textMap(name) {
		found[key] = said.NewSecret(value)
	}
	return found
}

// object returns the attributes of the object name.
func (v values) object(name string) values { return valuesOf(read[types.Object](v, name)) }

// path returns the string name as a path into a response. It is validated: one that
// cannot be used finds nothing.
func (v values) path(name string) answer.Path {
	path, _ := answer.ParsePath(v.text(name, ""))
	return path
}

// paths returns the map of strings name as paths into a response.
func (v values) paths(name string) map[string]answer.Path {
	found := map[string]answer.Path{}
	for key, path := range v.textMap(name) {
		found[key], _ = answer.ParsePath(path)
	}
	return found
}

// given returns those of the names that isGiven reports.
func (v values) given(names ...string) []string {
	return slices.DeleteFunc(names, func(name string) bool { return !v.isGiven(name) })
}

// isGiven reports whether a value is known to be set. A value that is not known yet may
// turn out to be null.
func (v values) isGiven(name string) bool { return v.isSet(name) && !v.at(name).IsUnknown() }

// isSet reports whether a value is set, even if it is not known yet.
func (v values) isSet(name string) bool { return !v.at(name).IsNull() }

// at returns an attribute of any type.
func (v values) at(name string) attr.Value { return read[attr.Value](v, name) }

// known reports whether all of the values are known.
func (v values) known(names ...string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return !isKnown(v.at(name)) })
}

// names returns the names of the values, sorted.
func (v values) names() []string { return slices.Sorted(maps.Keys(v)) }

// flag returns the bool attribute name, false if it is null.
func (v values) flag(name string) bool { return read[types.Bool](v, name).ValueBool() }

// texts returns the strings of the attribute name, a set or a list. Those of a set
// are sorted.
func (v values) texts(name string) []string {
	found := leaves(v.at(name))
	if _, ok := v[name].(types.Set); ok {
		slices.Sort(found)
	}
	return found
}

// leaves returns every string in a value, however deep.
func leaves(value attr.Value) []string {
	if text, _ := value.(types.String); !text.IsNull() {
		return []string{text.ValueString()}
	}
	var found []string
	for _, element := range elements(value) {
		found = append(found, leaves(element)...)
	}
	return found
}

// book returns the texts of the attributes. Those that the schema calls sensitive are
// secret, each element of a map under its own name. The others are public.
func (v values) book(set map[string]provider.Attribute) said.Book {
	found := v.bookOf("", set, gapsOf(v))
	if _, isJWT := set["secret_encoding"]; isJWT {
		found = append(found, v.otherForms("signed")...)
	}
	return found
}

// bookOf is book for the attributes of the object called within.
func (v values) bookOf(within string, set map[string]provider.Attribute, g gaps) said.Book {
	var found said.Book
	for _, name := range slices.Sorted(maps.Keys(set)) {
		attribute := set[name]
		nested, isObject := attribute.(provider.SingleNestedAttribute)
		objects, isMapOfObjects := attribute.(provider.MapNestedAttribute)
		_, isMap := v[name].(types.Map)
		switch {
		case isObject && !v.isSet(name):
		case isObject:
			object := v.object(name)
			found = append(found, object.bookOf(name, nested.Attributes, g)...)
			found = append(found, object.otherForms(name)...)
		case isMapOfObjects:
			for key, object := range objectsOf(read[types.Map](v, name)) {
				found = append(found, object.bookOf(key, objects.NestedObject.Attributes, g)...)
			}
		case isMap && attribute.IsSensitive():
			for key, value := range v.textMap(name) {
				found = found.Add(key, said.NewSecret(g.in(within, name, value)))
			}
		case isMap: // headers, whose values may be anything, and paths
		default:
			found = append(found, v.entries(within, name, attribute.IsSensitive(), g)...)
		}
	}
	return found
}

// objectsOf returns the attributes of the objects in a map, by their names.
func objectsOf(m types.Map) map[string]values {
	found := map[string]values{}
	for name, element := range present(m) {
		if object, ok := element.(types.Object); ok {
			found[name] = valuesOf(object)
		}
	}
	return found
}

// otherForms returns the secrets of the object called name that no attribute of it holds as
// they are.
func (v values) otherForms(name string) said.Book {
	switch name {
	case "basic_auth":
		return v.login()
	case "hmac":
		return bytesOf("key", hmacOf(v).Key)
	case "totp":
		return bytesOf("secret", totpOf(v).Secret)
	case "signed":
		return bytesOf("secret", signedJWT(v, source.Signed{}).Secret)
	default:
		return nil
	}
}

// bytesOf returns the bytes of a decoded key as a message may have them: as a text, in
// hexadecimal and in base64.
func bytesOf(name string, key said.Secret) said.Book {
	raw := []byte(key.Reveal())
	if len(raw) == 0 {
		return nil
	}
	return said.Book{}.Add(name, key).Add(name, said.NewSecret(hex.EncodeToString(raw))).
		Add(name, said.NewSecret(base64.StdEncoding.EncodeToString(raw)))
}

// login returns the user name of an object for HTTP Basic if that is the secret: an API
// key is often sent with a password that stands for none.
func (v values) login() said.Book {
	username := v.secret("username")
	if len(placeholders(v.at("username")))+len(placeholders(v.at("password"))) > 0 {
		return nil // the values of the sources are secret
	}
	return slices.DeleteFunc(said.LoginEntries(username, v.secret("password")), func(entry said.Entry) bool {
		return entry.Value.IsEmpty() || !entry.Value.Equal(username)
	})
}

// entries returns the texts of one attribute. The value of a source is named after
// the source. What an HMAC signs is called a payload: a message is public by its name.
func (v values) entries(within, name string, sensitive bool, g gaps) said.Book {
	var found said.Book
	texts := leaves(v[name])
	for i, text := range texts {
		texts[i] = g.in(within, name, text)
	}
	switch name {
	case "value":
		name = within
	case "message":
		name = "payload"
	case "program", "signer":
		return argumentEntries(texts)
	}
	for _, text := range texts {
		found = append(found, said.Entry{Name: name, Value: said.NewSecret(text), Public: !sensitive})
	}
	return found
}
