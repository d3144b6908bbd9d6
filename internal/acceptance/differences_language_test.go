package acceptance

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// languageRows are about what may stand in a configuration and on a command line.
func languageRows() []difference {
	const refusedPlaces = "argument of a data source, argument of a resource, `count`, `for_each`, output of the root module"
	return []difference{
		{"Provider blocks with for_each", seeForEach, "error: Reserved argument name in provider block", "works"},
		{"Tokens that are switched off", seeEnabled, "error: Unsupported argument", "works"},
		{"Functions of an alias", seeAliasFunction, "error: Unknown provider function", "works"},
		{"Functions", seeFunction, "works", "works"},
		{"Files for OpenTofu alone", seeTofuFiles, "`token.tf` is read", "`token.tofu` is read instead"},
		{"Leaving something out of a run", seeExclude, "error: Failed to parse command-line flags", "works"},
		{"What refuses an ephemeral value", seeRefusedPlaces, refusedPlaces, refusedPlaces},
	}
}

// seeForEach has a provider configuration for each of two clients.
func seeForEach(l *sandboxLab) string {
	l.Configure(l.head(""), fmt.Sprintf(`
locals {
  shops = { first = "first", second = "second" }
}

provider "apitoken" {
  alias    = "shop"
  for_each = local.shops
  %s
}

data "apitoken_emtech" "this" {
  for_each = local.shops
  provider = apitoken.shop[each.key]
}
`, l.set("emtech", "var.emtech_secret")))
	said := l.try("plan")
	if said == "works" {
		l.asked(nil, 2, "emtech")
	}
	return said
}

// seeEnabled has the way that works on both CLIs first.
func seeEnabled(l *sandboxLab) string {
	const off = " \"apitoken_emtech\" \"off\" {\n  lifecycle {\n    enabled = false\n  }\n}\n"
	none := strings.Replace(off, "lifecycle {\n    enabled = false\n  }", "count = 0", 1)
	l.Configure(l.head(""), "data"+none, "ephemeral"+none)
	l.Must("plan")
	l.asked(nil, 0, services()...)
	l.Configure(l.head(""), "data"+off, "ephemeral"+off)
	said := l.try("plan")
	if said == "works" {
		l.asked(nil, 0, services()...)
	}
	return said
}

func header(function string) string {
	return fmt.Sprintf("\noutput \"header\" {\n  value = provider::apitoken::%s(\"user\", \"made-up\")\n}\n", function)
}

func seeFunction(l *sandboxLab) string {
	l.Configure(l.head(""), header("basic_auth_header"))
	return l.try("plan")
}

func seeAliasFunction(l *sandboxLab) string {
	l.Configure(l.head(""), providerBlock("second", ""), header("second::basic_auth_header"))
	return l.try("plan")
}

// seeTofuFiles has the same token in main.tf and main.tofu, each of another service.
func seeTofuFiles(l *sandboxLab) string {
	l.Configure(l.head(""))
	l.Write("token.tf", dataSources("emtech"))
	l.Write("token.tofu", dataSources("epgl"))
	l.Must("plan")
	var names []string
	for _, name := range []string{"emtech", "epgl"} {
		if l.box.Requests(name) > 0 {
			names = append(names, map[string]string{"emtech": "`token.tf` is read", "epgl": "`token.tofu` is read instead"}[name])
		}
	}
	return strings.Join(names, ", ")
}

func seeExclude(l *sandboxLab) string {
	l.Configure(l.head(""), dataSources("emtech", "epgl"))
	said := l.try("plan", "-exclude=data.apitoken_emtech.this")
	if said == "works" {
		l.asked(nil, 0, "emtech")
		l.asked(nil, 1, "epgl")
	}
	return said
}

// seeRefusedPlaces tries an ephemeral value in one place after the other. An error about an
// output of the root module hides the others, so that place comes alone.
func seeRefusedPlaces(l *sandboxLab) string {
	const value = "ephemeral.apitoken_emtech.this.access_token"
	l.Configure(l.head(""), ephemerals("emtech"))
	refused := l.refusedPlaces([]place{
		{"argument of a data source", "data \"http\" \"this\" {\n  url = " + value + "\n}\n"},
		{"argument of a resource", "resource \"terraform_data\" \"this\" {\n  input = " + value + "\n}\n"},
		{"`count`", "resource \"terraform_data\" \"count\" {\n  count = length(" + value + ")\n}\n"},
		{"`for_each`", "resource \"terraform_data\" \"for_each\" {\n  for_each = toset([" + value + "])\n}\n"},
		{"provisioner", use(value)},
		{"local value", "locals {\n  token = " + value + "\n}\n"},
		{"ephemeral resource", "ephemeral \"apitoken_epgl\" \"next\" {\n  open_after = " + value + "\n}\n"},
		{"provider block", providerBlock("next", "transport = {\n  proxy_url = "+value+"\n}\n")},
	})
	refused = append(refused, l.refusedPlaces([]place{{"output of the root module", "output \"this\" {\n  value = " + value + "\n}\n"}})...)
	return strings.Join(refused, ", ")
}

// place is one for an ephemeral value.
type place struct{ name, block string }

// refusedPlaces returns the names of the places that have an error.
func (l *sandboxLab) refusedPlaces(places []place) []string {
	l.T.Helper()
	file := func(i int) string { return fmt.Sprintf("place_%d.tf", i) }
	for i, place := range places {
		l.Write(file(i), place.block)
	}
	found := l.Errors("validate")
	var refused []string
	for i, place := range places {
		if slices.ContainsFunc(found, func(d clitest.Diagnostic) bool { return d.Range.Filename == file(i) }) {
			refused = append(refused, place.name)
		}
		clitest.OK(l.T, os.Remove(l.Path(file(i))))
	}
	return refused
}
