package secrecy

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"encoding"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
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
	"github.com/apitoken/terraform-provider-apitoken/internal/program"
	"github.com/apitoken/terraform-provider-apitoken/internal/proxy"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/store"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// hush is the secret in every value below. It is made up, and looks it.
const hush = "hush-hush/made+up"

// leak is an error that quotes the secret, as those of the network quote URLs.
type leak struct{ Text string }

// Error quotes it.
func (l leak) Error() string { return l.Text }

// proxyURL is the URL of a proxy with a password.
func proxyURL() *url.URL {
	return &url.URL{Scheme: "http", User: url.UserPassword("user", hush), Host: "127.0.0.1:1"}
}

// proxyVariables are an environment that has only variables of proxies.
func proxyVariables(name string) string {
	if name == "HTTP_PROXY" || name == "HTTPS_PROXY" {
		return proxyURL().String()
	}
	return ""
}

// holders are a value of each exported type that holds a Secret, a Foreign, an error of
// others or a URL. fill puts hush into all of these.
func holders(t *testing.T) []any {
	t.Helper()
	client, cache, through, supply := used(t)
	forwarding, err := proxy.Open(t.Context(), proxyURL(), proxy.Settings{Tokens: supply, Sender: through.Upstream(nil), Random: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	serveOnce(t, forwarding)
	quiet, _ := errors.AsType[said.QuietError](said.NewQuiet(leak{hush}))
	return []any{
		client, cache, through, &quiet, token.NewAnswer(&token.Exchange{}, token.ForToken, http.StatusOK, http.Header{"X": {hush}}, []byte(hush)),
		&said.Secret{}, &said.Foreign{}, &said.Entry{}, &said.Book{}, &said.Shelf{}, &said.Judge{}, &token.Token{}, &token.Exchange{}, &token.Request{}, &token.Form{},
		&token.ClientSecretBasic{}, &token.ClientSecretPost{}, &token.Basic{}, &token.ClientCertificate{}, &token.ClientAssertion{}, &token.Error{},
		&token.Note{}, &token.Presented{}, &source.Signed{}, &source.Value{}, &source.HMAC{}, &source.TOTP{}, &source.Error{}, &program.Error{}, &token.Named{}, &jose.JWT{}, &transport.Settings{}, &transport.Failure{}, &store.Settings{}, &store.Error{}, store.New(store.Settings{Key: said.NewSecret(hush)}, time.Now), new(transport.NewProxy(proxyURL(), "")),
		supply, forwarding, &proxy.Settings{Tokens: supply, Sender: through.Upstream(nil)}, &proxy.UpstreamError{}, &proxy.RefusedError{},
	}
}

// serveOnce has a proxy refuse a request and end: nothing in it changes while it is printed.
func serveOnce(t *testing.T, p *proxy.Proxy) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get(p.URL()) //nolint:noctx // the proxy is in this process
	if err == nil {                  // without a log, it cuts the connection
		_ = resp.Body.Close()
	}
	p.Close(t.Context())
}

// used returns a client and a transport that go by a proxy with a password, and a
// cache and a supply that hold a token.
func used(t *testing.T) (*token.Client, *token.Cache, *transport.Transport, *token.Supply) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, `{"access_token":%q}`, hush) // the client may be gone
	}))
	t.Cleanup(server.Close)
	settings, runtime := transport.DefaultSettings(), token.Runtime{Now: time.Now, Random: rand.Reader, Log: slog.New(slog.DiscardHandler), Getenv: func(string) string { return "" }}
	direct, err := token.NewClient(settings, runtime)
	if err != nil {
		t.Fatal(err)
	}
	through, usual := transport.New(settings, transport.Machine{Now: time.Now, Getenv: proxyVariables})
	settings.ProxyURL = said.NewSecret(proxyURL().String())
	proxied, err := token.NewClient(settings, runtime)
	if err = cmp.Or(err, usual); err != nil {
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
	supply := cache.Supply(t.Context(), exchange, 0)
	if _, _, err := supply.Use(t.Context()); err != nil {
		t.Fatal(err)
	}
	return proxied, cache, through, supply
}

// TestNothingPrintsASecret formats, encodes and logs all that holds a secret.
// Programs that read memory by reflection, such as debuggers, are beyond this.
func TestNothingPrintsASecret(t *testing.T) {
	t.Parallel()
	for _, holder := range holders(t) {
		value := reflect.ValueOf(holder).Elem()
		t.Run(value.Type().String(), func(t *testing.T) {
			t.Parallel()
			if isMade := !value.IsZero(); fill(value) == 0 && !isMade && !isClosed(value.Type()) {
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
	if key, ok := value.(encoding.TextMarshaler); ok && reflect.ValueOf(key).Comparable() {
		encoded, err = json.Marshal(map[encoding.TextMarshaler]int{key: 1})
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

// hushed are values with hush in them, by their type.
func hushed() map[reflect.Type]any {
	return map[reflect.Type]any{
		reflect.TypeFor[said.Secret]():      said.NewSecret(hush),
		reflect.TypeFor[said.Foreign]():     said.NewForeign(hush),
		reflect.TypeFor[token.ClientAuth](): token.ClientSecretBasic{ID: "id", Secret: said.NewSecret(hush)},
		reflect.TypeFor[source.Source]():    source.Value{Secret: said.NewSecret(hush)},
		reflect.TypeFor[error]():            said.NewQuiet(leak{hush}),
		reflect.TypeFor[*url.URL]():         proxyURL(),
	}
}

// fill puts hush into everything in a value that can be set and hold it, and returns
// how much that is. It leaves out what is of the types around it.
func fill(value reflect.Value, around ...reflect.Type) int {
	typ := value.Type()
	if !value.CanSet() || slices.Contains(around, typ) {
		return 0
	}
	if with, ok := hushed()[typ]; ok {
		value.Set(reflect.ValueOf(with))
		return 1
	}
	filled, around := 0, append(slices.Clip(around), typ)
	switch value.Kind() { //nolint:exhaustive // the others hold nothing
	case reflect.Struct:
		for _, field := range value.Fields() {
			filled += fill(field, around...)
		}
	case reflect.Pointer:
		if value.IsNil() {
			value.Set(reflect.New(typ.Elem()))
		}
		filled = fill(value.Elem(), around...)
	case reflect.Slice:
		value.Set(reflect.MakeSlice(typ, 1, 1))
		filled = fill(value.Index(0), around...)
	case reflect.Map:
		element := reflect.New(typ.Elem()).Elem()
		filled = fill(element, around...)
		value.Set(reflect.MakeMap(typ))
		value.SetMapIndex(reflect.Zero(typ.Key()), element)
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
			if ok && object.Exported() && !types.IsInterface(object.Type()) && (printsItself(object.Type()) || holdsSecret(object.Type(), map[string]bool{})) && !tested[p.Name+"."+name] {
				t.Errorf("%s.%s holds a secret: put one among the holders", p.Name, name)
			}
		}
	}
}

// holdsSecret reports whether there is a Secret, or what may quote one, anywhere in a
// value of the type.
func holdsSecret(typ types.Type, seen map[string]bool) bool {
	name := types.TypeString(typ, nil)
	if slices.Contains([]string{saidPkg + ".Secret", saidPkg + ".Foreign", sourcePkg + ".Source", tokenPkg + ".ClientAuth", "error", "net/url.URL"}, nameOf(typ)) {
		return true
	}
	if seen[name] || strings.HasPrefix(nameOf(typ), "net/") {
		return false
	}
	seen[name] = true
	switch typ := typ.Underlying().(type) {
	case *types.Struct:
		return slices.ContainsFunc(slices.Collect(typ.Fields()), func(field *types.Var) bool { return holdsSecret(field.Type(), seen) })
	case *types.Map:
		return holdsSecret(typ.Key(), seen) || holdsSecret(typ.Elem(), seen)
	case interface{ Elem() types.Type }:
		return holdsSecret(typ.Elem(), seen)
	default:
		return false
	}
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
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, holder := range holders(t) {
		name := reflect.TypeOf(holder).Elem().String()
		cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestNoCrashPrintsASecret$") //nolint:gosec // this test itself
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
		if value.Type().String() == name {
			fill(value)
			panic(value.Interface())
		}
	}
}
