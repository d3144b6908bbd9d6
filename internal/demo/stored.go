package main

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// storedError says where tokens of ephemeral resources are found.
type storedError struct{ findings []clitest.Finding }

func (e storedError) Error() string {
	return "a token of an ephemeral resource is on disk: " + e.findings[0].String()
}

// tokens returns all tokens that the sandboxes have issued, but for those before.
func (d *demo) tokens(before ...string) []string {
	var all []string
	for _, box := range d.sandboxes {
		all = append(all, box.Tokens()...)
	}
	return slices.DeleteFunc(all, func(token string) bool { return slices.Contains(before, token) })
}

// searchTokens looks for tokens in all that the CLI has written. Data sources have theirs from
// the plan, and leave them in the state: if they are not found, the search is wrong. Those of the
// apply are of ephemeral resources: it returns an error if one of these is found.
func (d *demo) searchTokens(planned, applied []string) error {
	kept, err := d.workspace.Search(needles("token of the plan", planned)...)
	if err != nil {
		return err
	}
	found, err := d.workspace.Search(needles("token of the apply", applied)...)
	if err != nil {
		return err
	}
	if len(found) > 0 {
		return storedError{found}
	}
	if got := distinct(kept); got != len(planned) {
		return countError{What: "tokens of data sources on disk", Got: strconv.Itoa(got), Want: strconv.Itoa(len(planned))}
	}
	d.say("on disk after apply: the %s that data sources have requested, and none of the %d of ephemeral resources", plural(len(planned), "token"), len(applied))
	return nil
}

func needles(name string, tokens []string) []clitest.Needle {
	var list []clitest.Needle
	for i, token := range tokens {
		list = append(list, clitest.Needle{Name: fmt.Sprint(name, " ", i), Value: token})
	}
	return list
}

// distinct returns how many needles were found, each counted once.
func distinct(findings []clitest.Finding) int {
	names := map[string]bool{}
	for _, f := range findings {
		names[f.Needle] = true
	}
	return len(names)
}
