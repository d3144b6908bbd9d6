package docs

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
)

// lab is what the blocks of one CLI share.
type lab struct {
	*clitest.Harness
	*world
	cli   clitest.CLI
	token string // a file with the token of the run
}

// workspace is an empty one whose runs find the world behind the proxy, and in
// the environment what the documentation has there.
func (l *lab) workspace(t *testing.T) *clitest.Workspace {
	t.Helper()
	w := l.MustWorkspace(t, l.cli, "")
	w.Env["SSL_CERT_FILE"], w.Env["CURL_CA_BUNDLE"] = l.authority, l.authority
	for _, name := range []string{"HTTPS_PROXY", "HTTP_PROXY"} {
		w.Env[name] = l.proxy.URL
	}
	for _, s := range service.All() {
		if s.Environment {
			w.Env[s.Variable("client_id")], w.Env[s.Variable("client_secret")] = "docs", proof
		}
	}
	w.Env["OAUTH2_TOKEN_URL"] = "https://auth.example.com/oauth/v2/token"
	w.Env["ACTIONS_ID_TOKEN_REQUEST_URL"] = "https://actions.example.com/token?api=1"
	for _, name := range []string{
		"ACTIONS_ID_TOKEN_REQUEST_TOKEN", "TFC_WORKLOAD_IDENTITY_TOKEN", "TFC_WORKLOAD_IDENTITY_TOKEN_BILLING", "DEPLOY_ID_TOKEN",
	} {
		w.Env[name] = runToken
	}
	return w
}

// value returns what a variable of the documentation is set to: what its name
// says that it is.
func (l *lab) value(name string) string {
	switch {
	case strings.HasSuffix(name, "_certificate_key_pem"):
		return l.clientKey
	case strings.HasSuffix(name, "_certificate_pem"), name == "ca_certificates_pem": // it is the authority's own
		return l.clientCertificate
	case strings.HasSuffix(name, "private_key_pem"), strings.HasSuffix(name, "private_key"):
		return l.box.PrivateKeyPEM()
	case strings.HasSuffix(name, "_client_secret"):
		return proof
	}
	special := map[string]string{
		"prisma_access_key": sandbox.Value("username"),
		"prisma_secret_key": sandbox.Value("password"),
		"installation_id":   "1234",
	}
	if value, ok := special[name]; ok {
		return value
	}
	return sandbox.Value(name)
}

// diagnostic is an error or a warning as the CLI tells it to machines.
type diagnostic struct {
	Severity, Summary, Detail, Address string
	Range                              struct{ Filename string }
}

func (d diagnostic) String() string {
	return fmt.Sprintf("%s at %s %s: %s: %s", d.Severity, d.Address, d.Range.Filename, d.Summary, d.Detail)
}

// diagnostics runs the CLI with -json and returns all that it says is wrong.
func diagnostics(t *testing.T, w *clitest.Workspace, args ...string) []diagnostic {
	t.Helper()
	result, err := w.Run(t.Context(), args...)
	if err != nil {
		t.Fatal(err)
	}
	var found []diagnostic
	decoder := json.NewDecoder(strings.NewReader(result.Stdout))
	for decoder.More() { // validate prints one object, the others one a line
		var message struct {
			Diagnostic  *diagnostic
			Diagnostics []diagnostic
		}
		if err := decoder.Decode(&message); err != nil {
			t.Fatalf("%v in %s", err, result.Stdout)
		}
		found = append(found, message.Diagnostics...)
		if message.Diagnostic != nil {
			found = append(found, *message.Diagnostic)
		}
	}
	if result.Code != 0 && len(found) == 0 {
		t.Fatal(result.Err())
	}
	return found
}

func write(t *testing.T, w *clitest.Workspace, name, content string) {
	t.Helper()
	if err := w.Write(name, content); err != nil {
		t.Fatal(err)
	}
}

func mustJSON(t *testing.T, value any) []byte {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
