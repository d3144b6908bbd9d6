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
	rows             []row
	notes            []string
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
	if r.rows != nil {
		show(r.notes, timesTable(r.rows))
	}
	if r.fleets != nil {
		show(storeNotes(), fleetsTable(r.fleets), timesTable(r.warm))
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
	if r.rows != nil {
		tables(plansPart, r.notes, timesTable(r.rows).markdown())
	}
	if r.fleets != nil {
		tables(storePart, storeNotes(), fleetsTable(r.fleets).markdown(), timesTable(r.warm).markdown())
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

// row is one line of the table.
type row struct {
	what, against string
	rounds        int    // 0: there are none
	ours, other   string // with their units
	ratio         float64
	low, high     float64 // its quartiles; 0: there are none
	cpu           float64 // 0: not known
	aim           float64 // the ratio not to exceed; 0: none
}

// none stands in a cell that has nothing to say.
const none = "-"

// cells are the row as text, one for each heading.
func (r row) cells() []string {
	rounds, aim := none, none
	if r.rounds > 0 {
		rounds = strconv.Itoa(r.rounds)
	}
	if r.aim > 0 {
		aim = "<= " + ratio(r.aim)
	}
	return []string{r.what, r.against, rounds, r.ours, r.other, ratio(r.ratio), ratio(r.low), ratio(r.high), ratio(r.cpu), aim}
}

// timesTable is the table of all plans and starts.
func timesTable(rows []row) table {
	t := table{headings: []string{"Measured", "Against", "Rounds", "Ours", "Other", "Ratio", "Q1", "Q3", "CPU", "Aim"}, texts: 2}
	for _, r := range rows {
		t.rows = append(t.rows, r.cells())
	}
	return t
}

// timeRow is a row of times. The aim is the ratio not to exceed; 0: none.
func timeRow(what, against string, p pairs, aim float64) row {
	return row{
		what: what, against: against, rounds: p.rounds,
		ours: seconds(p.ours), other: seconds(p.other),
		ratio: p.ratio, low: p.low, high: p.high, cpu: p.cpu, aim: aim,
	}
}

func sizeRow(against string, ours, other int64) row {
	return row{
		what: "stripped binary", against: against,
		ours: megabytes(ours), other: megabytes(other), ratio: float64(ours) / float64(other),
	}
}

func ratio(r float64) string {
	if r == 0 {
		return none
	}
	return fmt.Sprintf("%.3f", r)
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f s", d.Seconds()) }

func megabytes(size int64) string { return fmt.Sprintf("%.2f MB", float64(size)/1e6) }

// runBenchmarks runs the Go benchmarks: of the engine, of the proxy, and of the provider
// beside the floor, without processes and CLIs. It prints what they print.
func runBenchmarks(ctx context.Context, root, benchtime string, out io.Writer) (string, error) {
	var printed bytes.Buffer
	args := []string{"test", "-run", "^$", "-bench", ".", "-benchtime", benchtime, "./internal/token", "./internal/proxy", "./internal/bench/floor"}
	cmd := exec.CommandContext(ctx, "go", args...) //nolint:gosec // benchtime is the user's own
	cmd.Dir = root
	cmd.Stdout = io.MultiWriter(out, &printed)
	cmd.Stderr = cmd.Stdout
	err := cmd.Run()
	return printed.String(), err
}
