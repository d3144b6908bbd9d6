package provider_test

import (
	"os"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// skipWhereTooOld skips a test whose steps have something that the CLI under
// test does not know yet. Without TF_ACC there is no CLI.
func skipWhereTooOld(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		return
	}
	root, err := clitest.Root()
	if err != nil {
		t.Fatal(err)
	}
	clis, err := clitest.InstalledCLIs(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range steps {
		for _, cli := range clis[:min(1, len(clis))] {
			skipWhereUnknown(t, cli, step.Config)
		}
	}
}

// skipWhereUnknown skips a test if the CLI does not know what is in its configuration.
func skipWhereUnknown(t *testing.T, cli clitest.CLI, config string) {
	t.Helper()
	for part, known := range map[string]bool{
		`ephemeral "`:      cli.Ephemeral(),
		"provider::":       cli.Functions(),
		`"terraform_data"`: cli.TerraformData(),
	} {
		if !known && strings.Contains(config, part) {
			t.Skipf("%s does not know %s", cli, part)
		}
	}
}
