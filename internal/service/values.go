package service

import (
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	provider "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// values are the attributes of a credential set, with the inputs that replace
// some of them.
type values map[string]attr.Value

func newValues(set, inputs types.Object, replacing map[string]datasource.Attribute) values {
	v := values(set.Attributes())
	for name := range replacing {
		if input := inputs.Attributes()[name]; input != nil && !input.IsNull() {
			v[name] = input
		}
	}
	return v
}

// unknown returns the names of the values that are not known yet.
func (v values) unknown() []string {
	var names []string
	for _, name := range v.names() {
		if !isKnown(v[name]) {
			names = append(names, name)
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

// text returns a string attribute, or otherwise if it is not set.
func (v values) text(name, otherwise string) string {
	if value, _ := v[name].(types.String); !value.IsNull() {
		return value.ValueString()
	}
	return otherwise
}

func (v values) secret(name string) said.Secret { return said.NewSecret(v.text(name, "")) }

// duration returns a validated duration, 0 where it is not set.
func (v values) duration(name string) time.Duration {
	d, _ := time.ParseDuration(v.text(name, ""))
	return d
}

// textMap returns a map of strings. Entries that are null are left out.
func (v values) textMap(name string) map[string]string {
	found := map[string]string{}
	elements, _ := v[name].(types.Map)
	for key, element := range elements.Elements() {
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

// object returns the attributes of an object, and whether it is set.
func (v values) object(name string) (values, bool) {
	object, _ := v[name].(types.Object)
	if object.IsNull() {
		return nil, false
	}
	return object.Attributes(), true
}

// path returns a string as a path into an answer. It is validated: one that cannot be
// used finds nothing.
func (v values) path(name string) answer.Path {
	path, _ := answer.ParsePath(v.text(name, ""))
	return path
}

// paths returns a map of strings as paths into an answer.
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

// isGiven reports whether a value is known to be set. One that is not known yet
// may turn out to be null.
func (v values) isGiven(name string) bool { return v.isSet(name) && !v[name].IsUnknown() }

// isSet reports whether a value is set, if only to one that is not known yet.
func (v values) isSet(name string) bool { return v[name] != nil && !v[name].IsNull() }

// known reports whether all of the values are known.
func (v values) known(names ...string) bool {
	for _, name := range names {
		if v[name] != nil && !isKnown(v[name]) {
			return false
		}
	}
	return true
}

// names returns the names of the values, sorted.
func (v values) names() []string { return slices.Sorted(maps.Keys(v)) }

func (v values) flag(name string) bool {
	value, _ := v[name].(types.Bool)
	return value.ValueBool()
}

// texts returns a set or list of strings; a set's are sorted.
func (v values) texts(name string) []string {
	found := leaves(v[name])
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

// book returns what the attributes say of secrets: those that the schema calls
// sensitive are, each element of a map by its own name, and those of the others
// that are texts are public.
func (v values) book(set map[string]provider.Attribute) said.Book { return v.bookOf("", set) }

// bookOf is book for the attributes of an object; within is its name.
func (v values) bookOf(within string, set map[string]provider.Attribute) said.Book {
	var found said.Book
	for _, name := range slices.Sorted(maps.Keys(set)) {
		attribute := set[name]
		nested, isObject := attribute.(provider.SingleNestedAttribute)
		_, isMap := v[name].(types.Map)
		switch {
		case isObject:
			object, _ := v.object(name)
			found = append(found, object.bookOf(name, nested.Attributes)...)
			if name == "basic_auth" {
				found = append(found, object.login()...)
			}
		case isMap && attribute.IsSensitive():
			for key, value := range v.secretMap(name) {
				found = found.Add(key, value)
			}
		case isMap: // headers, which may hold anything; paths
		default:
			found = append(found, v.entries(within, name, attribute.IsSensitive())...)
		}
	}
	return found
}

// login returns the user name of an object for HTTP Basic if that is the secret: an API
// key is often sent with a password that stands for none.
func (v values) login() said.Book {
	username := v.secret("username")
	return slices.DeleteFunc(said.LoginEntries(username, v.secret("password")), func(entry said.Entry) bool {
		return entry.Value.IsEmpty() || !entry.Value.Equal(username)
	})
}

// entries returns the texts of one attribute. The value of a source is named after
// the source.
func (v values) entries(within, name string, sensitive bool) said.Book {
	var found said.Book
	public := !sensitive && name != "claims"
	texts := leaves(v[name])
	if name == "value" {
		name = within
	}
	for _, text := range texts {
		found = append(found, said.Entry{Name: name, Value: said.NewSecret(text), Public: public})
	}
	return found
}
