//go:build unix

package store_test

import (
	"bufio"
	"encoding/base64"
	"encoding/hex"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/store"
)

// What nobody may find who has the directory or the server, but not the key of the store.
const (
	keptContent = `{"token":"made-up-token-7f3a","headers":{"Authorization":"Bearer made-up-token-7f3a"}}`
	keptKey     = "made-up-key-of-a-store-32-bytes!"
	keptDigest  = "made-up-digest-of-32-bytes-long!"
	keptPurpose = "made-up-purpose"
)

// forms returns the forms in which a store could have what is secret.
func forms() []string {
	var all []string
	for _, secret := range []string{keptContent, "made-up-token-7f3a", keptKey, keptDigest, keptPurpose} {
		inHex := hex.EncodeToString([]byte(secret))
		all = append(all, secret, inHex, strings.ToUpper(inHex))
		for shift := range 3 { // base64 of a text depends on where it begins
			encoded := base64.RawStdEncoding.EncodeToString([]byte(secret[shift:]))
			all = append(all, encoded[:len(encoded)-1])
		}
	}
	return all
}

func mustNotHave(t *testing.T, where, text string) {
	t.Helper()
	for _, form := range forms() {
		if strings.Contains(text, form) {
			t.Errorf("%s has %q", where, form)
		}
	}
}

// useSecrets keeps and locks something secret, and leaves the content and a lock.
func useSecrets(t *testing.T, settings store.Settings) {
	t.Helper()
	settings.Key = said.NewSecret(base64.StdEncoding.EncodeToString([]byte(keptKey)))
	s := open(t, settings)
	name := [32]byte([]byte(keptDigest))
	unlock, err := s.Lock(t.Context(), name, keptPurpose)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(unlock)
	_ = s.Put(t.Context(), name, keptPurpose, said.NewSecret(keptContent), time.Now().Add(time.Hour))
	if got, _ := s.Get(t.Context(), name, keptPurpose); got.Reveal() != keptContent {
		t.Error("it is not kept")
	}
	works(t, s)
}

// TestDirectoryHasNoSecret searches the names and the contents of all files.
func TestDirectoryHasNoSecret(t *testing.T) {
	t.Parallel()
	path := newDirectory(t)
	useSecrets(t, inDirectory(path))
	searched := 0
	clitest.OK(t, filepath.WalkDir(path, func(path string, entry fs.DirEntry, err error) error {
		clitest.OK(t, err)
		if entry.IsDir() {
			return nil
		}
		content := clitest.Must(os.ReadFile(path))(t) //nolint:gosec // the path is its own
		mustNotHave(t, "the name of a file", entry.Name())
		mustNotHave(t, "a file", string(content))
		searched += len(content)
		return nil
	}))
	if searched < 1024 {
		t.Errorf("there are %d bytes", searched)
	}
}

// TestServerHasNoSecret searches what a server is sent, as MONITOR shows it, and what it writes to disk.
func TestServerHasNoSecret(t *testing.T) {
	t.Parallel()
	const password = "made-up-password-91c2"
	n := startRedis(t, "--appendonly", "yes", "--appendfsync", "always")
	n.say(t, "ACL", "SETUSER", "fleet", "on", ">"+password, "~apitoken:*", "+get", "+set", "+del", "+eval", "+pexpire")
	conn := clitest.Must((&net.Dialer{}).DialContext(t.Context(), "unix", n.socket()))(t)
	clitest.Must(io.WriteString(conn, "MONITOR\r\n"))(t)
	monitor := bufio.NewReader(conn)
	clitest.Must(monitor.ReadString('\n'))(t) // OK
	useSecrets(t, at("redis://fleet:"+password+"@"+n.address()))
	n.say(t, "SAVE")
	n.say(t, "SET", "end", "end")
	var heard strings.Builder
	for !strings.Contains(heard.String(), `"SET" "end"`) {
		heard.WriteString(clitest.Must(monitor.ReadString('\n'))(t))
	}
	clitest.OK(t, conn.Close())
	if !strings.Contains(heard.String(), `"apitoken:`) {
		t.Error("MONITOR has not shown the commands")
	}
	mustNotHave(t, "MONITOR", heard.String())
	searched := 0
	clitest.OK(t, filepath.WalkDir(n.dir, func(path string, entry fs.DirEntry, err error) error {
		clitest.OK(t, err)
		if !entry.Type().IsRegular() {
			return nil
		}
		content := string(clitest.Must(os.ReadFile(path))(t)) //nolint:gosec // the path is its own
		mustNotHave(t, entry.Name(), content)
		if strings.Contains(heard.String()+content, password) {
			t.Errorf("%s or MONITOR has the password", entry.Name())
		}
		if strings.Contains(content, "apitoken:") {
			searched++
		}
		return nil
	}))
	if searched < 2 { // dump.rdb, and the commands since the start
		t.Errorf("%d files have what was kept", searched)
	}
}
