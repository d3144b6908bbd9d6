package main

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// someRows are a row of each kind.
func someRows() []row {
	p := pairs{
		rounds: 5, ours: cost{cpu: 1234 * time.Millisecond, requests: 1}, other: cost{cpu: time.Second, requests: 100},
		cpu: 1.2341, low: 0.9, high: 1.5, clock: 1.01,
	}
	unknown := p
	unknown.cpu, unknown.low, unknown.high = 0, 0, 0
	return []row{{"plan with 1 data source", "http 1.2.0, GET", p, 0}, {"plan with 1000 data sources", "other", unknown, 1.25}}
}

func TestPrintTable(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	clitest.OK(t, plansTable(someRows()).print(&out))
	want := `
PLAN                         BESIDE           TOKEN REQUESTS  THEIRS  CPU     THEIRS  CPU RATIO  Q1    Q3    AIM      TIME RATIO  ROUNDS
plan with 1 data source      http 1.2.0, GET  1               100     1.23 s  1.00 s  1.23       0.90  1.50  -        1.01        5
plan with 1000 data sources  other            1               100     1.23 s  1.00 s  -          -     -     <= 1.25  1.01        5
`
	if diff := cmp.Diff(want[1:], out.String()); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}

// Each table has a cell for each heading.
func TestTables(t *testing.T) {
	t.Parallel()
	for _, table := range []table{
		tripsTable(someTrips()), sizesTable([]sizeRow{{dataKind, 3000, 40 << 20, 0}}), startsTable([]startRow{{ourName, 9, 99, cost{clock: time.Second}}}),
		fleetsTable(someFleets()), plansTable(someRows()), loadsTable(someLoads()), memoryTable(someMemory()),
	} {
		for _, row := range table.rows {
			if len(row) != len(table.headings) || slices.Contains(row, "") {
				t.Errorf("%q under %q", row, table.headings)
			}
		}
	}
}

func someTrips() []tripRow { return []tripRow{{"issuer", "h2", "2", "3", "4"}} }

type brokenWriter struct{ err error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.err }

func TestPrintTableFails(t *testing.T) {
	t.Parallel()
	broken := brokenWriter{err: errors.New("disk full")}
	if err := plansTable(nil).print(broken); !errors.Is(err, broken.err) {
		t.Errorf("got %v, want %v", err, broken.err)
	}
}
