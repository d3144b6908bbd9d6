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
	rows[0].against = `a|b <c> & "d"`
	return report{
		command: "go run ./internal/bench -write", machine: "2 cores, <linux>",
		rows: rows, notes: []string{"first", "second"}, fleets: someFleets(), warm: rows[:1],
		loads: someLoads(), memory: someMemory(), busy: "0.50", benchmarks: "BenchmarkX 1\nPASS\n",
	}
}

const emptyPage = `# Benchmarks

By hand.

<!-- plans: written by make bench -->
<!-- end of plans -->

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

<!-- plans: written by make bench -->

2 cores, <linux>: §go run ./internal/bench -write§

| Measured | Against | Rounds | Ours | Other | Ratio | Q1 | Q3 | CPU | Aim |
|---|---|--:|--:|--:|--:|--:|--:|--:|--:|
| plan with 1 data source | a\|b <c> & "d" | 5 | 1.234 s | 1.000 s | 1.234 | 0.900 | 1.500 | 1.010 | - |
| plan with 1000 data sources | http GET | 5 | 1.234 s | 1.000 s | 1.234 | 0.900 | 1.500 | - | <= 1.250 |
| stripped binary | floor | - | 18.90 MB | 10.00 MB | 1.890 | - | - | - | - |

- first
- second

<!-- end of plans -->

<!-- store: written by make bench -->

2 cores, <linux>: §go run ./internal/bench -write§

| Token store | Runs | Requests | Failed runs | Time |
|---|--:|--:|--:|--:|
| - | 8 | 8 | 1 | 1.2 s |
| directory | 64 | 1 | 0 | 10.0 s |

| Measured | Against | Rounds | Ours | Other | Ratio | Q1 | Q3 | CPU | Aim |
|---|---|--:|--:|--:|--:|--:|--:|--:|--:|
| plan with 1 data source | a\|b <c> & "d" | 5 | 1.234 s | 1.000 s | 1.234 | 0.900 | 1.500 | 1.010 | - |

NOTES

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
	root := page(t, emptyPage)
	for range 2 {
		clitest.OK(t, someReport().write(root))
		want := strings.NewReplacer(
			"§", "`", "NOTES", "- "+strings.Join(storeNotes(), "\n- "),
			"PROXY", loadsTable(someLoads()).markdown()+"\n"+memoryTable(someMemory()).markdown()+"\n- "+strings.Join(proxyNotes("0.50"), "\n- "),
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
	r := someReport()
	r.rows, r.fleets, r.loads = nil, nil, nil
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
	if _, notes, _ := strings.Cut(rest, "\n\n"); !strings.HasPrefix(notes, "first\nsecond\n\nTOKEN STORE") || !strings.HasSuffix(notes, strings.Join(proxyNotes("0.50"), "\n")+"\n") {
		t.Errorf("it ends with %q", notes)
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
