package provider_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

const (
	storeKey  = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
	storeName = "APITOKEN_TOKEN_STORE"
)

// atHome gives the provider a configuration directory of its own, and no store in the
// environment.
func atHome(t *testing.T) (home string) {
	t.Helper()
	home = t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", "")
	t.Setenv(storeName, "")
	t.Setenv(storeName+"_KEY", "")
	return home
}

// storing is a block with a set of oauth2 and a store in a directory.
func storing(b *box, directory string) object {
	return b.sets("oauth2").and(object{"token_store": object{"directory": directory}})
}

// The processes that share a directory make one request. A process is a plugin here.
func TestStoreInADirectory(t *testing.T) {
	home := atHome(t)
	b := newBox(t)
	directory := filepath.Join(home, "store")
	first := configured(t, storing(b, directory)).token(ephemeralResource, "oauth2", nil)
	requests := b.Requests("oauth2")
	for _, k := range kinds() {
		if again := configured(t, storing(b, directory)).token(k, "oauth2", nil); again != first {
			t.Errorf("%s: another token", k)
		}
	}
	if b.Requests("oauth2") != requests {
		t.Errorf("%d requests, want %d", b.Requests("oauth2"), requests)
	}
	t.Setenv(storeName, "off")
	if again := configured(t, storing(b, directory)).token(ephemeralResource, "oauth2", nil); again == first {
		t.Error("the store is used although it is off")
	}
	t.Setenv(storeName, directory)
	if again := configured(t, b.sets("oauth2")).token(ephemeralResource, "oauth2", nil); again != first {
		t.Error("the store of the environment is not used")
	}
	t.Setenv(storeName+"_KEY", storeKey)
	if again := configured(t, b.sets("oauth2")).token(ephemeralResource, "oauth2", nil); again == first {
		t.Error("another key opens the entry")
	}
}

// A store that cannot be used costs one warning, and never the run.
func TestUnusableStoreIsAWarning(t *testing.T) {
	home := atHome(t)
	b := newBox(t)
	file := filepath.Join(home, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	open := filepath.Join(home, "open")
	if err := os.Mkdir(open, 0o755); err != nil { //nolint:gosec // others may read it: that is what the test is about
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		block object
		says  string
	}{
		"a file":                 {object{"directory": file}, "is not a directory"},
		"others may read it":     {object{"directory": open}, "other users have access to"},
		"nobody listens":         {object{"url": "redis://127.0.0.1:1", "key": storeKey}, "nothing listens"},
		"a name that is none":    {object{"url": "rediss://:fake-password@fake-host.invalid", "key": storeKey}, "token_store"},
		"the key would be in it": {object{"directory": filepath.Join(home, ".config")}, "would be inside"},
	} {
		p := configured(t, b.sets("oauth2").and(object{"token_store": test.block}))
		for i := range 2 {
			_, diags := p.ask(t.Context(), ephemeralResource, "oauth2", object{"scopes": []any{[]string{"read", "write"}[i]}})
			if i > 0 {
				if len(diags) > 0 {
					t.Errorf("%s: more than one warning:\n%s", name, say(diags))
				}
				continue
			}
			if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityWarning {
				t.Fatalf("%s: want one warning:\n%s", name, say(diags))
			}
			checkSays(t, diags[0].Detail, []string{test.says, "The run goes on without the store"})
			if strings.Contains(diags[0].Detail, "fake-password") {
				t.Errorf("%s: the warning has the password", name)
			}
		}
	}
}

// What is wrong with the environment is a warning too: it may be that of another project.
func TestUnusableStoreOfTheEnvironment(t *testing.T) {
	atHome(t)
	b := newBox(t)
	for value, says := range map[string]string{
		"redis://localhost":             storeName + " cannot be used: a store on a server has no key",
		"stored/tokens":                 "neither an absolute path nor the URL",
		"/scratch/$USER/store":          "nothing replaces $USER in it",
		"~/store":                       "nothing replaces ~ in it",
		"https://fake-password@example": "must begin with rediss://",
	} {
		t.Setenv(storeName, value)
		diags := newPlugin(t).configure(b.sets("oauth2"))
		if len(diags) != 1 || diags[0].Severity != tfprotov6.DiagnosticSeverityWarning {
			t.Fatalf("%s: want one warning:\n%s", value, say(diags))
		}
		checkSays(t, diags[0].Detail, []string{says})
		if strings.Contains(diags[0].Detail, "fake-password") {
			t.Error("the warning has the value")
		}
	}
}

func TestBadStores(t *testing.T) {
	atHome(t)
	b := newBox(t)
	const at = `AttributeName("token_store")`
	for name, test := range map[string]struct {
		block         object
		path, summary string
		says          []string
	}{
		"nothing":                {object{}, at, "No token store", []string{"neither directory nor url"}},
		"both":                   {object{"directory": "/a", "url": "rediss://a", "key": storeKey}, at + `.AttributeName("url")`, "Two token stores", []string{"set one of the two"}},
		"no key":                 {object{"url": "rediss://a"}, at, "Token store cannot be used", []string{"has no key", storeName + "_KEY", "openssl rand"}},
		"short key":              {object{"directory": "/a", "key": "c2hvcnQ="}, at + `.AttributeName("key")`, "Key cannot be used", []string{"32 bytes in base64", "openssl rand -base64 32"}},
		"no base64":              {object{"directory": "/a", "key": "fake-key-that-is-none"}, at + `.AttributeName("key")`, "Key cannot be used", []string{"32 bytes in base64"}},
		"empty key":              {object{"directory": "/a", "key": ""}, at + `.AttributeName("key")`, "Key cannot be used", []string{"32 bytes in base64"}},
		"empty directory":        {object{"directory": " "}, at + `.AttributeName("directory")`, "Directory cannot be used", []string{"it is empty"}},
		"tilde":                  {object{"directory": "~/store"}, at + `.AttributeName("directory")`, "Directory cannot be used", []string{"pathexpand"}},
		"a variable":             {object{"directory": "$HOME/store"}, at + `.AttributeName("directory")`, "Directory cannot be used", []string{"$HOME is not replaced", "TF_VAR_"}},
		"a variable, in braces":  {object{"directory": "/scratch/${USER}/store"}, at + `.AttributeName("directory")`, "Directory cannot be used", []string{"${USER} is not replaced"}},
		"a variable of Windows":  {object{"directory": `%LOCALAPPDATA%\store`}, at + `.AttributeName("directory")`, "Directory cannot be used", []string{"%LOCALAPPDATA% is not replaced"}},
		"URL as directory":       {object{"directory": "redis://a"}, at + `.AttributeName("directory")`, "Directory cannot be used", []string{"Set url instead"}},
		"scheme":                 {object{"url": "http://a", "key": storeKey}, at + `.AttributeName("url")`, "URL cannot be used", []string{"rediss://"}},
		"no host":                {object{"url": "redis://", "key": storeKey}, at + `.AttributeName("url")`, "URL cannot be used", []string{"host"}},
		"certificates unchecked": {object{"url": "rediss://a?skip_verify=true", "key": storeKey}, at + `.AttributeName("url")`, "URL cannot be used", []string{"and no others"}},
		"database":               {object{"url": "redis://a/b", "key": storeKey}, at + `.AttributeName("url")`, "URL cannot be used", []string{"number of a database"}},
		"bad age":                {object{"directory": "/a", "max_age": "soon"}, at + `.AttributeName("max_age")`, badDuration, nil},
	} {
		failed := onlyError(t, newPlugin(t).configure(b.sets("oauth2").and(object{"token_store": test.block})))
		if failed.Attribute.String() != test.path || failed.Summary != test.summary {
			t.Errorf("%s: %q at %s", name, failed.Summary, failed.Attribute)
		}
		checkSays(t, failed.Detail, test.says)
	}
}

// Values that are not known yet are no error: the run does without the store.
func TestUnknownStore(t *testing.T) {
	atHome(t)
	b := newBox(t)
	for _, block := range []any{unknown{}, object{"directory": unknown{}}, object{"url": "rediss://a", "key": unknown{}}} {
		configured(t, b.sets("oauth2").and(object{"token_store": block})).token(dataSource, "oauth2", nil)
	}
}

func TestKeepRefreshTokenNeedsAStore(t *testing.T) {
	home := atHome(t)
	b := newBox(t)
	set := b.set("oauth2").and(object{"grant": "refresh_token", "refresh_token": "fake-refresh-token", "keep_refresh_token": true})
	block := object{"oauth2": object{"default": set}}
	failed := onlyError(t, newPlugin(t).configure(block))
	checkSays(t, failed.Detail, []string{`oauth2["default"].keep_refresh_token needs a token store`, storeName})
	configured(t, block.and(object{"token_store": object{"directory": filepath.Join(home, "store")}}))
	t.Setenv(storeName, filepath.Join(home, "store"))
	configured(t, block)
	t.Setenv(storeName, "OFF")
	failed = onlyError(t, newPlugin(t).configure(block.and(object{"token_store": object{"directory": filepath.Join(home, "store")}})))
	checkSays(t, failed.Detail, []string{storeName + " is off: unset it"})
	t.Setenv(storeName, "")
	unknownKey := object{"directory": filepath.Join(home, "store"), "key": unknown{}}
	_, diags := configured(t, block.and(object{"token_store": unknownKey})).ask(t.Context(), ephemeralResource, "oauth2", nil)
	failed = onlyError(t, diags)
	checkSays(t, failed.Summary+failed.Detail, []string{"Refresh token cannot be kept", "not known yet", "Nothing was sent"})
	other := b.set("oauth2").and(object{"keep_refresh_token": true})
	checkSays(t, onlyError(t, newPlugin(t).configure(object{"oauth2": object{"default": other}})).Detail, []string{`only used with grant = "refresh_token"`})
}
