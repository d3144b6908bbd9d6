package acceptance

import (
	"path/filepath"
	"slices"
	"strings"
)

// The CLI says that it hides the command and the output of a provisioner that
// takes an ephemeral or sensitive value. Where it fails, the error has both in
// clear text. So the token goes through the environment, and nothing prints it.
func testSecrecyProvisioner(l *sandboxLab) {
	const prints = "echo $VALUE %VALUE%" // for sh and for cmd
	for _, c := range []struct {
		kind, command string
		code          int
	}{
		{"ephemeral", "exit 1 # ${" + usedToken + "}", 1},
		{"ephemeral", prints + " && exit 1", 1},
		{"ephemeral", "exit 1", 1},
		{"ephemeral", prints, 0},
		{"data", prints + " && exit 1", 1},
	} {
		l.forgetState()
		l.Configure(l.head(""), blocks(c.kind, "emtech"), useBy(c.command, c.kind+".apitoken_emtech.this.access_token"))
		// The output is not repeated where it is another: there is a token in it.
		result := l.Run("apply", "-auto-approve")
		why := "sensitive"
		if c.kind == "ephemeral" && l.CLI.Since(11, 11) { // Terraform 1.10 calls both sensitive
			why = "ephemeral"
		}
		if hides := strings.Contains(result.Stdout, "(output suppressed due to "+why+" value in config)"); result.Code != c.code || !hides {
			l.T.Errorf("with %s in %s the run ended with %d, and says that it hides output: %v", c.kind, c.command, result.Code, hides)
		}
	}
	var places []string
	for _, finding := range l.Search(l.tokens()...) {
		places = append(places, filepath.ToSlash(finding.Place))
	}
	slices.Sort(places)
	want := []string{"out/02-apply.stderr", "out/03-apply.stderr", "out/06-apply.stderr", "work/terraform.tfstate"} // state: the data source's
	if got := slices.Compact(places); !slices.Equal(got, want) {
		l.T.Errorf("a token is in %v", got)
	}
}
