package clitest

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Set is a credential set that a guide shows, and that a row of the sandbox tests.
type Set struct {
	Name    string // of the set and of its row
	Service string // the service whose set it is
	Page    string // the file name of the guide
	Text    string // the set in HCL: NAME = { … }
	Block   string // the whole block that has it
}

// Sets returns all sets of the guides by name. A block of sets has a mark before its fence: <!-- row: NAME -->, with
// several names if it has several sets, and <!-- row: NAME service: oauth2 --> if they are not of custom.
func Sets(t *testing.T) map[string]Set {
	t.Helper()
	return marked(t, "row")
}

// JWTSets returns all sets of jwt in the guides by name. No request is made for them, so they have no row. Their mark
// is <!-- jwt: NAME -->.
func JWTSets(t *testing.T) map[string]Set {
	t.Helper()
	sets := marked(t, "jwt")
	for name, set := range sets {
		set.Service = "jwt"
		sets[name] = set
	}
	return sets
}

// marked returns all sets that have a kind of mark.
func marked(t *testing.T, mark string) map[string]Set {
	t.Helper()
	root := Must(Root())(t)
	pages := Must(filepath.Glob(filepath.Join(root, "templates", "guides", "*.md")))(t)
	sets := map[string]Set{}
	for _, page := range pages {
		text := Must(os.ReadFile(page))(t) //nolint:gosec // a file of the repository
		found, err := setsIn(filepath.Base(page), mark, string(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, set := range found {
			if other, twice := sets[set.Name]; twice {
				t.Fatalf("the set %s is in %s and in %s", set.Name, other.Page, set.Page)
			}
			sets[set.Name] = set
		}
	}
	return sets
}

// MarkError is a mark that does not name the sets of its block.
type MarkError struct {
	Page         string
	Marked, Sets []string
}

func (e MarkError) Error() string {
	return fmt.Sprintf("%s: the mark names %v, and the block has %v", e.Page, e.Marked, e.Sets)
}

// setsIn returns the sets of a page that have a kind of mark. It returns an error if a block cannot be read, and a
// MarkError if a mark does not name its sets.
func setsIn(page, mark, text string) ([]Set, error) {
	block := regexp.MustCompile("(?s)<!-- " + mark + ": ([a-z0-9_, ]+?)(?: service: ([a-z0-9]+))? -->\n+```hcl\n(.*?)```")
	var all []Set
	for _, match := range block.FindAllStringSubmatch(text, -1) {
		names := strings.FieldsFunc(match[1], func(r rune) bool { return r == ' ' || r == ',' })
		sets, err := split(match[3])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", page, err)
		}
		var found []string
		for _, set := range sets {
			set.Page, set.Service = page, cmp.Or(match[2], "custom")
			found, all = append(found, set.Name), append(all, set)
		}
		slices.Sort(names)
		slices.Sort(found)
		if !slices.Equal(found, names) {
			return nil, MarkError{page, names, found}
		}
	}
	return all, nil
}

// split returns each set of a block.
func split(block string) ([]Set, error) {
	file, diags := hclsyntax.ParseConfig([]byte(block), "block", hcl.InitialPos)
	if diags.HasErrors() {
		return nil, diags
	}
	attributes, diags := file.Body.JustAttributes()
	if diags.HasErrors() {
		return nil, diags
	}
	var sets []Set
	for name, attribute := range attributes {
		sets = append(sets, Set{Name: name, Text: string(attribute.Range.SliceBytes(file.Bytes)) + "\n", Block: block})
	}
	return sets, nil
}
