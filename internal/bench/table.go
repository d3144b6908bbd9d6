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

// maxSize is the most that the stripped binary may have, in bytes.
const maxSize = 20_000_000

// row is one line of the table, ready to print.
type row struct {
	what, against, rounds, ours, other, ratio, least, most, limit string
}

func (r row) cells() []string {
	return []string{r.what, r.against, r.rounds, r.ours, r.other, r.ratio, r.least, r.most, r.limit}
}

func heading() row {
	return row{"MEASURED", "AGAINST", "ROUNDS", "OURS", "OTHER", "RATIO", "MIN", "MAX", "AIM"}
}

// timeRow is a row of times. The aim is the ratio not to exceed; 0: none.
func timeRow(what, against string, p pairs, aim float64) row {
	r := row{
		what: what, against: against, rounds: strconv.Itoa(p.rounds),
		ours: seconds(p.ours), other: seconds(p.other),
		ratio: ratio(p.ratio), least: ratio(p.least), most: ratio(p.most),
	}
	if aim > 0 {
		r.limit = "<= " + ratio(aim)
	}
	return r
}

func sizeRow(against string, ours, other int64) row {
	return row{
		what: "stripped binary", against: against,
		ours: megabytes(ours), other: megabytes(other), ratio: ratio(float64(ours) / float64(other)),
		limit: "<= " + megabytes(maxSize),
	}
}

func ratio(r float64) string { return fmt.Sprintf("%.3f", r) }

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f s", d.Seconds()) }

func megabytes(bytes int64) string { return fmt.Sprintf("%.1f MB", float64(bytes)/1e6) }

func printTable(out io.Writer, rows []row) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	var errs []error
	for _, r := range append([]row{heading()}, rows...) {
		cells := r.cells()
		for i, cell := range cells {
			if cell == "" {
				cells[i] = "-"
			}
		}
		_, err := io.WriteString(table, strings.Join(cells, "\t")+"\n")
		errs = append(errs, err)
	}
	return errors.Join(append(errs, table.Flush())...)
}

// sizeError says that the binary is too large.
type sizeError struct{ bytes int64 }

func (e sizeError) Error() string {
	return fmt.Sprintf("the stripped binary has %d bytes, more than %d", e.bytes, maxSize)
}

func checkSize(bytes int64) error {
	if bytes > maxSize {
		return sizeError{bytes: bytes}
	}
	return nil
}
