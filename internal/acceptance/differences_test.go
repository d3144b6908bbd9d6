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

// countsHeader is the first line of the guide's table of token requests. A row with
// a number for each of these runs belongs in that table.
const countsHeader = "| | CLI | plan | apply of that plan | apply with nothing to change | destroy | apply |"

// counts returns the numbers of token requests as cells of that table.
func counts(requests string) (cells string, ok bool) {
	runs := regexp.MustCompile(`^plan (\d), apply of that plan (\d), apply with nothing to change (\d), destroy (\d), apply (\d)$`)
	match := runs.FindStringSubmatch(requests)
	if match == nil {
		return "", false
	}
	return strings.Join(match[1:], " | ") + " |", true
}

// lines are the rows in the tables of the guide: one, or if the CLIs differ in the
// numbers of token requests, one for each CLI.
func (d difference) lines() []string {
	link := fmt.Sprintf("| [%s](#%s) |", d.heading, anchor(d.heading))
	terraform, counted := counts(d.terraform)
	opentofu, _ := counts(d.opentofu)
	switch {
	case counted && terraform == opentofu:
		return []string{link + " both | " + terraform}
	case counted:
		return []string{link + " Terraform | " + terraform, link + " OpenTofu | " + opentofu}
	case d.terraform == d.opentofu:
		return []string{link + " " + d.terraform + " |"}
	default:
		return []string{link + " " + d.terraform + " | " + d.opentofu + " |"}
	}
}

// anchor is what Markdown makes of a heading.
func anchor(heading string) string {
	heading = regexp.MustCompile(`[^a-z0-9 _-]`).ReplaceAllString(strings.ToLower(heading), "")
	return strings.ReplaceAll(heading, " ", "-")
}

// The guide has the rows in its tables and a section for each, and no others.
func TestGuideHasTheDifferences(t *testing.T) {
	t.Parallel()
	data := clitest.Must(fs.ReadFile(os.DirFS(clitest.Must(clitest.Root())(t)), "templates/guides/terraform-and-opentofu.md.tmpl"))(t)
	var wantLines, wantHeadings, lines, headings []string
	for _, d := range differences() {
		wantLines = append(wantLines, d.lines()...)
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
	if !strings.Contains(string(data), "\n"+countsHeader+"\n") {
		t.Errorf("the guide has no table with %q", countsHeader)
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
	clitest.OK(l.T, os.MkdirAll(l.Path(name), 0o700))
	l.Write(filepath.Join(name, "main.tf"), content)
}
