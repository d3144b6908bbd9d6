package clitest

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// Plugin is a built provider and the name by which configurations ask for it.
type Plugin struct {
	Namespace, Type, Version string
	Binary                   string
}

// Apitoken is this provider as a mirror serves it.
func Apitoken(binary string) Plugin {
	return Plugin{Namespace: "apitoken", Type: "apitoken", Version: "0.1.0", Binary: binary}
}

// HTTP is the hashicorp/http provider as a mirror serves it.
func HTTP(binary string) Plugin {
	return Plugin{Namespace: "hashicorp", Type: "http", Version: "1.2.0", Binary: binary}
}

// Install makes a filesystem mirror that serves the plugins under both products'
// registries, and beside it a CLI configuration that installs them from there, whose
// path it returns. Direct lets all others come from their registry; without it they
// cannot be installed.
func Install(mirror string, direct bool, plugins ...Plugin) (string, error) {
	var names []string
	for _, plugin := range plugins {
		for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
			if err := layPlugin(filepath.Join(mirror, host), plugin); err != nil {
				return "", fmt.Errorf("mirror of %s: %w", plugin.Type, err)
			}
			names = append(names, strconv.Quote(host+"/"+plugin.Namespace+"/"+plugin.Type))
		}
	}
	list := strings.Join(names, ", ")
	text := fmt.Sprintf(`provider_installation {
  filesystem_mirror {
    path    = %q
    include = [%s]
  }
`, filepath.ToSlash(mirror), list)
	if direct {
		text += fmt.Sprintf("  direct {\n    exclude = [%s]\n  }\n", list)
	}
	config := mirror + ".tfrc"
	return config, os.WriteFile(config, []byte(text+"}\n"), 0o600)
}

func layPlugin(dir string, p Plugin) error {
	dir = filepath.Join(dir, p.Namespace, p.Type, p.Version, runtime.GOOS+"_"+runtime.GOARCH)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	path := filepath.Join(dir, executable("terraform-provider-"+p.Type+"_v"+p.Version))
	if os.Symlink(p.Binary, path) == nil {
		return nil
	}
	return CopyBinary(p.Binary, path) // the system or the user's rights allow no link
}

// CopyBinary copies a program.
func CopyBinary(from, to string) error {
	content, err := os.ReadFile(from) //nolint:gosec // the path is its own
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o700) //nolint:gosec // it is to be run
}
