package acceptance

import (
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// testRows are about the CLIs' own tests of modules.
func testRows() []difference {
	return []difference{
		{"Mocks of ephemeral resources", seeMock, "error: No ephemeral resource types in mock providers", "works since 1.12.2"},
		{"Overridden data sources", seeOverrideData, "works", "works"},
		{"Overridden ephemeral resources", seeOverrideEphemeral, "error: Unsupported block type", "error: Unsupported block type"},
		{"Overridden modules", seeOverrideModule, "works since 1.12, before " + refusedOverride, "works"},
		{"Test files for OpenTofu alone", seeTofuTests, "`main.tftest.hcl` is run", "`main.tftest.hcl` is run, `only.tofutest.hcl` is run"},
	}
}

const refusedOverride = "error: Value not allowed in ephemeral output"

const declared = `
terraform {
  required_providers {
    apitoken = { source = "apitoken/apitoken" }
  }
}
`

// testing is the outcome of the CLI's test of a module without credentials.
func (l *sandboxLab) testing(module, tests string) string {
	l.T.Helper()
	l.Write("main.tf", declared+module)
	l.Write("main.tftest.hcl", tests)
	l.Run("init") // for modules; what is wrong with the tests shows in their run
	return l.try("test")
}

// seeMock takes a mock of strings that are made up and maps that are empty for one.
func seeMock(l *sandboxLab) string {
	said := l.testing(ephemerals("emtech")+`
resource "terraform_data" "this" {
  provisioner "local-exec" {
    command = ephemeral.apitoken_emtech.this.access_token != "" && length(ephemeral.apitoken_emtech.this.headers) == 0 ? "exit 0" : "exit 1"
  }
}
`, "mock_provider \"apitoken\" {}\n\nrun \"apply\" {}\n")
	if l.CLI.Product == clitest.OpenTofu && said == "works" {
		return "works since 1.12.2"
	}
	return said
}

func seeOverrideData(l *sandboxLab) string {
	return l.testing(dataSources("emtech")+`
output "headers" {
  value     = data.apitoken_emtech.this.headers
  sensitive = true
}
`, `
override_data {
  target = data.apitoken_emtech.this
  values = { headers = { x-sandbox-app-auth = "Bearer made-up" } }
}

run "apply" {
  assert {
    condition     = output.headers["x-sandbox-app-auth"] == "Bearer made-up"
    error_message = "It is another header."
  }
}
`)
}

func seeOverrideEphemeral(l *sandboxLab) string {
	return l.testing(ephemerals("emtech"), `
override_ephemeral {
  target = ephemeral.apitoken_emtech.this
}

run "plan" {
  command = plan
}
`)
}

// seeOverrideModule replaces a module that hands on an ephemeral resource's token.
func seeOverrideModule(l *sandboxLab) string {
	l.writeModule("token", declared+ephemerals("emtech")+`
output "token" {
  value     = `+usedToken+`
  ephemeral = true
}
`)
	said := l.testing("module \"token\" {\n  source = \"./token\"\n}\n"+use("module.token.token"), `
override_module {
  target  = module.token
  outputs = { token = "made-up" }
}

run "apply" {}
`)
	wanted := map[bool]string{true: "works", false: refusedOverride}[l.CLI.Since(12, 0)]
	if l.CLI.Product == clitest.Terraform && said == wanted {
		return "works since 1.12, before " + refusedOverride
	}
	return said
}

func seeTofuTests(l *sandboxLab) string {
	l.Write("only.tofutest.hcl", "run \"only\" {}\n")
	said := l.testing("", "run \"both\" {}\n")
	if said != "works" {
		return said
	}
	output := l.Run("test").Stdout
	var names []string
	for _, name := range []string{"main.tftest.hcl", "only.tofutest.hcl"} {
		if strings.Contains(output, name) {
			names = append(names, "`"+name+"` is run")
		}
	}
	return strings.Join(names, ", ")
}
