// Command sbom adds to an SBOM of a build of the provider the licences of all modules, as
// their sources in this machine's module cache state them. It fails if one has no licence,
// or one that is not permitted.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/release"
)

// library is what cyclonedx-gomod calls Go's standard library.
const library = "std"

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: sbom DOCUMENT")
		os.Exit(2)
	}
	if err := declare(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintf(os.Stderr, "sbom: %s: %v\n", os.Args[1], err)
		os.Exit(1)
	}
}

func declare(ctx context.Context, path string) error {
	document, err := os.ReadFile(path) //nolint:gosec // the path is its own
	if err != nil {
		return err
	}
	sources, err := locate(ctx)
	if err != nil {
		return err
	}
	document, err = release.Declare(document, func(module, version string) ([]string, error) {
		source, ok := sources[module]
		if !ok || source.version != "" && source.version != version {
			return nil, fmt.Errorf("this machine has no source of version %s", version)
		}
		return release.Licences(source.dir)
	})
	if err != nil {
		return err
	}
	return os.WriteFile(path, document, 0o644) //nolint:gosec // everybody may read it
}

// source is where the source of a module is.
type source struct {
	version string // none for the provider itself
	dir     fs.FS
}

// locate asks Go where the sources of all modules are.
func locate(ctx context.Context) (map[string]source, error) {
	type module struct {
		Path, Version, Dir string
	}
	listed, err := run(ctx, "list", "-m", "-json", "all")
	if err != nil {
		return nil, err
	}
	sources := map[string]source{}
	for decoder := json.NewDecoder(bytes.NewReader(listed)); decoder.More(); {
		var one module
		if decodeErr := decoder.Decode(&one); decodeErr != nil {
			return nil, decodeErr
		}
		if one.Dir != "" {
			sources[one.Path] = source{version: one.Version, dir: os.DirFS(one.Dir)}
		}
	}
	told, err := run(ctx, "env", "GOROOT", "GOVERSION")
	if err != nil {
		return nil, err
	}
	root, version, _ := strings.Cut(strings.TrimSpace(string(told)), "\n")
	sources[library] = source{version: strings.TrimSpace(version), dir: os.DirFS(strings.TrimSpace(root))}
	return sources, nil
}

func run(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...) //nolint:gosec // the arguments are its own
	cmd.Stderr = os.Stderr
	return cmd.Output()
}
