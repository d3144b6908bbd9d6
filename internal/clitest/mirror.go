package clitest

import (
	"errors"
	"fmt"
	"io"
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
	return Plugin{Namespace: "apitoken", Type: "apitoken", Version: "0.0.1", Binary: binary}
}

// HTTP is the hashicorp/http provider as a mirror serves it.
func HTTP(binary string) Plugin {
	return Plugin{Namespace: "hashicorp", Type: "http", Version: "1.2.0", Binary: binary}
}

// registries are the hosts that a source without a host stands for: one of
// each product.
func registries() []string {
	return []string{"registry.terraform.io", "registry.opentofu.org"}
}

// LayMirror makes dir a filesystem mirror that serves the plugins under both
// products' registries.
func LayMirror(dir string, plugins ...Plugin) error {
	for _, plugin := range plugins {
		for _, host := range registries() {
			if err := layPlugin(filepath.Join(dir, host), plugin); err != nil {
				return fmt.Errorf("mirror of %s: %w", plugin.Type, err)
			}
		}
	}
	return nil
}

func layPlugin(dir string, p Plugin) error {
	platform := runtime.GOOS + "_" + runtime.GOARCH
	dir = filepath.Join(dir, p.Namespace, p.Type, p.Version, platform)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	name := executable("terraform-provider-" + p.Type + "_v" + p.Version)
	return linkOrCopy(p.Binary, filepath.Join(dir, name))
}

// linkOrCopy copies where the system or the user's rights allow no link.
func linkOrCopy(from, to string) (err error) {
	if os.Symlink(from, to) == nil {
		return nil
	}
	source, err := os.Open(from) //nolint:gosec // the path is its own
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	target, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o700) //nolint:gosec // it is to be run
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Close())
}

// WriteConfig writes a CLI configuration that installs the plugins from the
// mirror. Direct lets all others come from their registry; without it they cannot
// be installed.
func WriteConfig(path, mirror string, direct bool, plugins ...Plugin) error {
	var names []string
	for _, plugin := range plugins {
		for _, host := range registries() {
			names = append(names, strconv.Quote(host+"/"+plugin.Namespace+"/"+plugin.Type))
		}
	}
	list := strings.Join(names, ", ")
	config := fmt.Sprintf(`provider_installation {
  filesystem_mirror {
    path    = %s
    include = [%s]
  }
`, strconv.Quote(filepath.ToSlash(mirror)), list)
	if direct {
		config += fmt.Sprintf("  direct {\n    exclude = [%s]\n  }\n", list)
	}
	return os.WriteFile(path, []byte(config+"}\n"), 0o600)
}
