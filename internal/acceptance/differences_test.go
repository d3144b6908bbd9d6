package acceptance

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// difference is something to see on both CLIs, and what there is to see on
// each, in the words of the guide "Terraform and OpenTofu". What is the same on
// both is a row too: the guide says so, and a CLI may change its ways.
type difference struct {
	heading             string
	see                 func(*sandboxLab) string
	terraform, opentofu string
}

func differences() []difference {
	return slices.Concat(placeRows(), storageRows(), languageRows(), runRows(), testRows())
}

// differenceParts are the rows as parts of the test on one CLI.
func differenceParts() []part {
	var list []part
	for _, d := range differences() {
		list = append(list, part{"Difference/" + d.heading, func(l *sandboxLab) {
			want := map[clitest.Product]string{clitest.Terraform: d.terraform, clitest.OpenTofu: d.opentofu}[l.CLI.Product]
			if got := d.see(l); got != want {
				l.T.Errorf("%s: the guide says %q, but it is %q", l.CLI, want, got)
			}
		}})
	}
	return list
}

// line is the row in a table of the guide.
func (d difference) line() string {
	link := fmt.Sprintf("| [%s](#%s) |", d.heading, anchor(d.heading))
	if d.terraform == d.opentofu {
		return link + " " + d.terraform + " |"
	}
	return link + " " + d.terraform + " | " + d.opentofu + " |"
}

// anchor is what Markdown makes of a heading.
func anchor(heading string) string {
	heading = regexp.MustCompile(`[^a-z0-9 _-]`).ReplaceAllString(strings.ToLower(heading), "")
	return strings.ReplaceAll(heading, " ", "-")
}

// The guide has the rows in its tables and a section for each, and no others.
func TestGuideHasTheDifferences(t *testing.T) {
	t.Parallel()
	data, err := fs.ReadFile(os.DirFS(clitest.MustRoot(t)), "templates/guides/terraform-and-opentofu.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	var wantLines, wantHeadings, lines, headings []string
	for _, d := range differences() {
		wantLines = append(wantLines, d.line())
		wantHeadings = append(wantHeadings, d.heading)
	}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "| [") {
			lines = append(lines, line)
		}
		if heading, ok := strings.CutPrefix(line, "### "); ok {
			headings = append(headings, heading)
		}
	}
	for name, pair := range map[string][2][]string{"table lines": {wantLines, lines}, "headings": {wantHeadings, headings}} {
		want, got := slices.Sorted(slices.Values(pair[0])), slices.Sorted(slices.Values(pair[1]))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-tests +guide):\n%s", name, diff)
		}
	}
}

// outcome tells what came of a run: the CLI's own word for what is wrong, if
// anything is.
func outcome(result clitest.Result) string {
	if result.Code == 0 {
		return "works"
	}
	summary := regexp.MustCompile(`(?m)^[│\s]*Error: (.*)$`).FindStringSubmatch(result.Stdout + result.Stderr)
	if summary == nil {
		return "error"
	}
	return "error: " + strings.TrimSpace(summary[1])
}

// try is the outcome of a run, with all that it said in the test's log.
func (l *sandboxLab) try(args ...string) string {
	l.T.Helper()
	result := l.Run(args...)
	l.T.Logf("%s %s: %d\n%s", l.CLI, strings.Join(args, " "), result.Code, result.Stdout+result.Stderr)
	return outcome(result)
}

// writeModule writes the main.tf of a module in a directory of its own.
func (l *sandboxLab) writeModule(name, content string) {
	l.T.Helper()
	if err := os.MkdirAll(l.Path(name), 0o700); err != nil {
		l.T.Fatal(err)
	}
	l.Write(filepath.Join(name, "main.tf"), content)
}
