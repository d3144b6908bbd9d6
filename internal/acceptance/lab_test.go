package acceptance

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// savedPlan is the file that saved plans are written to.
const savedPlan = "saved.plan"

// hurried is a transport that hardly waits between attempts.
const hurried = `transport = { max_retries = 1, retry_max_wait = "10ms" }`

// gatewayToken is the token that every gateway gives.
const gatewayToken = "token-that-the-gateway-gives"

func services() []string { return sandbox.Services() }

// lab is a workspace, the sandbox that its configurations ask, and the test
// that fails where something is not as it should be.
type lab struct {
	*clitest.Workspace
	t   *testing.T
	box *sandbox.Server
	url string // of the sandbox
}

// newLab returns a lab that is initialised for every provider the tests use.
func newLab(t *testing.T, h *clitest.Harness, cli clitest.CLI) *lab {
	t.Helper()
	l := &lab{t: t, box: sandbox.New()}
	mux := http.NewServeMux()
	mux.Handle("/", l.box)
	mux.HandleFunc("/gateway/{service}", l.serveGateway)
	web := httptest.NewServer(mux)
	t.Cleanup(web.Close)
	t.Cleanup(l.box.Close)
	l.url = web.URL
	l.Workspace = h.MustWorkspace(t, cli, "")
	l.configure(l.head(""))
	// A plugin's standard error is seen by nobody: a race must end it instead.
	l.Env["GORACE"] = "halt_on_error=1 atexit_sleep_ms=0"
	for _, name := range services() {
		l.Env["TF_VAR_"+name+"_secret"] = l.box.Client(name).Secret
	}
	l.Must(t, "init")
	return l
}

// within is the same lab in a part of its test.
func (l *lab) within(t *testing.T) *lab {
	t.Helper()
	part := *l
	part.t = t
	return &part
}

// serveGateway is a token endpoint that takes the name and value of a header
// for a client's id and secret, and gives a token to those whose header opens
// the protected resource of the service. So what an ephemeral resource hands to
// a provider block is put to use by that provider.
func (l *lab) serveGateway(w http.ResponseWriter, r *http.Request) {
	name, value, _ := r.BasicAuth()
	inner := httptest.NewRequestWithContext(r.Context(), http.MethodGet, sandbox.ResourcePath(r.PathValue("service")), http.NoBody)
	inner.Header.Set(name, value)
	answer := httptest.NewRecorder()
	l.box.ServeHTTP(answer, inner)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(answer.Code)
	if answer.Code == http.StatusOK {
		_, _ = fmt.Fprintf(w, `{"access_token":%q,"token_type":"Bearer"}`, gatewayToken) // the client may be gone
	}
}

// head declares the providers, the variables with the secrets, which are not
// stored where the CLI can do without, and the provider block with a set of each service and what is in more.
func (l *lab) head(more string) string {
	text := `
terraform {
  required_providers {
    apitoken = { source = "apitoken/apitoken" }
    http     = { source = "hashicorp/http" }
  }
}
`
	block, stored := more, ""
	if l.CLI.Ephemeral() {
		stored = "ephemeral = true"
	}
	for _, name := range services() {
		text += fmt.Sprintf(`
variable "%s_secret" {
  type      = string
  sensitive = true
  %s
}
`, name, stored)
		block += l.set(name, "var."+name+"_secret")
	}
	return text + providerBlock("", block)
}

// set is the credential set of the service's first client, its secret an expression.
func (l *lab) set(service, secret string) string {
	client := l.box.Client(service)
	var encoding string
	if client.Encoding != "" {
		encoding = fmt.Sprintf("basic_encoding = %q", client.Encoding)
	}
	return fmt.Sprintf(`
  %s = {
    default = {
      client_id     = %q
      client_secret = %s
      token_url     = %q
      %s
    }
  }
`, service, client.ID, secret, l.url+sandbox.TokenPath(service), encoding)
}

func providerBlock(alias, content string) string {
	if alias != "" {
		content = fmt.Sprintf("  alias = %q\n%s", alias, content)
	}
	return "\nprovider \"apitoken\" {\n" + content + "\n}\n"
}

// kinds are the blocks in which the CLI takes a token.
func (l *lab) kinds() []string {
	if !l.CLI.Ephemeral() {
		return []string{"data"}
	}
	return []string{"data", "ephemeral"}
}

// everyKind is a token of each kind and service, each called this.
func (l *lab) everyKind() string {
	var text string
	for _, kind := range l.kinds() {
		text += blocks(kind, services()...)
	}
	return text
}

// dataSources is a data source of each of the services, called this.
func dataSources(names ...string) string { return blocks("data", names...) }

// ephemerals is an ephemeral resource of each of the services, called this.
func ephemerals(names ...string) string { return blocks("ephemeral", names...) }

func blocks(kind string, names ...string) string {
	var text string
	for _, name := range names {
		text += fmt.Sprintf("\n%s \"apitoken_%s\" \"this\" {}\n", kind, name)
	}
	return text
}

// later is a resource that apply has still to create: at plan its values are not known.
const later = `
resource "terraform_data" "later" {
  input = "ready"
}
`

// use is a resource whose provisioner takes an ephemeral value and does nothing with it.
func use(expression string) string { return useBy("exit 0", expression) }

// useBy is a resource whose provisioner runs the command with the value as VALUE.
func useBy(command, expression string) string {
	return `
resource "terraform_data" "use" {
  provisioner "local-exec" {
    command     = "` + command + `"
    environment = { VALUE = ` + expression + ` }
  }
}
`
}

// configure replaces the configuration. The providers it needs must not change.
func (l *lab) configure(parts ...string) {
	l.t.Helper()
	if err := l.Write("main.tf", strings.Join(parts, "\n")); err != nil {
		l.t.Fatal(err)
	}
}

// run is Workspace.Run for runs that may well fail.
func (l *lab) run(args ...string) clitest.Result {
	l.t.Helper()
	result, err := l.Run(l.t.Context(), args...)
	if err != nil {
		l.t.Fatal(err)
	}
	return result
}

// diagnostic is an error or warning as the CLI tells it to machines.
type diagnostic struct {
	Severity, Summary, Detail, Address string
}

// errors runs the CLI with -json and returns the errors that it ends with.
func (l *lab) errors(args ...string) []diagnostic {
	l.t.Helper()
	result := l.run(slices.Insert(args, 1, "-json")...)
	var found []diagnostic
	for line := range strings.Lines(result.Stdout) {
		var message struct{ Diagnostic *diagnostic }
		if err := json.Unmarshal([]byte(line), &message); err != nil {
			l.t.Fatalf("%v in %s", err, line)
		}
		if message.Diagnostic != nil && message.Diagnostic.Severity == "error" {
			found = append(found, *message.Diagnostic)
		}
	}
	if (result.Code != 0) != (len(found) > 0) {
		l.t.Fatalf("%d errors, and %v", len(found), result.Err())
	}
	return found
}

// errorsByAddress is errors for runs in which there must be exactly one error
// at each of the addresses, and no other.
func (l *lab) errorsByAddress(addresses []string, args ...string) map[string]diagnostic {
	l.t.Helper()
	found := l.errors(args...)
	byAddress := map[string]diagnostic{}
	for _, d := range found {
		byAddress[d.Address] = d
	}
	for _, address := range addresses {
		if _, ok := byAddress[address]; !ok {
			l.t.Errorf("no error at %s", address)
		}
	}
	if len(found) != len(addresses) {
		l.t.Errorf("got %d errors, want %d: %+v", len(found), len(addresses), found)
	}
	return byAddress
}

// says checks that an error has all the parts in its text.
func (l *lab) says(d diagnostic, parts ...string) {
	l.t.Helper()
	text := d.Summary + ": " + d.Detail
	for _, part := range parts {
		if !strings.Contains(text, part) {
			l.t.Errorf("the error at %s does not say %q: %s", d.Address, part, text)
		}
	}
}

// asked checks how many token requests the services got since the counts were taken.
func (l *lab) asked(since map[string]int, want int, names ...string) {
	l.t.Helper()
	for _, name := range names {
		if got := l.box.Requests(name) - since[name]; got != want {
			l.t.Errorf("%s was asked %d times, want %d", name, got, want)
		}
	}
}

func (l *lab) requests() map[string]int {
	counts := map[string]int{}
	for _, name := range services() {
		counts[name] = l.box.Requests(name)
	}
	return counts
}

func (l *lab) read(path string) string {
	l.t.Helper()
	data, err := os.ReadFile(path) //nolint:gosec // the path is its own
	if err != nil {
		l.t.Fatal(err)
	}
	return string(data)
}
