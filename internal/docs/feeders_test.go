package docs

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// withFeeders returns a block that has nothing but sets as a provider block with these and with the sets of the guides
// whose tokens they use, if there are any. It returns every other block as it is.
func withFeeders(b block, sets map[string]clitest.Set) block {
	if body, err := parse(b.text); err != nil || len(body.Blocks) > 0 {
		return b
	}
	service := cmp.Or(b.service, "custom")
	ofService, seen := map[string]string{service: b.text}, map[string]bool{}
	for text := b.text; text != ""; {
		var more string
		for _, match := range regexp.MustCompile(`\bcredentials += "([a-z0-9]+)\.([a-z0-9_]+)"`).FindAllStringSubmatch(text, -1) {
			set, has := sets[match[2]]
			isHere := match[1] == service && strings.Contains("\n"+b.text, "\n"+match[2]+" = {")
			if !has || isHere || set.Service != match[1] || seen[set.Name] {
				continue
			}
			seen[set.Name] = true
			ofService[set.Service] += set.Text
			more += set.Text
		}
		text = more
	}
	if len(seen) == 0 {
		return b
	}
	b.text = "provider \"apitoken\" {\n"
	for _, name := range slices.Sorted(maps.Keys(ofService)) {
		b.text += "  " + name + " = {\n" + ofService[name] + "}\n"
	}
	b.text += "}\n"
	return b
}

func TestWithFeeders(t *testing.T) {
	t.Parallel()
	sets := map[string]clitest.Set{
		"first":  {Name: "first", Service: "oauth2", Text: "first = { token_url = \"https://a.example.com\" }\n"},
		"second": {Name: "second", Service: "custom", Text: "second = { request = { sources = { a = { credentials = \"oauth2.first\" } } } }\n"},
	}
	const third = "third = { request = { sources = { b = { credentials = \"custom.second\" } } } }\n"
	const whole = "provider \"apitoken\" {\n}\n"
	both := "second = {\n}\n" + third
	for text, want := range map[string]string{
		third: "provider \"apitoken\" {\n  custom = {\n" + third + sets["second"].Text + "}\n  oauth2 = {\n" + sets["first"].Text + "}\n}\n",
		both:  both,
		whole: whole,
	} {
		if got := withFeeders(block{text: text}, sets).text; got != want {
			t.Errorf("%s became %s", text, got)
		}
	}
}
