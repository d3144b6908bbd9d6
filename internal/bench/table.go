package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

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

func headings() []string {
	return []string{"Measured", "Against", "Rounds", "Ours", "Other", "Ratio", "Q1", "Q3", "CPU", "Aim"}
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

func megabytes(bytes int64) string { return fmt.Sprintf("%.2f MB", float64(bytes)/1e6) }

func printTable(out io.Writer, rows []row) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, err := io.WriteString(table, strings.ToUpper(strings.Join(headings(), "\t"))+"\n")
	errs := []error{err}
	for _, r := range rows {
		_, err := io.WriteString(table, strings.Join(r.cells(), "\t")+"\n")
		errs = append(errs, err)
	}
	return errors.Join(append(errs, table.Flush())...)
}
