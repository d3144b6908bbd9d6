package service

import (
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// readers are the ways to read one attribute.
func readers() map[string]func(v values, name string) {
	return map[string]func(v values, name string){
		"text":           func(v values, name string) { v.text(name, "") },
		"secret":         func(v values, name string) { v.secret(name) },
		"duration":       func(v values, name string) { v.duration(name) },
		"flag":           func(v values, name string) { v.flag(name) },
		"textMap":        func(v values, name string) { v.textMap(name) },
		"secretMap":      func(v values, name string) { v.secretMap(name) },
		"paths":          func(v values, name string) { v.paths(name) },
		"object":         func(v values, name string) { v.object(name) },
		"texts":          func(v values, name string) { v.texts(name) },
		"given":          func(v values, name string) { v.given(name) },
		"isGiven":        func(v values, name string) { v.isGiven(name) },
		"isSet":          func(v values, name string) { v.isSet(name) },
		"known":          func(v values, name string) { v.known(name) },
		"placeholdersIn": func(v values, name string) { v.placeholdersIn(name) },
		"missing":        func(v values, name string) { _ = missing(v, "", name) },
	}
}

// misread returns the name that a read panics with; "" if it does not.
func misread(t *testing.T, read func()) (name string) {
	t.Helper()
	defer func() {
		if value := recover(); value != nil {
			message, _ := value.(string)
			name = strings.TrimPrefix(message, misspeltName)
		}
	}()
	read()
	return ""
}

// objects returns the attributes of a set that is empty, and those of each object in
// it, by path.
func objects(at string, v values) map[string]values {
	found := map[string]values{at: v}
	for name, value := range v {
		if _, isObject := value.(types.Object); isObject {
			inner := v.object(name)
			maps.Copy(found, objects(at+"."+name, inner))
		}
	}
	return found
}

// A read of an attribute that the schema does not have panics, in a set and in each
// object in it.
func TestMisspeltName(t *testing.T) {
	const misspelt = "clientid"
	for _, s := range All() {
		for at, v := range objects(s.Name, valuesOf(s.NewSet(nil))) {
			for way, read := range readers() {
				if got := misread(t, func() { read(v, misspelt) }); got != misspelt {
					t.Errorf("%s: %s of a misspelt name reports %q", at, way, got)
				}
			}
		}
	}
}

// A read as another type panics too.
func TestMisreadType(t *testing.T) {
	v := valuesOf(Service{Set: oauth2Set()}.NewSet(nil))
	right := map[string]string{
		"text": "client_id", "secret": "client_secret", "duration": "default_ttl", "flag": "allow_http", "textMap": "params", "secretMap": "params",
		"paths": "outputs", "object": "assertion",
	}
	for way, own := range right {
		for _, name := range []string{"client_id", "allow_http", "params", "assertion"} {
			want := name
			if v[name].Type(t.Context()).Equal(v[own].Type(t.Context())) {
				want = ""
			}
			if got := misread(t, func() { readers()[way](v, name) }); got != want {
				t.Errorf("%s of %s reports %q, want %q", way, name, got, want)
			}
		}
	}
}
