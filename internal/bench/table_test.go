package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// someRows are a row of each kind.
func someRows() []row {
	p := pairs{rounds: 5, ours: 1234 * time.Millisecond, other: time.Second, ratio: 1.2341, low: 0.9, high: 1.5, cpu: 1.01}
	unknown := p
	unknown.cpu = 0
	return []row{
		timeRow("plan with 1 data source", "floor", p, 0),
		timeRow("plan with 1000 data sources", "http GET", unknown, 1.25),
		sizeRow("floor", 18_900_000, 10_000_000),
	}
}

func TestPrintTable(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	clitest.OK(t, timesTable(someRows()).print(&out))
	want := `
MEASURED                     AGAINST   ROUNDS  OURS      OTHER     RATIO  Q1     Q3     CPU    AIM
plan with 1 data source      floor     5       1.234 s   1.000 s   1.234  0.900  1.500  1.010  -
plan with 1000 data sources  http GET  5       1.234 s   1.000 s   1.234  0.900  1.500  -      <= 1.250
stripped binary              floor     -       18.90 MB  10.00 MB  1.890  -      -      -      -
`
	if diff := cmp.Diff(want[1:], out.String()); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}

type brokenWriter struct{ err error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.err }

func TestPrintTableFails(t *testing.T) {
	t.Parallel()
	broken := brokenWriter{err: errors.New("disk full")}
	if err := timesTable(nil).print(broken); !errors.Is(err, broken.err) {
		t.Errorf("got %v, want %v", err, broken.err)
	}
}
