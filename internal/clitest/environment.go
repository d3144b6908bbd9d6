package clitest

import (
	"maps"
	"os"
	"path/filepath"
	"runtime"
)

// environment starts from nothing, so that neither the user's CLI settings nor
// credentials in the environment nor a proxy reach the run.
func (w *Workspace) environment() []string {
	env := map[string]string{
		"HOME":               filepath.Join(w.Dir, "home"),
		"TMPDIR":             filepath.Join(w.Dir, "tmp"),
		"TF_CLI_CONFIG_FILE": w.Config,
		"TF_IN_AUTOMATION":   "1",
		"CHECKPOINT_DISABLE": "1",
	}
	for _, name := range []string{"init", "plan", "apply", "destroy", "refresh"} {
		env["TF_CLI_ARGS_"+name] = "-no-color -input=false"
	}
	for _, name := range []string{"validate", "output", "show", "test"} {
		env["TF_CLI_ARGS_"+name] = "-no-color"
	}
	// What a process needs to start at all, most of it on Windows, and where a provider
	// built with -cover writes.
	names := []string{"PATH", "GOCOVERDIR", "SYSTEMROOT", "SystemDrive", "COMSPEC", "PATHEXT", "WINDIR"}
	if w.Proxy {
		names = append(names, "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR")
	}
	for _, name := range names {
		if value, ok := os.LookupEnv(name); ok {
			env[name] = value
		}
	}
	if runtime.GOOS == "windows" {
		env["TMP"], env["TEMP"], env["USERPROFILE"] = env["TMPDIR"], env["TMPDIR"], env["HOME"]
	}
	maps.Copy(env, w.Env)
	list := make([]string, 0, len(env))
	for name, value := range env {
		list = append(list, name+"="+value)
	}
	return list
}
