package docs

import (
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// maxMarked is how many blocks may go unapplied in all.
const maxMarked = 6

// The markers of blocks that are not applied, each with its reason, as in
// <!-- validated: it runs a script that is not here -->.
const (
	validatedMarker = "validated"
	notRunMarker    = "not run"
)

// block is a piece of HCL that the documentation shows.
type block struct {
	file   string // from the root of the repository, with slashes
	line   int    // of its first line
	text   string
	marker string // notRunMarker, validatedMarker or none

	service string // of its sets, if it has nothing but sets; empty: custom
}

func (b block) String() string { return fmt.Sprintf("%s:%d", b.file, b.line) }

// documented returns every block of the repository.
func documented(t *testing.T, root string) []block {
	t.Helper()
	var found []block
	tree := os.DirFS(root)
	err := fs.WalkDir(tree, ".", func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && passedBy(file):
			return fs.SkipDir
		case entry.IsDir():
			return nil
		}
		blocks, err := inFile(tree, file)
		found = append(found, blocks...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// passedBy reports whether a directory holds nothing that is to be applied:
// docs/ is made of the rest, the examples for `terraform test` are run by
// internal/acceptance, and the others are not written here.
func passedBy(dir string) bool {
	return strings.HasSuffix(dir, "/node_modules") || slices.Contains([]string{".git", ".bin", "dist", "docs", "examples/testing"}, dir)
}

func inFile(tree fs.FS, file string) ([]block, error) {
	example := strings.HasPrefix(file, "examples/") && strings.HasSuffix(file, ".tf")
	markdown := strings.HasSuffix(file, ".md") || strings.HasSuffix(file, ".md.tmpl")
	if !example && !markdown {
		return nil, nil
	}
	text, err := fs.ReadFile(tree, file)
	if err != nil {
		return nil, err
	}
	if example {
		return []block{{file: file, line: 1, text: string(text)}}, nil
	}
	return inMarkdown(file, string(text))
}

// UnnamedFenceError is a fence that does not say its language: what is in it
// would go unseen.
type UnnamedFenceError struct {
	File string
	Line int
}

func (e UnnamedFenceError) Error() string {
	return fmt.Sprintf("%s:%d: the fence names no language", e.File, e.Line)
}

// fence is the opening of a fenced piece of Markdown.
type fence struct {
	indent, language string
	line             int // of what is in it
	marker, service  string
}

// inMarkdown returns the blocks between fences that say terraform or hcl.
func inMarkdown(file, text string) ([]block, error) {
	edge := regexp.MustCompile("^( *)```+([a-z]*)$")
	comment := regexp.MustCompile(`^<!-- (not run|validated): \S.* -->$`)
	ofService := regexp.MustCompile(`^<!-- (?:row: .* service: )?(oauth2|jwt)(?:: .*)? -->$`)
	var (
		found   []block
		open    *fence
		content strings.Builder
		marker  string
		service string
	)
	for i, line := range strings.Split(text, "\n") {
		match := edge.FindStringSubmatch(line)
		switch {
		case open != nil && len(match) > 2 && match[2] == "":
			if open.language == "terraform" || open.language == "hcl" {
				found = append(found, block{file, open.line, content.String(), open.marker, open.service})
			}
			open = nil
		case open != nil:
			content.WriteString(strings.TrimPrefix(line, open.indent) + "\n")
		case len(match) > 2 && match[2] == "":
			return nil, UnnamedFenceError{file, i + 1}
		case match != nil:
			open, marker, service = &fence{match[1], match[2], i + 2, marker, service}, "", ""
			content.Reset()
		case strings.TrimSpace(line) != "":
			marker, service = markerOf(comment, line), markerOf(ofService, line)
		}
	}
	return found, nil
}

func markerOf(comment *regexp.Regexp, line string) string {
	if match := comment.FindStringSubmatch(line); match != nil {
		return match[1]
	}
	return ""
}

func TestInMarkdown(t *testing.T) {
	t.Parallel()
	text := strings.Join([]string{
		"```hcl", "a", "```", "```text", "b", "```", "<!-- not run: a reason -->", "", "```terraform", "c", "```",
		"<!-- row: g h service: oauth2 -->", "```hcl", "g", "```", "<!-- jwt: k -->", "```hcl", "k", "```", "<!-- row: i -->", "```hcl", "i", "```",
		"- item", "  ```hcl", "  d", "    e", "  ```", "<!-- not run: -->", "```hcl", "f", "```",
	}, "\n")
	got := clitest.Must(inMarkdown("x.md", text))(t)
	want := []block{
		{"x.md", 2, "a\n", "", ""},
		{"x.md", 10, "c\n", notRunMarker, ""},
		{"x.md", 14, "g\n", "", "oauth2"},
		{"x.md", 18, "k\n", "", "jwt"},
		{"x.md", 22, "i\n", "", ""},
		{"x.md", 26, "d\n  e\n", "", ""},
		{"x.md", 31, "f\n", "", ""},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v", got)
	}
	if _, err := inMarkdown("x.md", "```\na\n```"); err == nil {
		t.Error("a fence without a language is taken")
	}
}

// Few blocks go unapplied.
func TestFewAreMarked(t *testing.T) {
	t.Parallel()
	blocks := documented(t, "../..")
	marked := slices.DeleteFunc(slices.Clone(blocks), func(b block) bool { return b.marker == "" })
	if len(marked) > maxMarked {
		t.Errorf("%d blocks are not applied, at most %d may be: %v", len(marked), maxMarked, marked)
	}
	if len(blocks) < 50 {
		t.Errorf("only %d blocks were found", len(blocks))
	}
}
