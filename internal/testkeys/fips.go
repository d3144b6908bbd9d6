package testkeys

import (
	"bytes"
	"crypto/fips140"
	"os"
	"os/exec"
	"testing"
)

// InFIPS calls check in the test of a package that is called TestFIPS, in a process of its
// own that allows only FIPS 140: there SHA-1, MD5 and others panic.
func InFIPS(t *testing.T, check func(*testing.T)) {
	t.Helper()
	const enforced = "FIPS 140 is enforced" // proves that the process ran in that mode
	if fips140.Enforced() {
		t.Log(enforced)
		check(t)
		return
	}
	t.Parallel()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, "-test.run=^TestFIPS$", "-test.v") //nolint:gosec // the test itself
	cmd.Env = append(os.Environ(), "GODEBUG=fips140=only")
	printed, err := cmd.CombinedOutput()
	if err != nil || !bytes.Contains(printed, []byte(enforced)) {
		t.Errorf("%v:\n%s", err, printed)
	}
}
