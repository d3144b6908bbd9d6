package token

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
)

// Every field that shapes the request or the token must be in the key, or two
// exchanges would share a token that belongs to one. The test changes each
// field it finds, so that a new field cannot be forgotten.
func TestKeyCoversEveryField(t *testing.T) {
	t.Parallel()
	full := func() reflect.Value {
		x := testExchange("https://auth.example.com/token")
		x.Request = fullRequest()
		revoke := fullRequest()
		x.Revoke = &revoke
		x.Basic = &Basic{Username: said.NewSecret("a"), Password: said.NewSecret("b")}
		x.Response.FieldDefaults = map[string]string{"a": "b"}
		x.Response.Outputs = map[string]Path{"a": answer.MustPath("b")}
		return reflect.ValueOf(x)
	}
	unchanged := keyOf(t, full())
	if again := keyOf(t, full()); again != unchanged {
		t.Error("equal exchanges have different keys")
	}
	// Texts for the user shape nothing, and NeedsRevocable follows from the sources.
	outside := []string{"NeedsRevocable", "Advice", "OtherAnswer", "Secrets", "Endpoint", "Describe", "URLName", "Discovered", "Settings", "FromEnvironment", "AuthMethods"}
	for _, field := range fields(full().Elem().Type(), nil) {
		x := full()
		if slices.Contains(outside, field.name) {
			continue
		}
		change(t, field.name, dereference(x.Elem().FieldByIndex(field.index[:1]), field.index[1:]))
		if keyOf(t, x) == unchanged {
			t.Errorf("%s is not in the key", field.name)
		}
		x = full()
		if v := dereference(x.Elem(), field.index); v.Kind() == reflect.Map && rename(v) && keyOf(t, x) == unchanged {
			t.Errorf("the names in %s are not in the key", field.name)
		}
	}
}

// rename gives each entry of a map another name, and reports whether it has any.
func rename(v reflect.Value) bool {
	renamed := reflect.MakeMap(v.Type())
	for _, name := range v.MapKeys() {
		renamed.SetMapIndex(reflect.ValueOf("renamed "+name.String()), v.MapIndex(name))
	}
	v.Set(renamed)
	return renamed.Len() > 0
}

func fullRequest() Request {
	return Request{
		Method: "PUT", URL: "https://auth.example.com/token", Body: said.NewSecret("{}"), ContentType: ContentTypeJSON,
		Query:       map[string]said.Secret{"a": said.NewSecret("b")},
		Headers:     map[string]said.Secret{"a": said.NewSecret("b")},
		Form:        NewForm(map[string]string{"a": "b"}),
		Sources:     map[string]source.Source{"a": source.Env{Name: "B"}},
		Named:       []Named{{"a", source.Env{Name: "B"}}},
		Local:       source.Env{Name: "B"},
		Auth:        ClientSecretPost{ID: testID, Secret: said.NewSecret(testSecret)},
		Certificate: &ClientCertificate{CertificatePEM: "a", KeyPEM: said.NewSecret("b")},
	}
}

func keyOf(t *testing.T, x reflect.Value) key {
	t.Helper()
	exchange, ok := reflect.TypeAssert[*Exchange](x)
	if !ok {
		t.Fatalf("%s is no exchange", x.Type())
	}
	return exchange.key()
}

// field is one field of an exchange or of the structs in it.
type field struct {
	name  string
	index []int
}

func fields(kind reflect.Type, within []int) []field {
	var found []field
	for i := range kind.NumField() {
		f, index := kind.Field(i), append(slices.Clone(within), i)
		inner := f.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		switch inner {
		case reflect.TypeFor[Request](), reflect.TypeFor[Response](), reflect.TypeFor[ClientCertificate]():
			found = append(found, fields(inner, index)...)
		default:
			found = append(found, field{f.Name, index})
		}
	}
	return found
}

// dereference walks down an index of fields, through pointers.
func dereference(v reflect.Value, index []int) reflect.Value {
	for _, i := range index {
		v = reflect.Indirect(v).Field(i)
	}
	return v
}

func change(t *testing.T, name string, v reflect.Value) {
	t.Helper()
	to := map[reflect.Type]any{
		reflect.TypeFor[said.Secret]():              said.NewSecret("changed"),
		reflect.TypeFor[Path]():                     answer.MustPath("changed"),
		reflect.TypeFor[string]():                   "changed",
		reflect.TypeFor[bool]():                     v.IsZero(),
		reflect.TypeFor[[]int]():                    []int{42},
		reflect.TypeFor[time.Duration]():            42 * time.Second,
		reflect.TypeFor[map[string]said.Secret]():   map[string]said.Secret{"a": said.NewSecret("changed")},
		reflect.TypeFor[map[string]string]():        map[string]string{"a": "changed"},
		reflect.TypeFor[map[string]Path]():          map[string]Path{"a": answer.MustPath("changed")},
		reflect.TypeFor[map[string]source.Source](): map[string]source.Source{"a": source.Env{Name: "CHANGED"}},
		reflect.TypeFor[Form]():                     NewForm(map[string]string{"a": "changed"}),
		reflect.TypeFor[source.Source]():            source.Env{Name: "CHANGED"},
		reflect.TypeFor[[]Named]():                  []Named{{"a", source.Env{Name: "CHANGED"}}},
		reflect.TypeFor[*Basic]():                   &Basic{Username: said.NewSecret("changed")},
		reflect.TypeFor[ClientAuth]():               ClientSecretPost{ID: testID, Secret: said.NewSecret("changed")},
	}[v.Type()]
	if to == nil {
		t.Fatalf("the test does not know how to change %s (%s)", name, v.Type())
	}
	v.Set(reflect.ValueOf(to))
}

// What stands in one place is not what stands in another.
func TestKeyTellsPlacesApart(t *testing.T) {
	t.Parallel()
	secrets, paths := map[string]said.Secret{"a": said.NewSecret("b")}, map[string]Path{"a": answer.MustPath("b")}
	seen := map[key]string{}
	for name, put := range map[string]func(*Exchange){
		"header":           func(x *Exchange) { x.Headers = secrets },
		"query":            func(x *Exchange) { x.Request.Query = secrets },
		"request's header": func(x *Exchange) { x.Request.Headers = secrets },
		"form":             func(x *Exchange) { x.Request.Form = Form{"a": {said.NewSecret("b")}} },
		"field":            func(x *Exchange) { x.Response.Fields = paths },
		"default":          func(x *Exchange) { x.Response.FieldDefaults = map[string]string{"a": "b"} },
		"output":           func(x *Exchange) { x.Response.Outputs = paths },
	} {
		x := &Exchange{}
		put(x)
		if other, ok := seen[x.key()]; ok {
			t.Errorf("%s and %s have one key", name, other)
		}
		seen[x.key()] = name
	}
}

// What is a set is the same set in any order.
func TestKeyOfSets(t *testing.T) {
	t.Parallel()
	form := func(field string, values ...string) func(*Exchange) {
		return func(x *Exchange) {
			for _, value := range values {
				x.Request.Form[field] = append(x.Request.Form[field], said.NewSecret(value))
			}
		}
	}
	granted := func(scope string) func(*Exchange) {
		return func(x *Exchange) { x.Response.FieldDefaults = map[string]string{"scope": scope} }
	}
	for name, tc := range map[string]struct {
		one, other func(*Exchange)
		same       bool
	}{
		"resources in another order":        {form("resource", "a", "b"), form("resource", "b", "a"), true},
		"a resource twice":                  {form("resource", "a", "b"), form("resource", "b", "a", "b"), true},
		"another resource":                  {form("resource", "a", "b"), form("resource", "a", "c"), false},
		"a resource more":                   {form("resource", "a"), form("resource", "a", "b"), false},
		"a resource of two words":           {form("resource", "a b"), form("resource", "b a"), false},
		"scopes in another order":           {form("scope", "a b"), form("scope", "b a"), true},
		"a scope twice":                     {form("scope", "a b"), form("scope", "b a a"), true},
		"another scope":                     {form("scope", "a b"), form("scope", "a c"), false},
		"scopes joined":                     {form("scope", "a b"), form("scope", "ab"), false},
		"a text of the same words":          {form("audience", "a b"), form("audience", "b a"), false},
		"granted scopes in another order":   {granted("a b"), granted("b a"), true},
		"granted scopes that are different": {granted("a b"), granted("a"), false},
	} {
		one, other := testExchange(tokenURL), testExchange(tokenURL)
		tc.one(one)
		tc.other(other)
		if (one.key() == other.key()) != tc.same {
			t.Errorf("%s: the same key: %t", name, !tc.same)
		}
	}
}

func TestKeyTellsClientsApart(t *testing.T) {
	t.Parallel()
	auths := map[string]ClientAuth{
		"none":       nil,
		"basic form": ClientSecretBasic{ID: "a", Secret: said.NewSecret("b+")},
		"basic raw":  ClientSecretBasic{ID: "a", Secret: said.NewSecret("b+"), Raw: true},
		"post":       ClientSecretPost{ID: "a", Secret: said.NewSecret("b")},
		"id alone":   ClientID{ID: "a"},
		"another id": ClientID{ID: "b"},
		"assertion":  ClientAssertion{ID: "a", Assertion: source.Env{Name: "B"}},
		"a file":     ClientAssertion{ID: "a", Assertion: source.File{Name: "B"}},
		"post moved": ClientSecretPost{ID: "ab", Secret: said.NewSecret("")},
		"colon":      ClientSecretBasic{ID: "a:b", Secret: said.NewSecret("c"), Raw: true},
		"colon late": ClientSecretBasic{ID: "a", Secret: said.NewSecret("b:c"), Raw: true},
		"basic":      Basic{Username: said.NewSecret("a:b"), Password: said.NewSecret("c")},
		"basic late": Basic{Username: said.NewSecret("a"), Password: said.NewSecret("b:c")},
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
