package docs

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
	"github.com/apitoken/terraform-provider-apitoken/internal/store/seal"
)

// runner runs the blocks on one CLI.
type runner struct {
	*clitest.Harness
	*world
	cli      clitest.CLI
	token    string // a file with the token of the run
	programs string // a directory with the programs that are run
	keeper   *keeper
	port     string // stands for fixedPort
}

// lab is an empty one whose runs find the world behind the proxy, and in the
// environment what the documentation has there.
func (r *runner) lab(t *testing.T) *clitest.Lab {
	t.Helper()
	l := r.NewLab(t, r.cli)
	l.Env["PATH"] = r.programs + string(filepath.ListSeparator) + os.Getenv("PATH")
	l.Env["SSL_CERT_FILE"], l.Env["CURL_CA_BUNDLE"] = r.authority, r.authority
	for _, name := range []string{"HTTPS_PROXY", "HTTP_PROXY", "http_proxy"} { // curl reads the last
		l.Env[name] = r.proxy.URL
	}
	for _, s := range service.All() {
		if s.Environment {
			l.Env[s.Variable("client_id")], l.Env[s.Variable("client_secret")] = "docs", proof
		}
	}
	l.Env["OAUTH2_TOKEN_URL"] = "https://auth.example.com/oauth/v2/token"
	l.Env["ACTIONS_ID_TOKEN_REQUEST_URL"] = "https://actions.example.com/token?api=1"
	for _, name := range []string{
		"ACTIONS_ID_TOKEN_REQUEST_TOKEN", "TFC_WORKLOAD_IDENTITY_TOKEN", "TFC_WORKLOAD_IDENTITY_TOKEN_BILLING", "DEPLOY_ID_TOKEN",
	} {
		l.Env[name] = runToken
	}
	return l
}

// value returns what a variable of the documentation is set to: what its name
// says that it is.
func (r *runner) value(name string) string {
	switch {
	case strings.HasSuffix(name, "_certificate_key_pem"), name == "ec_private_key": // both of an elliptic curve
		return r.clientKey
	case strings.HasSuffix(name, "_certificate_pem"), name == "ca_certificates_pem": // it is the authority's own
		return r.clientCertificate
	case strings.HasSuffix(name, "private_key_pem"), strings.HasSuffix(name, "private_key"):
		return r.box.PrivateKeyPEM()
	case strings.HasSuffix(name, "_client_secret"):
		return proof
	}
	special := map[string]string{
		"prisma_access_key": sandbox.Value("username"),
		"prisma_secret_key": sandbox.Value("password"),
		"installation_id":   "1234",
		"token_store_url":   r.keeper.url(),
		"token_store_key":   base64.StdEncoding.EncodeToString(make([]byte, seal.KeySize)),
	}
	if value, ok := special[name]; ok {
		return value
	}
	return sandbox.Value(name)
}

func mustJSON(t *testing.T, value any) []byte {
	t.Helper()
	data := clitest.Must(json.Marshal(value))(t)
	return data
}
