package interop_test

import (
	"crypto"
	"crypto/x509"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// The keys of an hsm, by their id there.
const (
	hsmRSA = "01"
	hsmEC  = "02"
)

// hsm is a PKCS #11 token in software, with its tools.
type hsm struct {
	env  map[string]string // with which the tools find it
	pin  string
	keys map[string]crypto.PublicKey
}

// newHSM makes a token with a key pair of each kind, which never leave it. It returns
// nil where there are no tools; in CI the test fails then.
func newHSM(t *testing.T, root string) *hsm {
	t.Helper()
	tools := filepath.Join(root, ".bin", "hsm", "usr")
	h := &hsm{pin: random()[:16], keys: map[string]crypto.PublicKey{}, env: map[string]string{
		"PATH": filepath.Join(tools, "bin") + string(filepath.ListSeparator) + os.Getenv("PATH"),
	}}
	modules, libraries := found(t, tools, "lib/softhsm/libsofthsm2.so", true), found(t, tools, "lib/*/libopensc.so.*", false)
	_, err := exec.LookPath("openssl")
	if len(modules) == 0 || err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("there is no SoftHSM, or no openssl: %v; run make hsm", err)
		}
		return nil
	}
	if len(libraries) > 0 {
		h.env["LD_LIBRARY_PATH"] = filepath.Dir(libraries[0])
	}
	dir := t.TempDir()
	config := filepath.Join(dir, "softhsm2.conf")
	clitest.OK(t, os.WriteFile(config, []byte("directories.tokendir = "+dir+"\nobjectstore.backend = file\nlog.level = ERROR\n"), 0o600))
	maps.Copy(h.env, map[string]string{
		"SOFTHSM2_CONF": config, "PKCS11_MODULE": modules[0], "PKCS11_TOKEN": "interop", "PKCS11_PIN": h.pin,
	})
	h.run(t, "softhsm2-util", "--module", modules[0], "--init-token", "--free", "--label", "interop", "--so-pin", random()[:16], "--pin", h.pin)
	for id, kind := range map[string]string{hsmRSA: "rsa:2048", hsmEC: "EC:prime256v1"} {
		h.use(t, "--keypairgen", "--key-type", kind, "--id", id)
		h.keys[id] = clitest.Must(x509.ParsePKIXPublicKey(h.use(t, "--read-object", "--type", "pubkey", "--id", id)))(t)
	}
	return h
}

// found returns the files that match a pattern below the tools or, if that is allowed,
// where the system has them.
func found(t *testing.T, tools, pattern string, system bool) []string {
	t.Helper()
	files := clitest.Must(filepath.Glob(filepath.Join(tools, filepath.FromSlash(pattern))))(t)
	if len(files) == 0 && system {
		files = clitest.Must(filepath.Glob("/usr/" + pattern))(t)
	}
	return files
}

// use runs pkcs11-tool, and returns what it prints.
func (h *hsm) use(t *testing.T, args ...string) []byte {
	t.Helper()
	return h.run(t, "pkcs11-tool", append([]string{
		"--module", h.env["PKCS11_MODULE"], "--token-label", "interop", "--login", "--pin", "env:PKCS11_PIN",
	}, args...)...)
}

func (h *hsm) run(t *testing.T, tool string, args ...string) []byte {
	t.Helper()
	path := filepath.Join(strings.Split(h.env["PATH"], string(filepath.ListSeparator))[0], tool)
	if _, err := os.Stat(path); err != nil {
		path = tool
	}
	cmd := exec.CommandContext(t.Context(), path, args...) //nolint:gosec // it runs what the tests name
	cmd.Env = os.Environ()
	for _, name := range slices.Sorted(maps.Keys(h.env)) {
		cmd.Env = append(cmd.Env, name+"="+h.env[name])
	}
	output, err := cmd.Output()
	if err != nil {
		var said string
		if failed, ok := err.(*exec.ExitError); ok { //nolint:errorlint // as Output returns it
			said = string(failed.Stderr)
		}
		t.Fatalf("%s: %v\n%s", tool, err, said)
	}
	return output
}
