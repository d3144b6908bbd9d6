package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// pageName is the file that a report is written into, from the repository's root on.
const pageName = "BENCHMARKS.md"

// report is what one run came to.
type report struct {
	command, machine string
	rows             []row
	notes            []string
	benchmarks       string // what `go test -bench` printed
}

// print prints all but the benchmarks, which were printed as they ran.
func (r report) print(out io.Writer) error {
	_, err := fmt.Fprintf(out, "%s\n%s\n\n", r.machine, r.command)
	table := printTable(out, r.rows)
	_, notes := fmt.Fprintf(out, "\n%s\n", strings.Join(r.notes, "\n"))
	return errors.Join(err, table, notes)
}

// write puts the report into the page's marked sections.
func (r report) write(root string) (err error) {
	dir, err := os.OpenRoot(root)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dir.Close()) }()
	old, err := dir.ReadFile(pageName)
	if err != nil {
		return err
	}
	page := string(old)
	for section, content := range r.sections() {
		if page, err = renew(page, section, content); err != nil {
			return err
		}
	}
	const mode = 0o644
	return dir.WriteFile(pageName, []byte(page), mode)
}

// sections are what stands between the page's markers.
func (r report) sections() map[string]string {
	return map[string]string{
		"plans":      fmt.Sprintf("%s: %#q\n\n%s\n- %s\n", r.machine, r.command, markdownTable(r.rows), strings.Join(r.notes, "\n- ")),
		"benchmarks": "```text\n" + strings.TrimSpace(r.benchmarks) + "\n```\n",
	}
}

func markdownTable(rows []row) string {
	var b strings.Builder
	line := func(cells []string) {
		for _, cell := range cells {
			b.WriteString("| " + strings.ReplaceAll(cell, "|", `\|`) + " ")
		}
		b.WriteString("|\n")
	}
	line(headings())
	b.WriteString("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	for _, r := range rows {
		line(r.cells())
	}
	return b.String()
}

// markerError says that a page has no place for a section.
type markerError struct{ section string }

func (e markerError) Error() string {
	return fmt.Sprintf("%s has no %q with %q after it", pageName, begin(e.section), end(e.section))
}

func begin(section string) string { return "<!-- " + section + ": written by make bench -->\n" }

func end(section string) string { return "<!-- end of " + section + " -->\n" }

// renew returns a page with another content between the markers of a section.
func renew(page, section, content string) (string, error) {
	before, rest, began := strings.Cut(page, begin(section))
	_, after, ended := strings.Cut(rest, end(section))
	if !began || !ended {
		return "", markerError{section: section}
	}
	return before + begin(section) + "\n" + content + "\n" + end(section) + after, nil
}
