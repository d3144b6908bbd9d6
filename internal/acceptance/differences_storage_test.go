package acceptance

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// storageRows are about what lies on disk.
func storageRows() []difference {
	return []difference{
		{
			"Encryption of state and plan", seeEncryption,
			"error: Unsupported block type", "works, no token in state and plan",
		},
		{
			"Ephemeral variables of a saved plan", seeEphemeralVariable,
			"left out, error: No value for required variable; another value, sent to the endpoint",
			"left out, error: No value for required variable; another value, sent to the endpoint",
		},
	}
}

// seeEncryption takes the guide's block, and looks for the tokens where they are
// without it.
func seeEncryption(l *sandboxLab) string {
	l.Env["TF_VAR_state_passphrase"] = "made up, and long enough"
	block := l.Read(filepath.Join(clitest.Must(clitest.Root())(l.T), "examples", "guides", "terraform-and-opentofu", "encryption.tofu"))
	l.Configure(l.head(""), dataSources(services()...), l.httpDataSources(), block)
	if said := l.try("plan", "-out="+savedPlan); said != "works" {
		return said
	}
	l.Must("apply", savedPlan)
	l.opened(1)
	var places []string
	for _, finding := range l.Search(l.tokens()...) {
		places = append(places, filepath.ToSlash(finding.Place))
	}
	if len(places) > 0 {
		return "works, tokens in " + strings.Join(slices.Compact(places), ", ")
	}
	return "works, no token in state and plan"
}

// seeEphemeralVariable applies a saved plan without the variable and with a
// value that the endpoint refuses.
func seeEphemeralVariable(l *sandboxLab) string {
	l.Configure(l.head(""), ephemerals("emtech"), use(usedToken))
	l.Must("plan", "-out="+savedPlan)
	delete(l.Env, "TF_VAR_emtech_secret")
	missing := l.try("apply", savedPlan)
	l.Env["TF_VAR_emtech_secret"] = "another-secret"
	before := l.requests()
	other := l.try("apply", savedPlan)
	if other == "error: Token request refused" && l.requests()["emtech"] > before["emtech"] {
		other = "sent to the endpoint"
	}
	return "left out, " + missing + "; another value, " + other
}
