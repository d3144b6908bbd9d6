package main

import (
	"errors"
	"io"
	"strings"
	"text/tabwriter"
)

// table is rows of cells, one for each heading.
type table struct {
	headings []string
	texts    int // how many columns at the left have words; the others have numbers
	rows     [][]string
}

// markdown is the table as a page has it.
func (t table) markdown() string {
	var b strings.Builder
	line := func(cells []string) {
		for _, cell := range cells {
			b.WriteString("| " + strings.ReplaceAll(cell, "|", `\|`) + " ")
		}
		b.WriteString("|\n")
	}
	line(t.headings)
	b.WriteString(strings.Repeat("|---", t.texts) + strings.Repeat("|--:", len(t.headings)-t.texts) + "|\n")
	for _, row := range t.rows {
		line(row)
	}
	return b.String()
}

// print prints the table for a terminal.
func (t table) print(out io.Writer) error {
	writer := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, err := io.WriteString(writer, strings.ToUpper(strings.Join(t.headings, "\t"))+"\n")
	errs := []error{err}
	for _, row := range t.rows {
		_, err := io.WriteString(writer, strings.Join(row, "\t")+"\n")
		errs = append(errs, err)
	}
	return errors.Join(append(errs, writer.Flush())...)
}
