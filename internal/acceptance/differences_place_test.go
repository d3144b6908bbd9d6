package acceptance

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

const ours, theirs = "registry.terraform.io", "registry.opentofu.org"

// placeRows are about where the provider comes from.
func placeRows() []difference {
	return []difference{
		{"Registry", seeRegistry, "`registry.terraform.io`", "`registry.opentofu.org`"},
		{
			"Provider under development", seeOverrides,
			"`apitoken/apitoken`, `registry.terraform.io/apitoken/apitoken`", "`apitoken/apitoken`, `registry.opentofu.org/apitoken/apitoken`",
		},
		{
			"From one to the other", seeMove,
			"after init the lock file names `registry.opentofu.org` and `registry.terraform.io`",
			"after init the lock file names `registry.opentofu.org`",
		},
	}
}

// seeRegistry reads from the lock file where apitoken/apitoken came from.
func seeRegistry(l *sandboxLab) string {
	return l.lockedHosts()
}

func (l *sandboxLab) lockedHosts() string {
	l.T.Helper()
	hosts := regexp.MustCompile(`provider "([^/"]+)/apitoken/apitoken"`).FindAllStringSubmatch(l.Read(l.Path(".terraform.lock.hcl")), -1)
	var names []string
	for _, host := range hosts {
		names = append(names, "`"+host[1]+"`")
	}
	return strings.Join(names, " and ")
}

// seeOverrides tries the names that dev_overrides may have, where the provider
// is not installed, so that nothing else gives it to the CLI.
func seeOverrides(l *sandboxLab) string {
	clitest.OK(l.T, l.Forget())
	l.Write("main.tf", `
terraform {
  required_providers {
    apitoken = { source = "apitoken/apitoken" }
  }
}
`+dataSources("emtech"))
	mirror := regexp.MustCompile(`path *= "([^"]+)"`).FindStringSubmatch(l.Read(l.Config))[1]
	found, err := filepath.Glob(filepath.Join(mirror, ours, "apitoken", "apitoken", "*", "*"))
	if err != nil || len(found) != 1 {
		l.T.Fatalf("the mirror has %v, error %v", found, err)
	}
	l.Config = filepath.Join(l.Dir, "dev.tfrc")
	var known []string
	for _, name := range []string{"apitoken/apitoken", ours + "/apitoken/apitoken", theirs + "/apitoken/apitoken"} {
		config := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    %q = %q\n  }\n}\n", name, filepath.ToSlash(found[0]))
		clitest.OK(l.T, os.WriteFile(l.Config, []byte(config), 0o600))
		if l.try("validate") == "works" {
			known = append(known, "`"+name+"`")
		}
	}
	return strings.Join(known, ", ")
}

// seeMove hands the CLI a state and a lock file as the other product leaves them.
func seeMove(l *sandboxLab) string {
	l.Configure(l.head(""), dataSources("emtech"))
	l.Must("apply", "-auto-approve")
	mine, other := ours, theirs
	if !strings.Contains(l.lockedHosts(), ours) {
		mine, other = theirs, ours
	}
	clitest.OK(l.T, os.RemoveAll(l.Path(".terraform")))
	for _, name := range []string{"terraform.tfstate", ".terraform.lock.hcl"} {
		text := strings.ReplaceAll(l.Read(l.Path(name)), mine, other)
		clitest.OK(l.T, os.WriteFile(l.Path(name), []byte(text), 0o600))
	}
	if err := l.Run("plan").Err(); err == nil {
		l.T.Error("no init is needed")
	}
	for _, args := range [][]string{{"init"}, {"plan"}, {"apply", "-auto-approve"}} {
		if said := l.try(args...); said != "works" {
			return args[0] + " " + said
		}
	}
	if strings.Contains(l.Read(l.Path("terraform.tfstate")), other) {
		return "the state names the other registry"
	}
	return "after init the lock file names " + l.lockedHosts()
}
