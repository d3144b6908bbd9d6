package acceptance

import (
	"encoding/json"
	"strings"
)

// Read at plan, used at plan, and not asked for again by the plan's apply.
func testDataSources(l *sandboxLab) {
	l.Configure(l.head(""), dataSources(services()...), l.httpDataSources())
	l.Must("validate")
	l.Must("plan", "-out="+savedPlan)
	l.opened(1) // by the http provider
	l.Must("apply", savedPlan)
	l.asked(nil, 1, services()...)
	l.mustFind(l.tokens(), "work/terraform.tfstate")
	l.Must("destroy", "-auto-approve")
}

// A CLI that knows no provider functions says so.
func testFunctions(l *sandboxLab) {
	l.Configure(l.head(""), dataSources("epgl"), `
output "header" {
  value = provider::apitoken::basic_auth_header("user", "made-up")
}

output "audience" {
  value     = provider::apitoken::jwt_decode(data.apitoken_epgl.this.access_token).claims
  sensitive = true
}
`)
	if !l.CLI.Functions() {
		result := l.Run("plan")
		if result.Code == 0 {
			l.T.Errorf("%s takes provider functions", l.CLI)
		}
		l.T.Logf("%s", result.Stderr)
		return
	}
	l.Must("apply", "-auto-approve")
	if got := l.Must("output", "-raw", "header").Stdout; got != "Basic dXNlcjptYWRlLXVw" {
		l.T.Errorf("basic_auth_header gave %q", got)
	}
	var claims map[string]any
	if err := json.Unmarshal([]byte(l.Must("output", "-json", "audience").Stdout), &claims); err != nil || claims["sub"] != l.box.Client("epgl").ID {
		l.T.Errorf("jwt_decode gave %v, error %v", claims, err)
	}
}

// A CLI without ephemeral resources names the block that it does not know,
// before it asks for anything.
func testTooOld(l *sandboxLab) {
	l.Configure(l.head(""), "ephemeral \"apitoken_emtech\" \"this\" {}\n")
	result := l.Run("plan")
	if result.Code != 1 || !strings.Contains(result.Stderr, "Unsupported block type") || !strings.Contains(result.Stderr, `"ephemeral"`) {
		l.T.Errorf("ended with %d:\n%s", result.Code, result.Stdout+result.Stderr)
	}
	l.asked(nil, 0, services()...)
}
