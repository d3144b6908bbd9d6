package acceptance

import "strings"

// A module without a source for the provider, below one that has it, has init
// look for another provider.
func testNoSource(l *lab) {
	l.writeModule("below", dataSources("emtech"))
	l.configure(l.head(""), "module \"below\" {\n  source = \"./below\"\n}\n")
	if err := l.Forget(); err != nil {
		l.t.Fatal(err)
	}
	if result := l.run("init"); result.Code != 1 || !strings.Contains(result.Stderr, "hashicorp/apitoken") {
		l.t.Errorf("ended with %d:\n%s", result.Code, result.Stdout+result.Stderr)
	}
	if got := l.Must(l.t, "providers").Stdout; !strings.Contains(got, "below") || !strings.Contains(got, "/hashicorp/apitoken]") {
		l.t.Errorf("the modules are listed as:\n%s", got)
	}
}

// Tests of a module with modules below need these installed, and no provider.
func testModulesNotInstalled(l *lab) {
	l.writeModule("below", "output \"this\" {\n  value = 1\n}\n")
	l.configure("module \"below\" {\n  source = \"./below\"\n}\n")
	l.write("main.tftest.hcl", "run \"plan\" {\n  command = plan\n}\n")
	if err := l.Forget(); err != nil {
		l.t.Fatal(err)
	}
	if said := l.try("test"); said != "error: Module not installed" {
		l.t.Errorf("before get it is %s", said)
	}
	l.Must(l.t, "get")
	if said := l.try("test"); said != "works" {
		l.t.Errorf("after get it is %s", said)
	}
}
