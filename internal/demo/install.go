package main

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// registryPatience bounds the attempt to reach a registry: a network that
// swallows packets must not hold up the demo.
const registryPatience = 20 * time.Second

// install builds the provider and runs init: with the http provider from its
// registry, or from its module where there is no registry or the environment
// names a built one.
func (d *demo) install(ctx context.Context) error {
	dir := filepath.Join(d.workspace.Dir, "plugins")
	d.say("building the provider")
	binary, err := clitest.BuildProvider(ctx, d.root, dir)
	if err != nil {
		return err
	}
	plugins := []clitest.Plugin{clitest.Apitoken(binary)}
	if os.Getenv(clitest.HTTPProviderEnv) == "" {
		d.say("init: the http provider from its registry")
		err = d.initFromRegistry(ctx, filepath.Join(dir, "registry"), plugins)
		if err == nil || ctx.Err() != nil {
			return err
		}
		d.say("init: no registry in reach, so the http provider from its module")
	} else {
		d.say("init: the http provider that %s names", clitest.HTTPProviderEnv)
	}
	http, err := clitest.HTTPProvider(ctx, d.root, dir)
	if err != nil {
		return err
	}
	return d.initFrom(ctx, filepath.Join(dir, "mirror"), false, append(plugins, clitest.HTTP(http)))
}

// initFromRegistry asks once and through the user's proxy. A failed attempt
// leaves nothing for the next one to stumble over.
func (d *demo) initFromRegistry(ctx context.Context, mirror string, plugins []clitest.Plugin) error {
	ctx, cancel := context.WithTimeout(ctx, registryPatience)
	defer cancel()
	w := d.workspace
	w.Proxy = true
	w.Env["TF_REGISTRY_DISCOVERY_RETRY"] = "0"
	defer func() {
		w.Proxy = false
		delete(w.Env, "TF_REGISTRY_DISCOVERY_RETRY")
	}()
	err := d.initFrom(ctx, mirror, true, plugins)
	if err == nil {
		return nil
	}
	return cmp.Or(w.Forget(), err)
}

func (d *demo) initFrom(ctx context.Context, mirror string, direct bool, plugins []clitest.Plugin) (err error) {
	if d.workspace.Config, err = clitest.Install(mirror, direct, plugins...); err != nil {
		return err
	}
	_, err = d.workspace.Do(ctx, "init")
	return err
}
