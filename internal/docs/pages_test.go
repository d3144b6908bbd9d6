package docs

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The entries of the cookbook are in alphabetical order, and as many as the page says. Each is in the contents of its
// page, and has a set that is tested, and a link to a page or the remark that there is none.
func TestCookbookPages(t *testing.T) {
	t.Parallel()
	for _, page := range []string{"cookbook-appliances", "cookbook-cloud"} {
		contents, entries, found := strings.Cut(read(t, "templates/guides/"+page+".md"), "\n## Sets\n")
		if !found {
			t.Fatalf("%s has no heading Sets", page)
		}
		var names []string
		for _, entry := range strings.Split(entries, "\n### ")[1:] {
			name, text, _ := strings.Cut(entry, "\n")
			names = append(names, strings.ToLower(name))
			checkEntry(t, page+": "+name, name, text, contents)
		}
		checkContents(t, page, contents, names)
	}
}

// checkContents checks the names of a page's entries against what comes before them.
func checkContents(t *testing.T, page, contents string, names []string) {
	t.Helper()
	if !slices.IsSorted(names) {
		t.Errorf("%s: the entries are not in alphabetical order", page)
	}
	if count := fmt.Sprintf("credential sets for %d ", len(names)); !strings.Contains(contents, count) {
		t.Errorf("%s: the description does not say %q", page, count)
	}
	if links := strings.Count(contents, "](#"); links != len(names) {
		t.Errorf("%s: the contents have %d links, and the page has %d entries", page, links, len(names))
	}
}

// checkEntry checks the text of one entry, which is in the contents of its page.
func checkEntry(t *testing.T, at, name, text, contents string) {
	t.Helper()
	if linked := regexp.MustCompile(`\[` + regexp.QuoteMeta(name) + `\]\(#`); !linked.MatchString(contents) {
		t.Errorf("%s is not in the contents", at)
	}
	if !strings.Contains(text, "](https://") && !strings.Contains(text, "no public page") {
		t.Errorf("%s has no link to the vendor's page", at)
	}
	if !regexp.MustCompile(`<!-- (row|jwt): \S`).MatchString(text) {
		t.Errorf("%s has no set that is tested", at)
	}
}
