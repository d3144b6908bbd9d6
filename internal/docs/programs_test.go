package docs

import (
	"bytes"
	"encoding/base64"
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
		"az": {
			"account get-access-token --resource api://example --output json":                 `{"accessToken": "` + runToken + `", "expires_on": 1893456000}`,
			"account get-access-token --resource https://management.azure.com/ --output json": `{"accessToken": "` + runToken + `", "expires_on": 4102444800}`,
		},
		"gcloud": {
			"auth print-access-token": runToken,
			"auth print-identity-token --audiences=https://auth.example.com": runToken,
		},
		"kubelogin": {
			"get-token --oidc-issuer-url=https://sso.example.com/realms/ops --oidc-client-id=cluster": `{"kind": "ExecCredential", "status": {"token": "` + runToken + `"}}`,
			"*": `{"kind": "ExecCredential", "status": {"token": "` + runToken + `", "expirationTimestamp": "2100-01-01T00:00:00Z"}}`,
		},
		"op": {"read op://ci/deploy/assertion": runToken},
		// Signatures of the right length: nothing here checks them.
		"aws":      {"*": base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{1}, 64))},
		"sign-aws": {"RS256 alias/orders": base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{1}, 256))},
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
			if arguments != "*" { // any others
				fmt.Fprintf(&script, "'%s') echo '%s';;\n", arguments, printed)
			}
		}
		if printed, ok := prints["*"]; ok {
			fmt.Fprintf(&script, "*) echo '%s';;\nesac\n", printed)
		} else {
			script.WriteString("*) echo 'the documentation has no such arguments' >&2; exit 2;;\nesac\n")
		}
		clitest.OK(t, os.WriteFile(filepath.Join(dir, name), []byte(script.String()), 0o700)) //nolint:gosec // it is executed
	}
	return dir
}
