package acceptance

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
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

// sandboxLab is a lab and the sandbox that its configurations ask.
type sandboxLab struct {
	*clitest.Lab
	box *sandbox.Server
	url string // of the sandbox

	connections *atomic.Int64 // to the sandbox
}

// newLab returns a lab for every provider the tests use, which is still to be initialised.
func newLab(t *testing.T, h *clitest.Harness, cli clitest.CLI) *sandboxLab {
	t.Helper()
	l := &sandboxLab{Lab: h.NewLab(t, cli), box: sandbox.New(), connections: new(atomic.Int64)}
	mux := http.NewServeMux()
	mux.Handle("/", l.box)
	mux.HandleFunc("/gateway/{service}", l.serveGateway)
	web := httptest.NewUnstartedServer(mux)
	web.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			l.connections.Add(1)
		}
	}
	web.Start()
	t.Cleanup(web.Close)
	t.Cleanup(l.box.Close)
	l.url = web.URL
	l.Configure(l.head(""), "provider \"http\" {}\n")
	for _, name := range services() {
		l.Env["TF_VAR_"+name+"_secret"] = l.box.Client(name).Secret
	}
	return l
}

// within is the same lab in a part of its test.
func (l *sandboxLab) within(t *testing.T) *sandboxLab {
	t.Helper()
	part := *l
	part.Lab = l.Within(t)
	return &part
}

// serveGateway is a token endpoint that takes the name and value of a header
// for a client's id and secret, and gives a token to those whose header opens
// the protected resource of the service. So what an ephemeral resource hands to
// a provider block is put to use by that provider.
func (l *sandboxLab) serveGateway(w http.ResponseWriter, r *http.Request) {
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

// head is variables, and the provider block with a set of each service and what is in more.
func (l *sandboxLab) head(more string) string {
	for _, name := range services() {
		more += l.set(name, "var."+name+"_secret")
	}
	return l.variables() + providerBlock("", more)
}

// variables declares the provider and the variables with the secrets, which are
// not stored where the CLI can do without. It leaves the http provider to the
// configurations that use it: each run starts all that are declared.
func (l *sandboxLab) variables() string {
	return `
terraform {
  required_providers {
    apitoken = { source = "apitoken/apitoken" }
  }
}
` + l.secretVariables()
}

// secretVariables declares the variables with the secrets.
func (l *sandboxLab) secretVariables() string {
	text, stored := "", ""
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
	}
	return text
}

// set is the credential set of the service's first client, its secret an expression.
func (l *sandboxLab) set(service, secret string) string {
	return fmt.Sprintf("\n  %s = {\n    default = %s\n  }\n", service, l.setOf(service, l.box.Client(service), secret))
}

// setWith is set with attributes that replace those of set, or come to them.
func (l *sandboxLab) setWith(service, attributes string) string {
	return fmt.Sprintf("\n  %s = {\n    default = merge(%s, { %s })\n  }\n", service, l.setOf(service, l.box.Client(service), "var."+service+"_secret"), attributes)
}

// setOf is the content of a credential set.
func (l *sandboxLab) setOf(service string, client sandbox.Client, secret string) string {
	var encoding string
	if client.Encoding != "" {
		encoding = fmt.Sprintf("basic_encoding = %q", client.Encoding)
	}
	return fmt.Sprintf(`{
      client_id     = %q
      client_secret = %s
      token_url     = %q
      %s
    }`, client.ID, secret, l.url+sandbox.TokenPath(service), encoding)
}

// emtechClient gives Emtech another client, and returns the set of it.
func (l *sandboxLab) emtechClient(id string) string {
	client := sandbox.Client{ID: id, Secret: "fake secret of " + id}
	l.box.AddClient("emtech", client)
	return l.setOf("emtech", client, strconv.Quote(client.Secret))
}

func providerBlock(alias, content string) string {
	if alias != "" {
		content = fmt.Sprintf("  alias = %q\n%s", alias, content)
	}
	return "\nprovider \"apitoken\" {\n" + content + "\n}\n"
}

// kinds are the blocks in which the CLI takes a token.
func (l *sandboxLab) kinds() []string {
	if !l.CLI.Ephemeral() {
		return []string{"data"}
	}
	return []string{"data", "ephemeral"}
}

// everyKind is a token of each kind and service, each called this.
func (l *sandboxLab) everyKind() string {
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

// asked checks how many token requests the services got since the counts were taken.
func (l *sandboxLab) asked(since map[string]int, want int, names ...string) {
	l.T.Helper()
	for _, name := range names {
		if got := l.box.Requests(name) - since[name]; got != want {
			l.T.Errorf("%s was asked %d times, want %d", name, got, want)
		}
	}
}

func (l *sandboxLab) requests() map[string]int {
	counts := map[string]int{}
	for _, name := range services() {
		counts[name] = l.box.Requests(name)
	}
	return counts
}
