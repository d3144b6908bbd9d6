package clitest

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestInstall(t *testing.T) {
	t.Parallel()
	platform := runtime.GOOS + "_" + runtime.GOARCH
	for name, direct := range map[string]bool{"mirror": false, "mirror and registry": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			binary, mirror := filepath.Join(dir, "binary"), filepath.Join(dir, "mirror")
			OK(t, os.WriteFile(binary, []byte("content"), 0o600))
			config := Must(Install(mirror, direct, Apitoken(binary), HTTP(binary)))(t)
			for _, path := range []string{
				"registry.terraform.io/apitoken/apitoken/0.1.0/" + platform + "/terraform-provider-apitoken_v0.1.0",
				"registry.opentofu.org/apitoken/apitoken/0.1.0/" + platform + "/terraform-provider-apitoken_v0.1.0",
				"registry.terraform.io/hashicorp/http/1.2.0/" + platform + "/terraform-provider-http_v1.2.0",
				"registry.opentofu.org/hashicorp/http/1.2.0/" + platform + "/terraform-provider-http_v1.2.0",
			} {
				data, err := os.ReadFile(filepath.Join(mirror, filepath.FromSlash(executable(path)))) //nolint:gosec // the path is its own
				if err != nil || string(data) != "content" {
					t.Errorf("%s holds %q, error %v", path, data, err)
				}
			}
			data := Must(os.ReadFile(config))(t) //nolint:gosec // the path is its own
			if got := strings.Contains(string(data), "direct {"); got != direct {
				t.Errorf("direct is %v in\n%s", got, data)
			}
			if !strings.Contains(string(data), `"registry.opentofu.org/apitoken/apitoken"`) {
				t.Errorf("OpenTofu's registry is missing in\n%s", data)
			}
		})
	}
}

func TestWhatTheCLIKnows(t *testing.T) {
	t.Parallel()
	for cli, want := range map[CLI]string{
		{Product: Terraform, Version: "0.15.5"}:      "",
		{Product: Terraform, Version: "1.3.9"}:       "",
		{Product: Terraform, Version: "1.4.0"}:       "data",
		{Product: Terraform, Version: "1.7.5"}:       "data",
		{Product: Terraform, Version: "1.9.8"}:       "data functions",
		{Product: Terraform, Version: "1.10.0-rc1"}:  "data functions ephemeral",
		{Product: Terraform, Version: "1.12.0"}:      "data functions ephemeral",
		{Product: Terraform, Version: "2.0.0"}:       "data functions ephemeral",
		{Product: OpenTofu, Version: "1.6.3"}:        "data",
		{Product: OpenTofu, Version: "1.7.0"}:        "data functions",
		{Product: OpenTofu, Version: "1.10.3"}:       "data functions",
		{Product: OpenTofu, Version: "1.11.0"}:       "data functions ephemeral",
		{Product: OpenTofu, Version: "1.12.6-dev"}:   "data functions ephemeral",
		{Product: "something else", Version: "9.0"}:  "",
		{Product: Terraform, Version: "not numbers"}: "",
	} {
		var got []string
		for _, feature := range []struct {
			name  string
			known bool
		}{
			{"data", cli.TerraformData()},
			{"functions", cli.Functions()},
			{"ephemeral", cli.Ephemeral()},
		} {
			if feature.known {
				got = append(got, feature.name)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s knows %v, want %q", cli, got, want)
		}
	}
}
