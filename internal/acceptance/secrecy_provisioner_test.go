package acceptance

import (
	"path/filepath"
	"slices"
	"strings"
)

// The CLI says that it hides the command and the output of a provisioner that
// takes an ephemeral value. Where it fails, the error has both in clear text. So
// the token goes through the environment, and nothing of it is printed.
func testSecrecyProvisioner(l *lab) {
	const (
		prints = "echo $VALUE %VALUE%" // for sh and for cmd
		hidden = "(output suppressed due to ephemeral value in config)"
	)
	for _, c := range []struct {
		command string
		code    int
	}{
		{"exit 1 # ${" + usedToken + "}", 1},
		{prints + " && exit 1", 1},
		{"exit 1", 1},
		{prints, 0},
	} {
		l.configure(l.head(""), ephemerals("emtech"), useBy(c.command, usedToken))
		// The output is not repeated where it is another: there is a token in it.
		result := l.run("apply", "-auto-approve")
		if hides := strings.Contains(result.Stdout, hidden); result.Code != c.code || !hides {
			l.t.Errorf("with %s the run ended with %d, and says that it hides output: %v", c.command, result.Code, hides)
		}
	}
	var places []string
	for _, finding := range l.search(l.tokens()) {
		places = append(places, filepath.ToSlash(finding.Place))
	}
	slices.Sort(places)
	if got := slices.Compact(places); !slices.Equal(got, []string{"out/02-apply.stderr", "out/03-apply.stderr"}) {
		l.t.Errorf("a token is in %v", got)
	}
}
