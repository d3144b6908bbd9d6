package acceptance

import "strings"

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
