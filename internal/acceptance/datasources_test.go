package acceptance

import (
	"encoding/json"
	"strings"
)

// Read at plan, used at plan, and not asked for again by the plan's apply.
func testDataSources(l *lab) {
	l.configure(l.head(""), dataSources(services()...), l.httpDataSources())
	l.Must(l.t, "validate")
	l.Must(l.t, "plan", "-out="+savedPlan)
	l.opened(1) // by the http provider
	l.Must(l.t, "apply", savedPlan)
	l.asked(nil, 1, services()...)
	l.mustFind(l.tokens(), "work/terraform.tfstate")
	l.Must(l.t, "destroy", "-auto-approve")
}

// A CLI that knows no provider functions says so.
func testFunctions(l *lab) {
	l.configure(l.head(""), dataSources("epgl"), `
output "header" {
  value = provider::apitoken::basic_auth_header("user", "made-up")
}

output "audience" {
  value     = provider::apitoken::jwt_decode(data.apitoken_epgl.this.access_token).claims
  sensitive = true
}
`)
	if !l.CLI.Functions() {
		result := l.run("plan")
		if result.Code == 0 {
			l.t.Errorf("%s takes provider functions", l.CLI)
		}
		l.t.Logf("%s", result.Stderr)
		return
	}
	l.Must(l.t, "apply", "-auto-approve")
	if got := l.Must(l.t, "output", "-raw", "header").Stdout; got != "Basic dXNlcjptYWRlLXVw" {
		l.t.Errorf("basic_auth_header gave %q", got)
	}
	var claims map[string]any
	if err := json.Unmarshal([]byte(l.Must(l.t, "output", "-json", "audience").Stdout), &claims); err != nil || claims["sub"] != l.box.Client("epgl").ID {
		l.t.Errorf("jwt_decode gave %v, error %v", claims, err)
	}
}

// A CLI without ephemeral resources names the block that it does not know,
// before it asks for anything.
func testTooOld(l *lab) {
	l.configure(l.head(""), "ephemeral \"apitoken_emtech\" \"this\" {}\n")
	result := l.run("plan")
	if result.Code != 1 || !strings.Contains(result.Stderr, "Unsupported block type") || !strings.Contains(result.Stderr, `"ephemeral"`) {
		l.t.Errorf("ended with %d:\n%s", result.Code, result.Stdout+result.Stderr)
	}
	l.asked(nil, 0, services()...)
}
