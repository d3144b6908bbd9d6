package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

const savedPlan = "demo.plan"

// counts are the sandbox's counters, by service.
type counts struct{ requests, opened map[string]int }

func (d *demo) count() counts {
	c := counts{requests: map[string]int{}, opened: map[string]int{}}
	for _, name := range services() {
		c.requests[name], c.opened[name] = d.places[name].requests(), d.places[name].opened()
	}
	return c
}

// since returns what was counted after before.
func (c counts) since(before counts) counts {
	cost := counts{requests: map[string]int{}, opened: map[string]int{}}
	for name := range c.requests {
		cost.requests[name] = c.requests[name] - before.requests[name]
		cost.opened[name] = c.opened[name] - before.opened[name]
	}
	return cost
}

func (c counts) String() string {
	return plural(total(c.requests), "token request") + ", " + plural(total(c.opened), "API request") + " accepted"
}

func total(counts map[string]int) int {
	sum := 0
	for _, n := range counts {
		sum += n
	}
	return sum
}

// walk runs plan, apply and destroy, and returns a row for each kind of each
// service. When a resource was opened tells which kind opened it: data sources are
// read in the plan and not again when it is applied, provisioners run in apply.
func (d *demo) walk(ctx context.Context) ([]row, error) {
	planned, err := d.step(ctx, "plan", "plan", "-out="+savedPlan)
	if err != nil {
		return nil, err
	}
	inPlan := d.tokens()
	applied, err := d.step(ctx, "apply", "apply", savedPlan)
	if err != nil {
		return nil, err
	}
	rows, err := d.dataRows(ctx, planned)
	if err != nil {
		return nil, err
	}
	if d.workspace.CLI.Ephemeral() {
		var more []row
		if more, err = d.ephemeralRows(applied, inPlan); err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	_, err = d.step(ctx, "destroy", "destroy", "-auto-approve")
	return rows, err
}

// step runs the CLI, and returns and says what that cost the sandbox.
func (d *demo) step(ctx context.Context, what string, args ...string) (counts, error) {
	before := d.count()
	if _, err := d.workspace.Do(ctx, args...); err != nil {
		return counts{}, err
	}
	cost := d.count().since(before)
	d.say("%s: %s", what, cost)
	return cost, nil
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func (d *demo) dataRows(ctx context.Context, planned counts) ([]row, error) {
	result, err := d.workspace.Do(ctx, "output", "-json", "data")
	if err != nil {
		return nil, err
	}
	reports := map[string]report{}
	if err := json.Unmarshal([]byte(result.Stdout), &reports); err != nil {
		return nil, err
	}
	var rows []row
	for _, name := range services() {
		rows = append(rows, row{name, "data", reports[name], planned.opened[name] > 0})
	}
	return rows, nil
}

// ephemeralRows returns the rows, if no token was left on disk that is not of the plan.
func (d *demo) ephemeralRows(applied counts, inPlan []string) ([]row, error) {
	if err := d.searchTokens(inPlan, d.tokens(inPlan...)); err != nil {
		return nil, err
	}
	var rows []row
	for _, name := range services() {
		r, err := readReport(d.workspace.Env["TF_VAR_reports"], name)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row{name, "ephemeral", r, applied.opened[name] > 0})
	}
	return rows, nil
}

func (d *demo) printRequests() error {
	var parts []string
	for _, name := range services() {
		parts = append(parts, fmt.Sprintf("%s %d", name, d.places[name].requests()))
	}
	_, err := fmt.Fprintf(d.out, "\ntoken requests in all: %s\n", strings.Join(parts, ", "))
	return err
}

// row is one kind of one service.
type row struct {
	service, kind string
	report        report
	opened        bool
}

// printTable brings the two kinds of a service together.
func printTable(out io.Writer, rows []row) error {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b row) int { return strings.Compare(a.service, b.service) })
	lines := []string{"\nSERVICE\tKIND\tTYPE\tEXPIRES\tACCEPTED"}
	for _, r := range rows {
		opened := "no"
		if r.opened {
			opened = "yes"
		}
		lines = append(lines, strings.Join([]string{r.service, r.kind, r.report.Type, cmp.Or(r.report.Expires, "unknown"), opened}, "\t"))
	}
	table := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	_, err := io.WriteString(table, strings.Join(lines, "\n")+"\n")
	return errors.Join(err, table.Flush())
}

// unopenedError lists what stayed shut.
type unopenedError struct{ rows []row }

func (e unopenedError) Error() string {
	var names []string
	for _, r := range e.rows {
		names = append(names, r.service+" ("+r.kind+")")
	}
	return "not accepted: " + strings.Join(names, ", ")
}

func unopened(rows []row) error {
	shut := slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return r.opened })
	if len(shut) == 0 {
		return nil
	}
	return unopenedError{rows: shut}
}
