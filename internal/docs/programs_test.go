package docs

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// programs are the programs that the documentation runs: what each prints, by its
// arguments.
func programs() map[string]map[string]string {
	return map[string]map[string]string{
		"az": {"account get-access-token --resource api://example --output json": `{"accessToken": "` + runToken + `", "expires_on": 1893456000}`},
		"gcloud": {
			"auth print-identity-token --audiences=https://auth.example.com": runToken,
		},
		"kubelogin": {
			"get-token --oidc-issuer-url=https://sso.example.com/realms/ops --oidc-client-id=cluster": `{"kind": "ExecCredential", "status": {"token": "` + runToken + `"}}`,
		},
		"op": {"read op://ci/deploy/assertion": runToken},
	}
}

// standInPrograms returns a directory with the programs. Each refuses other arguments.
func standInPrograms(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, prints := range programs() {
		var script strings.Builder
		script.WriteString("#!/bin/sh\ncase \"$*\" in\n")
		for arguments, printed := range prints {
			fmt.Fprintf(&script, "'%s') echo '%s';;\n", arguments, printed)
		}
		script.WriteString("*) echo 'the documentation has no such arguments' >&2; exit 2;;\nesac\n")
		clitest.OK(t, os.WriteFile(filepath.Join(dir, name), []byte(script.String()), 0o700)) //nolint:gosec // it is executed
	}
	return dir
}
