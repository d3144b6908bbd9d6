package token

import (
	"reflect"
	"testing"
	"time"
)

// Every field that shapes the request or the token must be in the key, or two
// exchanges would share a token that belongs to one. The test changes each
// field it finds, so that a new field cannot be forgotten.
func TestKeyCoversEveryField(t *testing.T) {
	t.Parallel()
	full := func() *Exchange {
		x := testExchange("https://auth.example.com/token")
		x.Request.Headers = map[string]Secret{"X-Api-Key": NewSecret("k")}
		x.Request.JSON = NewSecret("{}")
		x.Response.OutputDefaults = map[string]string{"scope": "s"}
		x.Response.ExpiresInUnit = time.Second
		return x
	}
	// Texts for the user do not shape anything.
	outside := map[string]bool{"Advice": true, "Secrets": true}
	var walk func(t *testing.T, field func(*Exchange) reflect.Value)
	walk = func(t *testing.T, field func(*Exchange) reflect.Value) {
		t.Helper()
		kind := field(full()).Type()
		for i := range kind.NumField() {
			name := kind.Field(i).Name
			if outside[name] {
				continue
			}
			if name == "Request" || name == "Response" {
				walk(t, func(x *Exchange) reflect.Value { return field(x).Field(i) })
				continue
			}
			x := full()
			change(t, name, field(x).Field(i))
			if x.key() == full().key() {
				t.Errorf("%s.%s is not in the key", kind.Name(), name)
			}
		}
	}
	walk(t, func(x *Exchange) reflect.Value { return reflect.ValueOf(x).Elem() })
	if one, other := full(), full(); one.key() != other.key() {
		t.Error("equal exchanges have different keys")
	}
}

func change(t *testing.T, name string, v reflect.Value) {
	t.Helper()
	to := map[reflect.Type]any{
		reflect.TypeFor[Secret]():            NewSecret("changed"),
		reflect.TypeFor[Path]():              Path("changed"),
		reflect.TypeFor[string]():            "changed",
		reflect.TypeFor[bool]():              v.IsZero(),
		reflect.TypeFor[time.Duration]():     42 * time.Second,
		reflect.TypeFor[map[string]Secret](): map[string]Secret{"a": NewSecret("changed")},
		reflect.TypeFor[map[string]string](): map[string]string{"a": "changed"},
		reflect.TypeFor[map[string]Path]():   map[string]Path{"a": "changed"},
		reflect.TypeFor[Form]():              NewForm(map[string]string{"a": "changed"}),
		reflect.TypeFor[ClientAuth]():        ClientSecretPost{ID: testID, Secret: NewSecret("changed")},
	}[v.Type()]
	if to == nil {
		t.Fatalf("the test does not know how to change %s (%s)", name, v.Type())
	}
	v.Set(reflect.ValueOf(to))
}

func TestKeyTellsClientsApart(t *testing.T) {
	t.Parallel()
	auths := map[string]ClientAuth{
		"none":       nil,
		"basic form": ClientSecretBasic{ID: "a", Secret: NewSecret("b+")},
		"basic raw":  ClientSecretBasic{ID: "a", Secret: NewSecret("b+"), Raw: true},
		"post":       ClientSecretPost{ID: "a", Secret: NewSecret("b")},
		"post moved": ClientSecretPost{ID: "ab", Secret: NewSecret("")},
		"colon":      ClientSecretBasic{ID: "a:b", Secret: NewSecret("c"), Raw: true},
		"colon late": ClientSecretBasic{ID: "a", Secret: NewSecret("b:c"), Raw: true},
	}
	seen := map[key]string{}
	for name, auth := range auths {
		x := testExchange("https://auth.example.com/token")
		x.Request.Auth = auth
		k := x.key()
		if other, ok := seen[k]; ok {
			t.Errorf("%s and %s have one key", name, other)
		}
		seen[k] = name
	}
}
