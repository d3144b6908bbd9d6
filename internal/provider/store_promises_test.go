package provider_test

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// entryFiles returns the paths of the entries of a store.
func entryFiles(t *testing.T, directory string) (found []string) {
	t.Helper()
	isEntry := regexp.MustCompile(`^[0-9a-f]{64}$`)
	for _, file := range clitest.Must(os.ReadDir(directory))(t) {
		if isEntry.MatchString(file.Name()) {
			found = append(found, filepath.Join(directory, file.Name()))
		}
	}
	return found
}

// Who has the directory and the key file finds the entry of a set only with all that shapes
// its request, whatever the set is called.
func TestStoreIsOfTheWholeSet(t *testing.T) {
	home := atHome(t)
	b := newBox(t)
	directory := filepath.Join(home, "store")
	set := b.set("oauth2").and(object{"scopes": []any{"read"}})
	got := func(name string, set object) string {
		t.Helper()
		block := object{"oauth2": object{name: set}, "token_store": object{"directory": directory}}
		return configured(t, block).token(ephemeralResource, "oauth2", nil)
	}
	first := got("default", set)
	if got("renamed", set) != first {
		t.Error("a renamed set does not find its token")
	}
	for name, change := range map[string]object{
		"another client":  {"client_id": b.Clients("oauth2")[1].ID, "client_secret": b.Clients("oauth2")[1].Secret, "client_auth": nil, "basic_encoding": nil},
		"another scope":   {"scopes": []any{"write"}},
		"another header":  {"headers": object{"X-Token": "{token}"}},
		"another output":  {"outputs": object{"a": "scope"}},
		"another reading": {"default_ttl": "10m"},
	} {
		if got("default", set.and(change)) == first {
			t.Errorf("%s: the token of the first set", name)
		}
	}
}

// An entry under the name of another one, and a removed one, cost a request each, and never give
// a wrong token.
func TestStoreWithMovedEntries(t *testing.T) {
	home := atHome(t)
	b := newBox(t)
	directory := filepath.Join(home, "store")
	block := storing(b, directory)
	scoped := func(scope string) object { return object{"scopes": []any{scope}} }
	read := configured(t, block).token(ephemeralResource, "oauth2", scoped("read"))
	write := configured(t, block).token(ephemeralResource, "oauth2", scoped("write"))
	both := entryFiles(t, directory)
	if len(both) != 2 {
		t.Fatalf("%d entries", len(both))
	}
	contents := [][]byte{clitest.Must(os.ReadFile(both[0]))(t), clitest.Must(os.ReadFile(both[1]))(t)}
	for i, path := range both {
		clitest.OK(t, os.WriteFile(path, contents[1-i], 0o600))
	}
	before := b.Requests("oauth2")
	for _, scope := range []string{"read", "write"} {
		got, diags := configured(t, block).ask(t.Context(), ephemeralResource, "oauth2", scoped(scope))
		if len(diags) != 1 || !strings.Contains(diags[0].Detail, "an entry is damaged") {
			t.Errorf("%s: want one warning:\n%s", scope, say(diags))
		}
		if token := text(t, got["access_token"]); token == read || token == write {
			t.Errorf("%s: a token from an entry that was moved", scope)
		}
	}
	for _, path := range entryFiles(t, directory) {
		clitest.OK(t, os.Remove(path))
	}
	configured(t, block).token(ephemeralResource, "oauth2", scoped("read"))
	if requests := b.Requests("oauth2") - before; requests != 3 {
		t.Errorf("%d requests, want 3", requests)
	}
}

// The key file has 32 random bytes, and nothing of the configuration.
func TestKeyFileHasAKeyAlone(t *testing.T) {
	home := atHome(t)
	b := newBox(t)
	var keys [][]byte
	for _, name := range []string{"first", "second"} {
		t.Setenv("HOME", filepath.Join(home, name))
		configured(t, storing(b, filepath.Join(home, "store "+name))).token(ephemeralResource, "oauth2", nil)
		file := filepath.Join(clitest.Must(os.UserConfigDir())(t), "terraform-provider-apitoken", "token_store.key")
		key := clitest.Must(base64.StdEncoding.DecodeString(strings.TrimSpace(string(clitest.Must(os.ReadFile(file))(t)))))(t) //nolint:gosec // the path is its own
		keys = append(keys, key)
	}
	if len(keys[0]) != 32 || bytes.Equal(keys[0], keys[1]) {
		t.Errorf("%d bytes, or the same for two users", len(keys[0]))
	}
}
