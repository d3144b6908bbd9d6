package secrecy

import (
	"bytes"
	"crypto/rand"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"go/types"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"testing"
	"text/template"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/jose"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// hush is the secret in every value below. It is made up, and looks it.
const hush = "hush-hush/made+up"

// holders are a value of each exported type that holds a Secret. fill puts hush
// into every Secret of it.
func holders(t *testing.T) []any {
	t.Helper()
	client, cache := used(t)
	return []any{
		client, cache,
		&said.Secret{}, &said.Foreign{}, &said.Entry{}, &said.Book{}, &said.Shelf{}, &said.Judge{}, &token.Token{}, &token.Exchange{}, &token.Request{}, &token.Form{}, &token.ClientSecretBasic{},
		&token.ClientSecretPost{}, &token.Basic{}, &token.ClientCertificate{}, &source.Signed{}, &jose.JWT{}, &source.Value{}, &transport.Settings{},
		&token.ClientAssertion{},
	}
}

// used returns a client that goes by a proxy with a password, and a cache that
// holds a token.
func used(t *testing.T) (*token.Client, *token.Cache) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, `{"access_token":%q}`, hush) // the client may be gone
	}))
	t.Cleanup(server.Close)
	transport, runtime := transport.DefaultSettings(), token.Runtime{Now: time.Now, Random: rand.Reader, Log: slog.New(slog.DiscardHandler), Getenv: func(string) string { return "" }}
	direct, err := token.NewClient(transport, runtime)
	if err != nil {
		t.Fatal(err)
	}
	transport.ProxyURL = said.NewSecret("http://user:" + url.QueryEscape(hush) + "@127.0.0.1:1")
	proxied, err := token.NewClient(transport, runtime)
	if err != nil {
		t.Fatal(err)
	}
	cache := token.NewCache(direct)
	exchange := &token.Exchange{
		Request:  token.Request{URL: server.URL, Auth: token.ClientSecretPost{Secret: said.NewSecret(hush)}},
		Response: token.Response{Token: answer.MustPath("access_token")}, Secrets: said.Book{{Name: "client_secret", Value: said.NewSecret(hush)}},
	}
	// The second time takes the lock that the request of the first time has given
	// back, so nothing writes to the cache any more while it is formatted.
	for range 2 {
		if issued, err := cache.Token(t.Context(), exchange, 0); err != nil || issued.AccessToken.Reveal() != hush {
			t.Fatalf("no token, error %v", err)
		}
	}
	return proxied, cache
}

// TestNothingPrintsASecret formats, encodes and logs all that holds a secret.
// Programs that read memory by reflection, such as debuggers, are beyond this.
func TestNothingPrintsASecret(t *testing.T) {
	t.Parallel()
	for _, holder := range holders(t) {
		value := reflect.ValueOf(holder).Elem()
		t.Run(value.Type().Name(), func(t *testing.T) {
			t.Parallel()
			if fill(value) == 0 && !isClosed(value.Type()) {
				t.Fatal("no secret was put in")
			}
			for _, form := range []any{holder, value.Interface(), []any{holder}, struct{ inner any }{value.Interface()}} {
				for name, text := range written(form) {
					checkHidden(t, name, text)
				}
			}
		})
	}
}

// isClosed reports whether a type has no field that another package can set.
func isClosed(typ reflect.Type) bool {
	return !slices.ContainsFunc(reflect.VisibleFields(typ), reflect.StructField.IsExported)
}

// written is a value in each way in which Go programs write values down.
func written(value any) map[string]string {
	texts := map[string]string{}
	for verb := range strings.FieldsSeq("%v %+v %#v %s %q %x %X %d %o %t %c %e %U %T %w") {
		texts[verb] = fmt.Sprintf(verb, value)
	}
	texts["Sprint"], texts["Sprintln"] = fmt.Sprint(value), fmt.Sprintln(value)
	texts["Errorf"] = fmt.Errorf("it is %v", value).Error()
	encoded, err := json.Marshal(value)
	texts["JSON"] = fmt.Sprintf("%s %v", encoded, err)
	if secret, ok := value.(said.Secret); ok {
		encoded, err = json.Marshal(map[said.Secret]int{secret: 1})
		texts["JSON key"] = fmt.Sprintf("%s %v", encoded, err)
	}
	if foreign, ok := value.(said.Foreign); ok {
		encoded, err = json.Marshal(map[said.Foreign]int{foreign: 1})
		texts["JSON key"] = fmt.Sprintf("%s %v", encoded, err)
	}
	encoded, err = xml.Marshal(value)
	texts["XML"] = fmt.Sprintf("%s %v", encoded, err)
	var out bytes.Buffer
	err = gob.NewEncoder(&out).Encode(value)
	texts["gob"] = fmt.Sprintf("%s %v", out.Bytes(), err)
	texts["template"] = fromTemplate(value)
	texts["slog JSON"] = logged(func(w *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(w, nil) }, value)
	texts["slog text"] = logged(func(w *bytes.Buffer) slog.Handler { return slog.NewTextHandler(w, nil) }, value)
	texts["recovered"] = recovered(value)
	return texts
}

func fromTemplate(value any) string {
	var out bytes.Buffer
	err := template.Must(template.New("").Parse(`{{.}} {{printf "%v" .}} {{print .}} {{js .}} {{len .}}`)).Execute(&out, value)
	return fmt.Sprintf("%s %v", out.String(), err)
}

func logged(handler func(*bytes.Buffer) slog.Handler, value any) string {
	var out bytes.Buffer
	log := slog.New(handler(&out))
	log.Info("m", "value", value, slog.Group("group", "value", value))
	log.With("value", value).Info("m")
	return out.String()
}

func recovered(value any) (text string) {
	defer func() { text = fmt.Sprint(recover()) }()
	panic(value)
}

func checkHidden(t *testing.T, name, text string) {
	t.Helper()
	findings, err := clitest.SearchBytes(name, []byte(text), clitest.Needle{Name: "the secret", Value: hush})
	if err != nil {
		t.Fatal(err)
	}
	for _, finding := range findings {
		t.Errorf("%s:\n%s", finding, text)
	}
}

// fill puts hush into every Secret that can be set, and returns how many there are.
func fill(value reflect.Value) int {
	switch {
	case !value.CanSet():
		return 0
	case value.Type() == reflect.TypeFor[said.Secret]():
		value.Set(reflect.ValueOf(said.NewSecret(hush)))
		return 1
	case value.Type() == reflect.TypeFor[said.Foreign]():
		value.Set(reflect.ValueOf(said.NewForeign(hush)))
		return 1
	case value.Type() == reflect.TypeFor[token.ClientAuth]():
		value.Set(reflect.ValueOf(token.ClientSecretBasic{ID: "id", Secret: said.NewSecret(hush)}))
		return 1
	case value.Type() == reflect.TypeFor[source.Source]():
		value.Set(reflect.ValueOf(source.Value{Secret: said.NewSecret(hush)}))
		return 1
	}
	filled := 0
	switch value.Kind() { //nolint:exhaustive // the others hold nothing
	case reflect.Struct:
		for _, field := range value.Fields() {
			filled += fill(field)
		}
	case reflect.Pointer:
		value.Set(reflect.New(value.Type().Elem()))
		filled = fill(value.Elem())
	case reflect.Slice:
		value.Set(reflect.MakeSlice(value.Type(), 1, 1))
		filled = fill(value.Index(0))
	case reflect.Map:
		element := reflect.New(value.Type().Elem()).Elem()
		filled = fill(element)
		value.Set(reflect.MakeMap(value.Type()))
		value.SetMapIndex(reflect.Zero(value.Type().Key()), element)
	}
	return filled
}

// TestHoldersAreAllTested finds every exported type that holds a Secret among
// the holders.
func TestHoldersAreAllTested(t *testing.T) {
	t.Parallel()
	tested := map[string]bool{}
	for _, holder := range holders(t) {
		tested[reflect.TypeOf(holder).Elem().String()] = true
	}
	for _, p := range load(t) {
		for _, name := range p.Types.Scope().Names() {
			object, ok := p.Types.Scope().Lookup(name).(*types.TypeName)
			if ok && object.Exported() && !types.IsInterface(object.Type()) && holdsSecret(object.Type(), map[string]bool{}) && !tested[p.Name+"."+name] {
				t.Errorf("%s.%s holds a secret: put one among the holders", p.Name, name)
			}
		}
	}
}

// holdsSecret reports whether there is a Secret anywhere in a value of the type.
func holdsSecret(typ types.Type, seen map[string]bool) bool {
	name := types.TypeString(typ, nil)
	if slices.Contains([]string{saidPkg + ".Secret", saidPkg + ".Foreign", tokenPkg + ".Source", tokenPkg + ".ClientAuth"}, nameOf(typ)) {
		return true
	}
	if seen[name] || strings.HasPrefix(nameOf(typ), "net/") {
		return false
	}
	seen[name] = true
	if fields, ok := typ.Underlying().(*types.Struct); ok {
		for field := range fields.Fields() {
			if holdsSecret(field.Type(), seen) {
				return true
			}
		}
		return false
	}
	return slices.ContainsFunc(parts(typ)[1:], func(part types.Type) bool { return holdsSecret(part, seen) })
}

// crashWith is the variable that makes this test binary panic with a holder.
const crashWith = "APITOKEN_TEST_CRASH"

// TestNoCrashPrintsASecret runs this test again as a program that panics with
// each holder, and reads what Go prints of it.
func TestNoCrashPrintsASecret(t *testing.T) {
	if name := os.Getenv(crashWith); name != "" {
		crash(t, name)
	}
	t.Parallel()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, holder := range holders(t) {
		name := reflect.TypeOf(holder).Elem().Name()
		cmd := exec.CommandContext(t.Context(), program, "-test.run=^TestNoCrashPrintsASecret$") //nolint:gosec // this test itself
		cmd.Env = append(os.Environ(), crashWith+"="+name, "GOTRACEBACK=all")
		printed, err := cmd.CombinedOutput()
		if err == nil || !bytes.Contains(printed, []byte("panic: ")) {
			t.Errorf("%s: it did not crash: %s", name, printed)
		}
		checkHidden(t, name, string(printed))
	}
}

func crash(t *testing.T, name string) {
	t.Helper()
	for _, holder := range holders(t) {
		value := reflect.ValueOf(holder).Elem()
		if value.Type().Name() == name {
			fill(value)
			panic(value.Interface())
		}
	}
}
