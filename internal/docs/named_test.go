package docs

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

var (
	testName   = regexp.MustCompile(`\b(?:Test|Fuzz|Benchmark)[A-Z]\w*`)
	testInCode = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)[A-Z]\w*)\(`)
	makeSpan   = regexp.MustCompile("`(?:[A-Z0-9]+=\\S+ )?make ([^`\n]*)`")
	makeLine   = regexp.MustCompile(`(?m)^(?:.*&& )?make ((?:[a-z0-9-]+ ?)+)`)
	makeTarget = regexp.MustCompile(`(?m)^([a-z0-9-]+):(?:[^=]|$)`)
	textFence  = regexp.MustCompile("(?s)`{3}text\n.*?\n`{3}")
	shellFence = regexp.MustCompile("(?s)`{3}shell\n.*?\n`{3}")
	targetName = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)
)

// TestProofsExist reads all pages: each test and benchmark that one names is somewhere, and
// each target of make is in the Makefile. What a program has printed is left out.
func TestProofsExist(t *testing.T) {
	t.Parallel()
	tree := os.DirFS("../..")
	tests, targets := testsOf(t, tree), namesIn(makeTarget, read(t, "Makefile"))
	names := 0
	for _, page := range pagesOf(t, tree) {
		text := textFence.ReplaceAllString(read(t, page), "")
		for _, name := range testName.FindAllString(text, -1) {
			names++
			if !tests[name] {
				t.Errorf("%s names %s, which does not exist", page, name)
			}
		}
		for _, target := range madeIn(text) {
			names++
			if !targets[target] {
				t.Errorf("%s names make %s, which does not exist", page, target)
			}
		}
	}
	if names < 150 {
		t.Errorf("only %d names were found", names)
	}
}

// pagesOf returns the pages that are written by hand.
func pagesOf(t *testing.T, tree fs.FS) []string {
	t.Helper()
	var pages []string
	for _, pattern := range []string{"*.md", "templates/*.tmpl", "templates/guides/*"} {
		more := clitest.Must(fs.Glob(tree, pattern))(t)
		pages = append(pages, more...)
	}
	return pages
}

// testsOf returns the names of all tests, fuzz tests and benchmarks.
func testsOf(t *testing.T, tree fs.FS) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	clitest.OK(t, fs.WalkDir(tree, "internal", func(file string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(file, "_test.go") {
			return err
		}
		text, err := fs.ReadFile(tree, file)
		for name := range namesIn(testInCode, string(text)) {
			found[name] = true
		}
		return err
	}))
	return found
}

// namesIn returns what the first group of an expression matches.
func namesIn(expression *regexp.Regexp, text string) map[string]bool {
	found := map[string]bool{}
	for _, match := range expression.FindAllStringSubmatch(text, -1) {
		found[match[1]] = true
	}
	return found
}

// madeIn returns the targets of make in code spans, and in blocks for a shell.
func madeIn(text string) []string {
	var found []string
	add := func(matches [][]string) {
		for _, match := range matches {
			for word := range strings.FieldsSeq(match[1]) {
				if targetName.MatchString(word) {
					found = append(found, word)
				}
			}
		}
	}
	add(makeSpan.FindAllStringSubmatch(text, -1))
	for _, block := range shellFence.FindAllString(text, -1) {
		add(makeLine.FindAllStringSubmatch(block, -1))
	}
	return found
}

func TestMadeIn(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"run `make bench` and make the rest":                        "bench",
		"`make etcd hsm .bin/kubelogin`":                            "etcd hsm",
		"`make release-candidate VERSION=1.2.3`":                    "release-candidate",
		"`GOFIPS140=v1.0.0 make build`":                             "build",
		"```shell\ncd a && make demo\nmake lint lint-ci   # b\n```": "demo lint lint-ci",
		"```text\nmake nothing\n```":                                "",
	} {
		if got := strings.Join(madeIn(text), " "); got != want {
			t.Errorf("%q names %q, want %q", text, got, want)
		}
	}
}
