package main

import (
	"cmp"
	"errors"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

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
	lines := []string{"\nSERVICE\tKIND\tTYPE\tEXPIRES\tOPENED"}
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
	return "not opened: " + strings.Join(names, ", ")
}

func unopened(rows []row) error {
	shut := slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return r.opened })
	if len(shut) == 0 {
		return nil
	}
	return unopenedError{rows: shut}
}
