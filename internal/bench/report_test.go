package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// someReport has a row of each kind, and text that no format may take for its own.
func someReport() report {
	rows := someRows()
	rows[0].beside = `a|b <c> & "d"`
	return report{
		command: "go run ./internal/bench -write", machine: "2 cores, <linux>",
		trips: someTrips(), rows: rows, notes: []string{"first", "second"},
		sizes: []sizeRow{{dataKind, 3000, 40 << 20, 0}}, starts: []startRow{{ourName, 9, 99, cost{}}}, fleets: someFleets(), warm: rows[:1],
		loads: someLoads(), memory: someMemory(), busy: "0.50", benchmarks: "BenchmarkX 1\nPASS\n",
	}
}

const emptyPage = `# Benchmarks

By hand.

<!-- round trips: written by make bench -->
<!-- end of round trips -->

<!-- plans: written by make bench -->
<!-- end of plans -->

<!-- memory: written by make bench -->
<!-- end of memory -->

<!-- start: written by make bench -->
<!-- end of start -->

<!-- store: written by make bench -->
<!-- end of store -->

<!-- proxy: written by make bench -->
<!-- end of proxy -->

<!-- benchmarks: written by make bench -->
old
<!-- end of benchmarks -->

By hand, too.
`

const fullPage = `# Benchmarks

By hand.

<!-- round trips: written by make bench -->

2 cores, <linux>: §go run ./internal/bench -write§

TRIPS

<!-- end of round trips -->

<!-- plans: written by make bench -->

2 cores, <linux>: §go run ./internal/bench -write§

| Plan | Beside | Token requests | Theirs | CPU | Theirs | CPU ratio | Q1 | Q3 | Aim | Time ratio | Rounds |
|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
| plan with 1 data source | a\|b <c> & "d" | 1 | 100 | 1.23 s | 1.00 s | 1.23 | 0.90 | 1.50 | - | 1.01 | 5 |
| plan with 1000 data sources | other | 1 | 100 | 1.23 s | 1.00 s | - | - | - | <= 1.25 | 1.01 | 5 |

- first
- second

<!-- end of plans -->

<!-- memory: written by make bench -->

2 cores, <linux>: §go run ./internal/bench -write§

MEMORY

<!-- end of memory -->

<!-- start: written by make bench -->

2 cores, <linux>: §go run ./internal/bench -write§

START

<!-- end of start -->

<!-- store: written by make bench -->

2 cores, <linux>: §go run ./internal/bench -write§

| Token store | Runs | Requests | Failed runs | Time |
|---|--:|--:|--:|--:|
| - | 8 | 8 | 1 | 1.2 s |
| directory | 64 | 1 | 0 | 10.0 s |

| Plan | Beside | Token requests | Theirs | CPU | Theirs | CPU ratio | Q1 | Q3 | Aim | Time ratio | Rounds |
|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
| plan with 1 data source | a\|b <c> & "d" | 1 | 100 | 1.23 s | 1.00 s | 1.23 | 0.90 | 1.50 | - | 1.01 | 5 |

STORE

<!-- end of store -->

<!-- proxy: written by make bench -->

2 cores, <linux>: §go run ./internal/bench -write§

PROXY

<!-- end of proxy -->

<!-- benchmarks: written by make bench -->

§§§text
BenchmarkX 1
PASS
§§§

<!-- end of benchmarks -->

By hand, too.
`

// page writes a page into a new directory.
func page(t *testing.T, content string) (root string) {
	t.Helper()
	root = t.TempDir()
	clitest.OK(t, os.WriteFile(filepath.Join(root, pageName), []byte(content), 0o600))
	return root
}

// read reads the page.
func read(t *testing.T, root string) string {
	t.Helper()
	content := clitest.Must(fs.ReadFile(os.DirFS(root), pageName))(t)
	return string(content)
}

// A second run changes nothing but what it has measured.
func TestWrite(t *testing.T) {
	t.Parallel()
	root, r := page(t, emptyPage), someReport()
	for range 2 {
		clitest.OK(t, r.write(root))
		want := strings.NewReplacer(
			"§", "`", "STORE", "- "+strings.Join(storeNotes(), "\n- "),
			"TRIPS", tripsTable(r.trips).markdown()+"\n- "+strings.Join(tripNotes(), "\n- "),
			"MEMORY", sizesTable(r.sizes).markdown()+"\n- "+strings.Join(sizeNotes(), "\n- "),
			"START", startsTable(r.starts).markdown()+"\n- "+strings.Join(startNotes(), "\n- "),
			"PROXY", loadsTable(r.loads).markdown()+"\n"+memoryTable(r.memory).markdown()+"\n- "+strings.Join(proxyNotes("0.50"), "\n- "),
		).Replace(fullPage)
		if diff := cmp.Diff(want, read(t, root)); diff != "" {
			t.Errorf("page (-want +got):\n%s", diff)
		}
	}
}

// A part that was not measured stays as it was.
func TestWriteOnePart(t *testing.T) {
	t.Parallel()
	root := page(t, emptyPage)
	r := report{benchmarks: "BenchmarkX 1\nPASS\n"}
	clitest.OK(t, r.write(root))
	want := strings.Replace(emptyPage, "\nold\n", "\n\n```text\nBenchmarkX 1\nPASS\n```\n\n", 1)
	if diff := cmp.Diff(want, read(t, root)); diff != "" {
		t.Errorf("page (-want +got):\n%s", diff)
	}
}

func TestRenewNeedsBothMarkersInOrder(t *testing.T) {
	t.Parallel()
	for _, content := range []string{"", begin("plans"), end("plans"), end("plans") + begin("plans"), begin("other") + end("other")} {
		if got, err := renew(content, "plans", "new"); err == nil {
			t.Errorf("%q became %q", content, got)
		}
	}
}

// A page without a place for the tables stays as it is.
func TestWriteWithoutMarkers(t *testing.T) {
	t.Parallel()
	for _, content := range []string{"", begin("plans") + end("plans")} {
		root := page(t, content)
		if _, ok := errors.AsType[markerError](someReport().write(root)); !ok {
			t.Errorf("%q: no error", content)
		}
		if got := read(t, root); got != content {
			t.Errorf("%q became %q", content, got)
		}
	}
}

func TestPrint(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	clitest.OK(t, someReport().print(&out))
	head, rest, _ := strings.Cut(out.String(), "\n\n")
	if want := "2 cores, <linux>\ngo run ./internal/bench -write"; head != want {
		t.Errorf("it begins with %q, want %q", head, want)
	}
	if !strings.Contains(rest, "\n\nfirst\nsecond\n\n") || !strings.HasSuffix(rest, strings.Join(proxyNotes("0.50"), "\n")+"\n") {
		t.Errorf("the rest is %q", rest)
	}
}

// The repository's own page has a place for every section.
func TestPageHasItsMarkers(t *testing.T) {
	t.Parallel()
	content := read(t, filepath.Join("..", ".."))
	for section := range someReport().sections() {
		if _, err := renew(content, section, ""); err != nil {
			t.Error(err)
		}
	}
}
