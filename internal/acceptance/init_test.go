package acceptance

import (
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// A module without a source for the provider, below one that has it, has init
// look for another provider.
func testNoSource(l *sandboxLab) {
	l.writeModule("below", dataSources("emtech"))
	l.Configure(l.head(""), "module \"below\" {\n  source = \"./below\"\n}\n")
	clitest.OK(l.T, l.Forget())
	if result := l.Run("init"); result.Code != 1 || !strings.Contains(result.Stderr, "hashicorp/apitoken") {
		l.T.Errorf("ended with %d:\n%s", result.Code, result.Stdout+result.Stderr)
	}
	if got := l.Must("providers").Stdout; !strings.Contains(got, "below") || !strings.Contains(got, "/hashicorp/apitoken]") {
		l.T.Errorf("the modules are listed as:\n%s", got)
	}
}

// Tests of a module with modules below need these installed, and no provider.
func testModulesNotInstalled(l *sandboxLab) {
	l.writeModule("below", "output \"this\" {\n  value = 1\n}\n")
	l.Configure("module \"below\" {\n  source = \"./below\"\n}\n")
	l.Write("main.tftest.hcl", "run \"plan\" {\n  command = plan\n}\n")
	clitest.OK(l.T, l.Forget())
	if said := l.try("test"); said != "error: Module not installed" {
		l.T.Errorf("before get it is %s", said)
	}
	l.Must("get")
	if said := l.try("test"); said != "works" {
		l.T.Errorf("after get it is %s", said)
	}
}
