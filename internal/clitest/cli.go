package clitest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// Product tells the two CLIs apart. Their versions cannot: each counts its own.
type Product string

// The CLIs that the provider works with.
const (
	Terraform Product = "Terraform"
	OpenTofu  Product = "OpenTofu"
)

// CLI is a command that speaks Terraform's command line.
type CLI struct {
	Path    string
	Product Product
	Version string
}

// String names the CLI as its makers do.
func (c CLI) String() string { return string(c.Product) + " " + c.Version }

// Ephemeral reports whether the CLI knows ephemeral resources and variables.
func (c CLI) Ephemeral() bool { return c.Since(10, 11) }

// Functions reports whether the CLI knows functions of providers.
func (c CLI) Functions() bool { return c.Since(8, 7) }

// TerraformData reports whether the CLI knows the resource terraform_data.
func (c CLI) TerraformData() bool { return c.Since(4, 6) }

// Since reports whether the CLI is at least Terraform 1.N or OpenTofu 1.N, each
// with its own N.
func (c CLI) Since(terraform, tofu int) bool {
	first, ok := map[Product]int{Terraform: terraform, OpenTofu: tofu}[c.Product]
	if !ok {
		return false
	}
	var major, minor int
	if _, err := fmt.Sscanf(c.Version, "%d.%d", &major, &minor); err != nil {
		return false
	}
	return major > 1 || major == 1 && minor >= first
}

// FindCLI returns the preferred one of FindCLIs.
func FindCLI(ctx context.Context, root string, say func(format string, args ...any)) (CLI, error) {
	found, err := FindCLIs(ctx, root, say)
	if err != nil {
		return CLI{}, err
	}
	return found[0], nil
}

// FindCLIs returns the CLIs there are, the preferred one first and one of each
// product: the one TF_ACC_TERRAFORM_PATH names, else terraform and tofu on PATH,
// else .bin/tofu in the repository, which is built where it is missing.
func FindCLIs(ctx context.Context, root string, say func(format string, args ...any)) ([]CLI, error) {
	if path := os.Getenv("TF_ACC_TERRAFORM_PATH"); path != "" {
		cli, err := describe(ctx, path)
		return []CLI{cli}, err
	}
	var found []CLI
	for _, name := range []string{"terraform", "tofu", filepath.Join(root, ".bin", executable("tofu"))} {
		path, err := exec.LookPath(name)
		if errors.Is(err, exec.ErrNotFound) || errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		cli, err := describe(ctx, path)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(found, func(other CLI) bool { return other.Product == cli.Product }) {
			found = append(found, cli)
		}
	}
	if len(found) > 0 {
		return found, nil
	}
	say("no terraform and no tofu found: building OpenTofu, which takes some minutes")
	path, err := build(ctx, filepath.Join(root, "tools", "tofu"), tofuPackage, filepath.Join(root, ".bin", "tofu"))
	if err != nil {
		return nil, err
	}
	cli, err := describe(ctx, path)
	return []CLI{cli}, err
}

// describe asks for `version` and not for `version -json`, which does not name
// the product.
func describe(ctx context.Context, path string) (CLI, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return CLI{}, err
	}
	cmd := exec.CommandContext(ctx, path, "version") //nolint:gosec // it runs what the tests name
	cmd.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+os.DevNull)
	output, err := cmd.Output()
	if err != nil {
		return CLI{}, fmt.Errorf("%s version: %w", path, err)
	}
	for line := range strings.Lines(string(output)) {
		product, version, ok := strings.Cut(strings.TrimSpace(line), " v")
		if ok && (product == string(Terraform) || product == string(OpenTofu)) {
			return CLI{Path: path, Product: Product(product), Version: version}, nil
		}
	}
	return CLI{}, fmt.Errorf("%s is neither Terraform nor OpenTofu: it says %q", path, output)
}

func executable(name string) string {
	if runtime.GOOS == "windows" {
		return name + ".exe"
	}
	return name
}
