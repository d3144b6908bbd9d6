package clitest

import (
	"context"
	"path/filepath"
)

// Harness is what all workspaces of a test binary share.
type Harness struct {
	Root   string // of the repository
	CLIs   []CLI  // one of each product, the preferred one first
	Config string // the CLI configuration that installs both providers
}

// NewHarness finds the CLIs and builds the providers into dir, which must
// outlive the harness. Flags are more flags for the build of the provider.
func NewHarness(ctx context.Context, dir string, say Say, flags ...string) (*Harness, error) {
	root, err := Root()
	if err != nil {
		return nil, err
	}
	clis, err := allCLIs(ctx, root, say)
	if err != nil {
		return nil, err
	}
	apitoken, err := BuildProvider(ctx, root, dir, flags...)
	if err != nil {
		return nil, err
	}
	http, err := HTTPProvider(ctx, root, dir)
	if err != nil {
		return nil, err
	}
	config, err := layOut(dir, Apitoken(apitoken), HTTP(http))
	if err != nil {
		return nil, err
	}
	return &Harness{Root: root, CLIs: clis, Config: config}, nil
}

// NewWorkspace makes an empty workspace for the given CLI.
func (h *Harness) NewWorkspace(cli CLI) (*Workspace, error) {
	return NewWorkspace(cli, h.Config)
}

func allCLIs(ctx context.Context, root string, say Say) ([]CLI, error) {
	clis, err := InstalledCLIs(ctx, root)
	if err != nil || len(clis) > 0 {
		return clis, err
	}
	cli, err := FindCLI(ctx, root, say)
	return []CLI{cli}, err
}

func layOut(dir string, plugins ...Plugin) (string, error) {
	mirror, config := filepath.Join(dir, "mirror"), filepath.Join(dir, "cli.tfrc")
	if err := LayMirror(mirror, plugins...); err != nil {
		return "", err
	}
	return config, WriteConfig(config, mirror, false, plugins...)
}
