package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// memoryAim is the most memory, in bytes, that a plan's provider may have had, with up to
// referencesOfAim references.
const (
	memoryAim       = 45 << 20
	referencesOfAim = 3000
)

// sizeRow is the largest size in memory that the provider of a plan had, in bytes; 0: not known.
type sizeRow struct {
	kind       string
	references int
	ours, http int64
}

func sizesTable(rows []sizeRow) table {
	t := table{headings: []string{"References", "Kind", "Largest size", "http"}, texts: 0}
	for _, r := range rows {
		t.rows = append(t.rows, []string{strconv.Itoa(r.references), r.kind, mebibytes(r.ours), mebibytes(r.http)})
	}
	return t
}

func sizeNotes() []string {
	return []string{fmt.Sprintf("Largest size: the resident size (VmHWM) of the largest process of the provider in a plan. Up to %d references, more than %s fails the run. "+
		"http is the http provider of the table above. Live heap in bytes for each reference is measured by BenchmarkReference.", referencesOfAim, mebibytes(memoryAim))}
}

func mebibytes(size int64) string {
	if size == 0 {
		return none
	}
	return fmt.Sprintf("%.1f MiB", float64(size)/(1<<20))
}

// measureSizes returns the memory of plans with so many references.
func (g *rig) measureSizes(ctx context.Context, counts []int) ([]sizeRow, error) {
	var rows []sizeRow
	for _, kind := range g.kinds() {
		for _, count := range counts {
			g.say("memory of a %s", describe(kind, count))
			row := sizeRow{kind: kind, references: count}
			var err error
			row.ours, err = g.largest(ctx, g.ours(tokens(kind, count, g.endpoint()), 1), g.binary)
			if err != nil {
				return nil, err
			}
			if row.ours > memoryAim && count <= referencesOfAim {
				return nil, fmt.Errorf("a %s needed %s, more than %s", describe(kind, count), mebibytes(row.ours), mebibytes(memoryAim))
			}
			if others := g.others(kind, count); kind == dataKind {
				row.http, err = g.largest(ctx, others[0], g.peers["http"].Binary)
			}
			if err != nil {
				return nil, err
			}
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// largest runs a plan and returns the largest size of a process of a binary.
func (g *rig) largest(ctx context.Context, c contender, binary string) (int64, error) {
	w, err := g.workspace(ctx, c)
	if err != nil {
		return 0, err
	}
	done := make(chan error, 1)
	go func() { done <- planOnce(ctx, w) }()
	const interval = 5 * time.Millisecond
	tick := time.NewTicker(interval)
	defer tick.Stop()
	var largest int64
	for {
		select {
		case err := <-done:
			return largest, err
		case <-tick.C:
			if process, err := processOf(binary); err == nil {
				largest = max(largest, peakSize(process))
			}
		}
	}
}

func planOnce(ctx context.Context, w *clitest.Workspace) error {
	_, err := w.Do(ctx, "plan")
	return err
}
