package interop_test

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

const (
	tenant  = "11111111-1111-1111-1111-111111111111"
	spn     = "22222222-2222-2222-2222-222222222222"
	cluster = "33333333-3333-3333-3333-333333333333"
)

// kubeloginSets get the token of a cluster from kubelogin: it is the token, and it is a
// source of the request for another one.
const kubeloginSets = `
  custom = {
    cluster = {
      request  = { program = local.kubelogin }
      response = { token = "status.token", expires_at = "status.expirationTimestamp", outputs = { kind = "kind" } }
    }
    behind = {
      request = {
        url     = "${local.here}/login"
        headers = { Authorization = "Bearer {cluster}" }
        sources = { cluster = { program = local.kubelogin, path = "status.token" } }
      }
      response = { token = "token" }
    }
    wrong = {
      request  = { program = concat(local.kubelogin, ["--client-id", "44444444-4444-4444-4444-444444444444"]) }
      response = { token = "status.token" }
    }
  }
`

// issuer stands in for Microsoft Entra, whose tokens kubelogin gets.
type issuer struct {
	*httptest.Server
	secret string // of the client

	mu     sync.Mutex
	issued map[string]bool // tokens
}

func newIssuer(t *testing.T, k *keyring, secret string) *issuer {
	t.Helper()
	i := &issuer{secret: secret, issued: map[string]bool{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /"+tenant+"/v2.0/.well-known/openid-configuration", i.metadata)
	mux.HandleFunc("POST /"+tenant+"/oauth2/v2.0/token", i.token)
	i.Server = httptest.NewUnstartedServer(mux)
	pair := clitest.Must(tls.X509KeyPair([]byte(k.server.Certificate), []byte(k.server.Key)))(t)
	i.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	i.StartTLS()
	t.Cleanup(i.Close)
	return i
}

func (i *issuer) metadata(w http.ResponseWriter, _ *http.Request) {
	base := i.URL + "/" + tenant
	reply(w, http.StatusOK, map[string]any{
		"issuer": base + "/v2.0", "token_endpoint": base + "/oauth2/v2.0/token", "authorization_endpoint": base + "/oauth2/v2.0/authorize",
	})
}

func (i *issuer) token(w http.ResponseWriter, r *http.Request) {
	if r.PostFormValue("client_id") != spn || r.PostFormValue("client_secret") != i.secret {
		reply(w, http.StatusUnauthorized, map[string]any{
			"error": "invalid_client", "error_description": "AADSTS700016: there is no such application in this directory",
		})
		return
	}
	if !strings.HasPrefix(r.PostFormValue("scope"), cluster+"/.default") {
		reply(w, http.StatusBadRequest, map[string]any{"error": "invalid_scope"})
		return
	}
	token := random()
	i.mu.Lock()
	i.issued[token] = true
	i.mu.Unlock()
	reply(w, http.StatusOK, map[string]any{"access_token": token, "token_type": "Bearer", "expires_in": 3600})
}

// has reports whether the headers have one of the issuer's tokens.
func (i *issuer) has(authorization string) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.issued[strings.TrimPrefix(authorization, "Bearer ")]
}

func reply(w http.ResponseWriter, status int, body map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		panic(http.ErrAbortHandler)
	}
}

// kubeloginCommand finds kubelogin, which make builds into .bin.
func kubeloginCommand(t *testing.T, root string) string {
	t.Helper()
	if path, err := exec.LookPath(filepath.Join(root, ".bin", "kubelogin")); err == nil {
		return path
	}
	return findTool(t, "its test", "kubelogin")
}

// kubelogin is a credential plugin of kubectl. It prints an ExecCredential.
func testKubelogin(l *serverLab) {
	secret := random()
	entra, behind := newIssuer(l.T, l.keyring, secret), random()
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !entra.has(r.Header.Get("Authorization")) {
			reply(w, http.StatusUnauthorized, map[string]any{"message": "this is not a token of the cluster"})
			return
		}
		reply(w, http.StatusOK, map[string]any{"token": behind})
	}))
	l.T.Cleanup(front.Close)
	authority := filepath.Join(l.T.TempDir(), "authority.pem")
	clitest.OK(l.T, os.WriteFile(authority, []byte(l.keyring.authority.Certificate), 0o600))
	l.Env["SSL_CERT_FILE"], l.Env["AAD_SERVICE_PRINCIPAL_CLIENT_SECRET"] = authority, secret
	l.Trace()
	l.custom = strings.ReplaceAll(kubeloginSets, "${local.here}", front.URL)
	command := fmt.Sprintf("\nlocals {\n  kubelogin = %s\n}\n", list(kubeloginCommand(l.T, l.Root), "get-token", "--login", "spn",
		"--tenant-id", tenant, "--client-id", spn, "--server-id", cluster, "--authority-host", entra.URL+"/", "--disable-instance-discovery"))
	l.configure(command, `
data "apitoken_custom" "this" {
  for_each    = toset(["cluster", "behind"])
  credentials = each.key
}
output "described" {
  sensitive = true
  value     = { for name, it in data.apitoken_custom.this : name => { headers = it.headers, outputs = it.outputs, expires_in = it.expires_in } }
}
`)
	l.Must("apply", "-auto-approve")
	var given map[string]described
	l.Output("described", &given)
	// It is counted from when kubelogin was started.
	if got := given["cluster"]; !entra.has(got.Headers["Authorization"]) || got.ExpiresIn < 3500 || got.ExpiresIn > 3660 || got.Outputs["kind"] != "ExecCredential" {
		l.T.Errorf("kubelogin gave a token that expires in %v s, outputs %v, known to the issuer: %v", got.ExpiresIn, got.Outputs, entra.has(got.Headers["Authorization"]))
	}
	if given["behind"].Headers["Authorization"] != "Bearer "+behind {
		l.T.Error("what kubelogin printed has opened nothing")
	}
	l.configure(command, wrongBlock)
	l.expect(l.diagnostics("plan"), "data.apitoken_custom.wrong", "error", "kubelogin", "The program said: To troubleshoot, visit", `"wrong"`)
	l.MustNotHold(clitest.Needle{Name: "the secret of kubelogin", Value: secret})
}

// list is an HCL list of texts.
func list(texts ...string) string {
	var quoted []string
	for _, text := range texts {
		quoted = append(quoted, quote(text))
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}
