package clitest

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSetsIn(t *testing.T) {
	t.Parallel()
	text := "<!-- row: a -->\n```hcl\na = { x = 1 } # one\n```\n" +
		"<!-- row: b, c service: oauth2 -->\n\n```hcl\nb = {}\nc = {\n  y = \"{b}\"\n}\n```\n" +
		"```hcl\nd = {}\n```\n<!-- jwt: e -->\n```hcl\ne = {}\n```\n"
	got, err := setsIn("page.md", "row", text)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(got, func(a, b Set) int { return int(a.Name[0]) - int(b.Name[0]) })
	second := "b = {}\nc = {\n  y = \"{b}\"\n}\n"
	want := []Set{
		{"a", "custom", "page.md", "a = { x = 1 }\n", "a = { x = 1 } # one\n"},
		{"b", "oauth2", "page.md", "b = {}\n", second},
		{"c", "oauth2", "page.md", "c = {\n  y = \"{b}\"\n}\n", second},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got, err := setsIn("page.md", "jwt", text); err != nil || len(got) != 1 || got[0].Name != "e" {
		t.Errorf("the sets with the other mark are %v, error %v", got, err)
	}
	if _, err := setsIn("page.md", "row", "<!-- row: a -->\n```hcl\na = {}\nb = {}\n```\n"); !errors.As(err, &MarkError{}) {
		t.Errorf("a set without a mark: %v", err)
	}
	if _, err := setsIn("page.md", "row", "<!-- row: a -->\n```hcl\na = { …\n```\n"); err == nil {
		t.Error("a block that is not HCL is read")
	}
}
