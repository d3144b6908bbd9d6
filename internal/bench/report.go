package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// pageName is the file that a report is written into, from the repository's root on.
const pageName = "BENCHMARKS.md"

// report is what one run came to. A part that was not measured is empty.
type report struct {
	command, machine string
	trips            []tripRow
	rows             []row
	notes            []string
	sizes            []sizeRow
	starts           []startRow
	fleets           []fleetRow
	warm             []row // plans that find their token in a store
	loads            []loadRow
	memory           []memoryRow
	busy             string // the load average before the loads; "": not known
	benchmarks       string // what `go test -bench` printed
}

// print prints all but the benchmarks, which were printed as they ran.
func (r report) print(out io.Writer) error {
	_, err := fmt.Fprintf(out, "%s\n%s\n", r.machine, r.command)
	errs := []error{err}
	show := func(notes []string, tables ...table) {
		for _, t := range tables {
			_, failed := io.WriteString(out, "\n")
			errs = append(errs, failed, t.print(out))
		}
		_, failed := fmt.Fprintf(out, "\n%s\n", strings.Join(notes, "\n"))
		errs = append(errs, failed)
	}
	if r.trips != nil {
		show(tripNotes(), tripsTable(r.trips))
	}
	if r.rows != nil {
		show(r.notes, plansTable(r.rows))
	}
	if r.sizes != nil {
		show(sizeNotes(), sizesTable(r.sizes))
	}
	if r.starts != nil {
		show(startNotes(), startsTable(r.starts))
	}
	if r.fleets != nil {
		show(storeNotes(), fleetsTable(r.fleets), plansTable(r.warm))
	}
	if r.loads != nil {
		show(proxyNotes(r.busy), loadsTable(r.loads), memoryTable(r.memory))
	}
	return errors.Join(errs...)
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

// sections are what stands between the page's markers, for each part that was measured.
func (r report) sections() map[string]string {
	sections := map[string]string{}
	tables := func(part string, notes []string, tables ...string) {
		sections[part] = fmt.Sprintf("%s: %#q\n\n%s\n- %s\n", r.machine, r.command, strings.Join(tables, "\n"), strings.Join(notes, "\n- "))
	}
	if r.trips != nil {
		tables(tripsPart, tripNotes(), tripsTable(r.trips).markdown())
	}
	if r.rows != nil {
		tables(plansPart, r.notes, plansTable(r.rows).markdown())
	}
	if r.sizes != nil {
		tables(memoryPart, sizeNotes(), sizesTable(r.sizes).markdown())
	}
	if r.starts != nil {
		tables(startPart, startNotes(), startsTable(r.starts).markdown())
	}
	if r.fleets != nil {
		tables(storePart, storeNotes(), fleetsTable(r.fleets).markdown(), plansTable(r.warm).markdown())
	}
	if r.loads != nil {
		tables(proxyPart, proxyNotes(r.busy), loadsTable(r.loads).markdown(), memoryTable(r.memory).markdown())
	}
	if r.benchmarks != "" {
		sections[benchmarksPart] = "```text\n" + strings.TrimSpace(r.benchmarks) + "\n```\n"
	}
	return sections
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

// row is a plan of ours beside another.
type row struct {
	what, beside string
	pairs        pairs
	aim          float64 // the ratio of processor time not to exceed; 0: none
}

// none stands in a cell that has nothing to say.
const none = "-"

// plansTable is the table of plans.
func plansTable(rows []row) table {
	t := table{texts: 2, headings: []string{
		"Plan", "Beside", "Token requests", "Theirs", "CPU", "Theirs", "CPU ratio", "Q1", "Q3", "Aim", "Time ratio", "Rounds",
	}}
	for _, r := range rows {
		p, aim := r.pairs, none
		if r.aim > 0 {
			aim = "<= " + ratio(r.aim)
		}
		t.rows = append(t.rows, []string{
			r.what, r.beside, strconv.Itoa(p.ours.requests), strconv.Itoa(p.other.requests), seconds(p.ours.cpu), seconds(p.other.cpu),
			ratio(p.cpu), ratio(p.low), ratio(p.high), aim, ratio(p.clock), strconv.Itoa(p.rounds),
		})
	}
	return t
}

func ratio(r float64) string {
	if r == 0 {
		return none
	}
	return fmt.Sprintf("%.2f", r)
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

func megabytes(size int64) string { return fmt.Sprintf("%.2f MB", float64(size)/1e6) }

// runBenchmarks runs the Go benchmarks: of the engine, of the proxy, and of the provider
// without processes and CLIs. It prints what they print.
func runBenchmarks(ctx context.Context, root, benchtime string, out io.Writer) (string, error) {
	var printed bytes.Buffer
	args := []string{"test", "-run", "^$", "-bench", ".", "-benchtime", benchtime, "./internal/token", "./internal/proxy", "./internal/provider"}
	cmd := exec.CommandContext(ctx, "go", args...) //nolint:gosec // benchtime is the user's own
	cmd.Dir = root
	cmd.Stdout = io.MultiWriter(out, &printed)
	cmd.Stderr = cmd.Stdout
	err := cmd.Run()
	return printed.String(), err
}
